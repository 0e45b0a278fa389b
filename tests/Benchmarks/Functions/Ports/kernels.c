// The sample kernels in C, statement by statement. clang -O2 -ffp-contract=off kernels.c -lm
// kernels NAME ARGUMENTS RESULT TAG SECONDS MODULE: prints the seconds of the fastest call; files hold canonical values (docs/values.md).
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ARRAY = 0x80, PARAMETERS_MAX = 16, FILE_BYTES_MAX = 1 << 20 };

// Bytes of a scalar, or of an element, by tag.
static const int BYTES[] = { 0, 1, 1, 1, 2, 2, 2, 4, 4, 8, 8, 4, 8 };

// Whatever a kernel takes or returns; which of it is meant, the kernel's signature says.
typedef struct {
    int count;
    double number;
    int32_t whole;
    union { const double *f64; const uint32_t *u32; const uint8_t *u8; const void *any; };
} Value;

typedef Value Kernel(const Value *a);

static void fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    exit(1);
}

// All zero, as an array of C# is.
static void *zeros(int count, size_t size)
{
    void *array = calloc(count > 0 ? (size_t)count : 1, size);
    if (array == NULL) fail("out of memory");
    return array;
}

static Value number(double value) { return (Value){ .number = value }; }
static Value array(int count, const void *elements) { return (Value){ .count = count, .any = elements }; }

static Value arc_distance(const Value *a)
{
    const double *theta1 = a[0].f64, *phi1 = a[1].f64, *theta2 = a[2].f64, *phi2 = a[3].f64;
    int count = a[0].count;
    double *distance = zeros(count, sizeof(double));
    for (int i = 0; i < count; i++) {
        double s = sin((theta2[i] - theta1[i]) / 2);
        double b = sin((phi2[i] - phi1[i]) / 2);
        double t = s * s + cos(theta1[i]) * cos(theta2[i]) * b * b;
        distance[i] = 2 * atan2(sqrt(t), sqrt(1 - t));
    }
    return array(count, distance);
}

static Value rosen(const Value *a)
{
    const double *x = a[0].f64;
    double sum = 0;
    for (int i = 0; i < a[0].count - 1; i++) {
        double curve = x[i + 1] - x[i] * x[i];
        double slope = 1 - x[i];
        sum += 100 * curve * curve + slope * slope;
    }
    return number(sum);
}

static Value harris(const Value *a)
{
    const double *image = a[0].f64;
    int columns = a[1].whole, rows = a[0].count / columns;
    int count = (rows - 1) * (columns - 1), next = 0;
    double *response = zeros(count, sizeof(double));
    for (int row = 1; row < rows; row++) {
        for (int i = row * columns + 1; i < (row + 1) * columns; i++) {
            double dx = image[i] - image[i - columns];
            double dy = image[i] - image[i - 1];
            double p = dx * dx;
            double q = dy * dy;
            double r = dx * dy;
            response[next++] = p * q - r * r - 0.05 * (p + q) * (p + q);
        }
    }
    return array(count, response);
}

static Value multiple_sum(const Value *a)
{
    const double *x = a[0].f64;
    int count = a[0].count, columns = a[1].whole;
    double *sums = zeros(count, sizeof(double));
    for (int i = 0; i < count; i++) {
        double sum = 0;
        for (int j = i % columns; j < count; j += columns) sum += x[j] - x[i];
        sums[i] = sum;
    }
    return array(count, sums);
}

static Value l2norm(const Value *a)
{
    const double *x = a[0].f64;
    int columns = a[1].whole, rows = a[0].count / columns;
    double *norms = zeros(rows, sizeof(double));
    for (int row = 0; row < rows; row++) {
        double sum = 0;
        for (int i = row * columns; i < (row + 1) * columns; i++) sum += x[i] * x[i];
        norms[row] = sqrt(sum);
    }
    return array(rows, norms);
}

static Value vibr_energy(const Value *a)
{
    const double *harmonic = a[0].f64, *anharmonic = a[1].f64, *i = a[2].f64;
    int count = a[2].count;
    double *energy = zeros(count, sizeof(double));
    for (int k = 0; k < count; k++) energy[k] = exp(-harmonic[k] * i[k] - anharmonic[k] * i[k] * i[k]);
    return array(count, energy);
}

static double mean(const double *values, int count)
{
    double sum = 0;
    for (int i = 0; i < count; i++) sum += values[i];
    return sum / count;
}

static Value lstsqr(const Value *a)
{
    const double *x = a[0].f64, *y = a[1].f64;
    double mean_x = mean(x, a[0].count);
    double mean_y = mean(y, a[1].count);
    double variance = 0, covariance = 0;
    for (int i = 0; i < a[0].count; i++) {
        double d = x[i] - mean_x;
        variance += d * d;
        covariance += d * (y[i] - mean_y);
    }
    double *line = zeros(2, sizeof(double));
    line[0] = covariance / variance;
    line[1] = mean_y - line[0] * mean_x;
    return array(2, line);
}

