# The sample kernels in plain Python: the same loops, no numpy.
# python3 kernels.py NAME ARGUMENTS RESULT TAG SECONDS MODULE: prints the seconds of the fastest call; files hold canonical values (docs/values.md).
import struct
import sys
from math import atan2, cos, exp, sin, sqrt
from time import perf_counter


def arc_distance(theta1, phi1, theta2, phi2):
    distance = [0.0] * len(theta1)
    for i in range(len(distance)):
        a = sin((theta2[i] - theta1[i]) / 2)
        b = sin((phi2[i] - phi1[i]) / 2)
        t = a * a + cos(theta1[i]) * cos(theta2[i]) * b * b
        distance[i] = 2 * atan2(sqrt(t), sqrt(1 - t))
    return distance


def rosen(x):
    total = 0.0
    for i in range(len(x) - 1):
        curve = x[i + 1] - x[i] * x[i]
        slope = 1 - x[i]
        total += 100 * curve * curve + slope * slope
    return total


def harris(image, columns):
    rows = len(image) // columns
    response = [0.0] * ((rows - 1) * (columns - 1))
    place = 0
    for row in range(1, rows):
        for i in range(row * columns + 1, (row + 1) * columns):
            dx = image[i] - image[i - columns]
            dy = image[i] - image[i - 1]
            a = dx * dx
            b = dy * dy
            c = dx * dy
            response[place] = a * b - c * c - 0.05 * (a + b) * (a + b)
            place += 1
    return response


def multiple_sum(a, columns):
    sums = [0.0] * len(a)
    for i in range(len(a)):
        total = 0.0
        for j in range(i % columns, len(a), columns):
            total += a[j] - a[i]
        sums[i] = total
    return sums