static Value reverse_cumsum(const Value *a)
{
    const double *x = a[0].f64;
    double *sums = zeros(a[0].count, sizeof(double));
    double sum = 0;
    for (int i = a[0].count - 1; i >= 0; i--) {
        sum += x[i];
        sums[i] = sum;
    }
    return array(a[0].count, sums);
}

static double wrap(double d, double length)
{
    if (d > length / 2) return d - length;
    if (d < -length / 2) return d + length;
    return d;
}

static Value periodic_dist(const Value *a)
{
    const double *x = a[0].f64, *y = a[1].f64, *z = a[2].f64;
    double length = a[3].number;
    int n = a[0].count, periodic_x = a[4].whole, periodic_y = a[5].whole, periodic_z = a[6].whole;
    double *distances = zeros(n * n, sizeof(double));
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            double dx = x[i] - x[j];
            double dy = y[i] - y[j];
            double dz = z[i] - z[j];
            if (periodic_x) dx = wrap(dx, length);
            if (periodic_y) dy = wrap(dy, length);
            if (periodic_z) dz = wrap(dz, length);
            double distance = sqrt(dx * dx + dy * dy + dz * dz);
            distances[i * n + j] = distance == 0 ? -1 : distance;
        }
    }
    return array(n * n, distances);
}

static double variance_of(const double *values, int start, int count)
{
    double average = 0;
    for (int i = start; i < start + count; i++) average += values[i];
    average /= count;
    double sum = 0;
    for (int i = start; i < start + count; i++) sum += (values[i] - average) * (values[i] - average);
    return sum / (count - 1);
}

static Value cronbach(const Value *a)
{
    const double *scores = a[0].f64;
    int columns = a[1].whole, items = a[0].count / columns;
    double *totals = zeros(columns, sizeof(double));
    double item_variances = 0;
    for (int item = 0; item < items; item++) {
        item_variances += variance_of(scores, item * columns, columns);
        for (int i = 0; i < columns; i++) totals[i] += scores[item * columns + i];
    }
    double alpha = (double)items / (items - 1) * (1 - item_variances / variance_of(totals, 0, columns));
    free(totals);
    return number(alpha);
}

static Value evolve(const Value *a)
{
    const double *grid = a[0].f64;
    int columns = a[1].whole, rows = a[0].count / columns;
    double dt = a[2].number, diffusion = a[3].number;
    double *after = zeros(a[0].count, sizeof(double));
    for (int row = 0; row < rows; row++) {
        int up = (row + rows - 1) % rows * columns;
        int down = (row + 1) % rows * columns;
        for (int column = 0; column < columns; column++) {
            int left = column == 0 ? columns - 1 : column - 1;
            int right = column == columns - 1 ? 0 : column + 1;
            int at = row * columns + column;
            double laplacian = grid[up + column] + grid[down + column] + grid[row * columns + left] + grid[row * columns + right] - 4 * grid[at];
            after[at] = grid[at] + dt * diffusion * laplacian;
        }
    }
    return array(a[0].count, after);
}

static Value specialconvolve(const Value *a)
{
    const uint32_t *x = a[0].u32;
    int columns = a[1].whole, rows = a[0].count / columns;
    int count = (rows - 2) * (columns - 2), next = 0;
    uint32_t *result = zeros(count, sizeof(uint32_t));
    for (int row = 1; row < rows - 1; row++) {
        for (int column = 1; column < columns - 1; column++) {
            uint32_t sum = 0;
            for (int r = row - 1; r <= row + 1; r++) {
                int i = r * columns + column;
                sum += x[i - 1] + x[i] + x[i + 1];
            }
            result[next++] = sum - 9 * x[row * columns + column];
        }
    }
    return array(count, result);
}

static Value repeating(const Value *a)
{
    const double *x = a[0].f64;
    int n = a[1].whole, count = a[0].count * (1 + n), next = a[0].count;
    double *result = zeros(count, sizeof(double));
    for (int i = 0; i < a[0].count; i++) {
        result[i] = x[i];
        for (int k = 0; k < n; k++) result[next++] = x[i];
    }
    return array(count, result);
}

static Value check_mask(const Value *a)
{
    const uint8_t *rows = a[0].u8, *mask = a[1].u8;
    int width = 1 + a[1].count, count = a[0].count / width;
    uint8_t *found = zeros(count, 1);
    for (int row = 0; row < count; row++) {
        if (rows[row * width] != 1) continue;
        int holds = 1;
        for (int i = 0; holds && i < a[1].count; i++) holds = (mask[i] & rows[row * width + 1 + i]) == mask[i];
        found[row] = (uint8_t)holds;
    }
    return array(count, found);
}