def l2norm(x, columns):
    norms = [0.0] * (len(x) // columns)
    for row in range(len(norms)):
        total = 0.0
        for i in range(row * columns, (row + 1) * columns):
            total += x[i] * x[i]
        norms[row] = sqrt(total)
    return norms


def vibr_energy(harmonic, anharmonic, i):
    energy = [0.0] * len(i)
    for k in range(len(energy)):
        energy[k] = exp(-harmonic[k] * i[k] - anharmonic[k] * i[k] * i[k])
    return energy


def mean(values):
    total = 0.0
    for value in values:
        total += value
    return total / len(values)


def lstsqr(x, y):
    mean_x = mean(x)
    mean_y = mean(y)
    variance = 0.0
    covariance = 0.0
    for i in range(len(x)):
        d = x[i] - mean_x
        variance += d * d
        covariance += d * (y[i] - mean_y)
    slope = covariance / variance
    return [slope, mean_y - slope * mean_x]


def reverse_cumsum(x):
    sums = [0.0] * len(x)
    total = 0.0
    for i in range(len(x) - 1, -1, -1):
        total += x[i]
        sums[i] = total
    return sums


def wrap(d, length):
    if d > length / 2:
        return d - length
    if d < -length / 2:
        return d + length
    return d


def periodic_dist(x, y, z, length, periodic_x, periodic_y, periodic_z):
    n = len(x)
    distances = [0.0] * (n * n)
    for i in range(n):
        for j in range(n):
            dx = x[i] - x[j]
            dy = y[i] - y[j]
            dz = z[i] - z[j]
            if periodic_x:
                dx = wrap(dx, length)
            if periodic_y:
                dy = wrap(dy, length)
            if periodic_z:
                dz = wrap(dz, length)
            distance = sqrt(dx * dx + dy * dy + dz * dz)
            distances[i * n + j] = -1.0 if distance == 0 else distance
    return distances


def variance_of(values, start, count):
    average = 0.0
    for i in range(start, start + count):
        average += values[i]
    average /= count
    total = 0.0
    for i in range(start, start + count):
        total += (values[i] - average) * (values[i] - average)
    return total / (count - 1)


def cronbach(scores, columns):
    items = len(scores) // columns
    totals = [0.0] * columns
    item_variances = 0.0
    for item in range(items):
        item_variances += variance_of(scores, item * columns, columns)
        for i in range(columns):
            totals[i] += scores[item * columns + i]
    return items / (items - 1) * (1 - item_variances / variance_of(totals, 0, columns))


def evolve(grid, columns, dt, diffusion):
    rows = len(grid) // columns
    after = [0.0] * len(grid)
    for row in range(rows):
        up = (row + rows - 1) % rows * columns
        down = (row + 1) % rows * columns
        for column in range(columns):
            left = columns - 1 if column == 0 else column - 1
            right = 0 if column == columns - 1 else column + 1
            at = row * columns + column
            laplacian = grid[up + column] + grid[down + column] + grid[row * columns + left] + grid[row * columns + right] - 4 * grid[at]
            after[at] = grid[at] + dt * diffusion * laplacian
    return after


def specialconvolve(a, columns):
    rows = len(a) // columns
    result = [0] * ((rows - 2) * (columns - 2))
    place = 0
    for row in range(1, rows - 1):
        for column in range(1, columns - 1):
            total = 0
            for r in range(row - 1, row + 2):
                i = r * columns + column
                total += a[i - 1] + a[i] + a[i + 1]
            result[place] = (total - 9 * a[row * columns + column]) & 0xFFFFFFFF
            place += 1
    return result


def repeating(x, n):
    result = [0.0] * (len(x) * (1 + n))
    place = len(x)
    for i in range(len(x)):
        result[i] = x[i]
        for _ in range(n):
            result[place] = x[i]
            place += 1
    return result


def check_mask(rows, mask):
    width = 1 + len(mask)
    found = [False] * (len(rows) // width)
    for row in range(len(found)):
        if rows[row * width] != 1:
            continue
        holds = True
        for i in range(len(mask)):
            holds = (mask[i] & rows[row * width + 1 + i]) == mask[i]
            if not holds:
                break
        found[row] = holds
    return found


def create_grid(x):
    grid = [0.0] * (len(x) * len(x) * 3)
    place = 0
    for a in x:
        for b in x:
            grid[place] = a
            grid[place + 1] = b
            place += 3
    return grid


def smallest(values):
    least = values[0]
    for value in values:
        least = min(least, value)
    return least


def normalize_complex_arr(real, imaginary):
    n = len(real)
    min_real = smallest(real)
    min_imaginary = smallest(imaginary)
    result = [0.0] * (2 * n)
    largest = 0.0
    for i in range(n):
        re = real[i] - min_real
        im = imaginary[i] - min_imaginary
        result[i] = re
        result[n + i] = im
        largest = max(largest, sqrt(re * re + im * im))
    for i in range(len(result)):
        result[i] /= largest
    return result


# struct's letters for the tags of scalars.
FORMATS = {1: "?", 2: "b", 3: "B", 4: "h", 5: "H", 6: "H", 7: "i", 8: "I", 9: "q", 10: "Q", 11: "f", 12: "d"}
ARRAY = 0x80


def read_arguments(path):
    with open(path, "rb") as file:
        data = file.read()
    values = []
    at = 2
    for _ in range(struct.unpack_from("<H", data)[0]):
        tag = data[at]
        at += 1
        count = 1
        if tag & ARRAY:
            count = struct.unpack_from("<I", data, at)[0]
            at += 4
        layout = f"<{count}{FORMATS[tag & ~ARRAY]}"
        items = list(struct.unpack_from(layout, data, at))
        at += struct.calcsize(layout)
        values.append(items if tag & ARRAY else items[0])
    return values


def write_result(path, tag, value):
    items = value if tag & ARRAY else [value]
    with open(path, "wb") as file:
        file.write(bytes([tag]))
        if tag & ARRAY:
            file.write(struct.pack("<I", len(items)))
        file.write(struct.pack(f"<{len(items)}{FORMATS[tag & ~ARRAY]}", *items))


def main(name, arguments, result, tag, seconds, _module):
    kernel = globals()[name.replace("-", "_")]
    values = read_arguments(arguments)
    write_result(result, int(tag), kernel(*values))
    best = float("inf")
    end = perf_counter() + float(seconds)
    while True:
        start = perf_counter()
        kernel(*values)
        now = perf_counter()
        best = min(best, now - start)
        if now >= end:
            break
    print(best)


main(*sys.argv[1:])