static Value create_grid(const Value *a)
{
    const double *x = a[0].f64;
    int n = a[0].count, next = 0;
    double *grid = zeros(n * n * 3, sizeof(double));
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            grid[next] = x[i];
            grid[next + 1] = x[j];
            next += 3;
        }
    }
    return array(n * n * 3, grid);
}

static double smallest(const double *values, int count)
{
    double least = values[0];
    for (int i = 0; i < count; i++) least = values[i] < least ? values[i] : least;
    return least;
}

static Value normalize_complex_arr(const Value *a)
{
    const double *real = a[0].f64, *imaginary = a[1].f64;
    int n = a[0].count;
    double min_real = smallest(real, n);
    double min_imaginary = smallest(imaginary, n);
    double *result = zeros(2 * n, sizeof(double));
    double largest = 0;
    for (int i = 0; i < n; i++) {
        double re = real[i] - min_real;
        double im = imaginary[i] - min_imaginary;
        result[i] = re;
        result[n + i] = im;
        double size = sqrt(re * re + im * im);
        largest = size > largest ? size : largest;
    }
    for (int i = 0; i < 2 * n; i++) result[i] /= largest;
    return array(2 * n, result);
}

static const struct { const char *name; Kernel *kernel; } KERNELS[] = {
    { "arc-distance", arc_distance }, { "rosen", rosen }, { "harris", harris }, { "multiple-sum", multiple_sum },
    { "l2norm", l2norm }, { "vibr-energy", vibr_energy }, { "lstsqr", lstsqr }, { "reverse-cumsum", reverse_cumsum },
    { "periodic-dist", periodic_dist }, { "cronbach", cronbach }, { "evolve", evolve }, { "specialconvolve", specialconvolve },
    { "repeating", repeating }, { "check-mask", check_mask }, { "create-grid", create_grid }, { "normalize-complex-arr", normalize_complex_arr },
};

static Kernel *find(const char *name)
{
    for (size_t i = 0; i < sizeof KERNELS / sizeof KERNELS[0]; i++) {
        if (strcmp(KERNELS[i].name, name) == 0) return KERNELS[i].kernel;
    }
    fail("no kernel of that name");
    return NULL;
}

// The file's own, all of them checked: arrays are copied to where they may be read as what they are.
static void read_arguments(const char *path, Value *values)
{
    static uint8_t data[FILE_BYTES_MAX];
    FILE *file = fopen(path, "rb");
    if (file == NULL) fail("no arguments");
    size_t length = fread(data, 1, sizeof data, file), at = 2;
    fclose(file);
    uint16_t count = 0;
    if (length >= 2) memcpy(&count, data, 2);
    if (length < 2 || count > PARAMETERS_MAX) fail("bad arguments");
    for (int i = 0; i < count; i++) {
        if (at >= length) fail("bad arguments");
        int tag = data[at] & ~ARRAY, is_array = data[at] & ARRAY;
        uint32_t elements = 1;
        at++;
        if (tag < 1 || tag > 12 || (is_array && length - at < 4)) fail("bad arguments");
        if (is_array) {
            memcpy(&elements, data + at, 4);
            at += 4;
        }
        if (elements > (length - at) / (size_t)BYTES[tag]) fail("bad arguments");
        size_t size = elements * (size_t)BYTES[tag];
        if (is_array) {
            void *copy = zeros((int)elements, (size_t)BYTES[tag]);
            memcpy(copy, data + at, size);
            values[i] = array((int)elements, copy);
        } else if (tag == 12) {
            memcpy(&values[i].number, data + at, size);
        } else if (tag == 1 || tag == 7) {
            memcpy(&values[i].whole, data + at, size);
        } else {
            fail("a scalar that no kernel takes");
        }
        at += size;
    }
}

static void write_result(const char *path, int tag, Value value)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) fail("no result file");
    fputc(tag, file);
    if (tag & ARRAY) {
        fwrite(&value.count, 4, 1, file);
        fwrite(value.any, (size_t)BYTES[tag & ~ARRAY], (size_t)value.count, file);
    } else {
        fwrite(&value.number, sizeof value.number, 1, file);
    }
    fclose(file);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

int main(int count, char **arguments)
{
    if (count != 7) fail("kernels NAME ARGUMENTS RESULT TAG SECONDS MODULE");
    Value values[PARAMETERS_MAX] = { 0 };
    read_arguments(arguments[2], values);

    // Through a pointer that may change: no call is left out, and none computed ahead.
    Kernel *volatile kernel = find(arguments[1]);
    write_result(arguments[3], atoi(arguments[4]), kernel(values));
    double best = 1e9, end = now() + atof(arguments[5]);
    for (;;) {
        double start = now();
        Value value = kernel(values);
        double stop = now();
        free((void *)value.any);
        if (stop - start < best) best = stop - start;
        if (stop >= end) break;
    }
    printf("%.9f\n", best);
    return 0;
}
