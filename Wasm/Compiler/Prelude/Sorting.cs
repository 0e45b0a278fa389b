namespace Fog.Wasm.Compiler.Prelude;

/// <summary>
/// Introspective sort with .NET's choices of pivot, thresholds and order of exchanges: what compares as equal and is
/// not (0 and -0) ends where it does on .NET. NaNs come first.
/// </summary>
internal static class Sorting
{
    private const int InsertionMax = 16;

    public static void Sort<T>(Span<T> items)
    {
        var first = 0;
        for (var i = 0; i < items.Length; i++)
        {
            var item = items[i];
            if (!Primitive.IsNaN<T>(item)) continue;
            items[i] = items[first];
            items[first] = item;
            first++;
        }

        var count = items.Length - first;
        var depth = 2;
        for (var left = count; left > 1; left >>= 1) depth += 2;
        Sort<T>(Primitive.Part<T>(items, first, count), depth);
    }

    private static void Sort<T>(Span<T> items, int depth)
    {
        while (items.Length > 1)
        {
            if (items.Length == 2)
            {
                Order<T>(items, 0, 1);
                return;
            }

            if (items.Length == 3)
            {
                Order<T>(items, 0, 1);
                Order<T>(items, 0, 2);
                Order<T>(items, 1, 2);
                return;
            }

            if (items.Length <= InsertionMax)
            {
                Insert<T>(items);
                return;
            }

            if (depth == 0)
            {
                Heap<T>(items);
                return;
            }

            depth--;
            var pivot = Partition<T>(items);
            Sort<T>(Primitive.Part<T>(items, pivot + 1, items.Length - pivot - 1), depth);
            items = Primitive.Part<T>(items, 0, pivot);
        }
    }

    private static int Partition<T>(Span<T> items)
    {
        var last = items.Length - 1;
        var middle = last >> 1;
        Order<T>(items, 0, middle);
        Order<T>(items, 0, last);
        Order<T>(items, middle, last);
        var end = last - 1;
        var pivot = items[middle];
        Exchange<T>(items, middle, end);
        var left = 0;
        var right = end;
        while (left < right)
        {
            do left++; while (left < end && Primitive.Less<T>(items[left], pivot));
            do right--; while (right > 0 && Primitive.Less<T>(pivot, items[right]));
            if (left >= right) break;
            Exchange<T>(items, left, right);
        }

        if (left != end) Exchange<T>(items, left, end);
        return left;
    }

    private static void Insert<T>(Span<T> items)
    {
        for (var i = 1; i < items.Length; i++)
        {
            var item = items[i];
            var at = i;
            while (at > 0 && Primitive.Less<T>(item, items[at - 1]))
            {
                items[at] = items[at - 1];
                at--;
            }

            items[at] = item;
        }
    }

    // Children of n are 2n and 2n + 1, counted from 1.
    private static void Heap<T>(Span<T> items)
    {
        for (var i = items.Length >> 1; i >= 1; i--) Sink<T>(items, i, items.Length);
        for (var i = items.Length; i > 1; i--)
        {
            Exchange<T>(items, 0, i - 1);
            Sink<T>(items, 1, i - 1);
        }
    }

    private static void Sink<T>(Span<T> items, int at, int count)
    {
        var item = items[at - 1];
        while (at <= count >> 1)
        {
            var child = 2 * at;
            if (child < count && Primitive.Less<T>(items[child - 1], items[child])) child++;
            if (!Primitive.Less<T>(item, items[child - 1])) break;
            items[at - 1] = items[child - 1];
            at = child;
        }

        items[at - 1] = item;
    }

    private static void Order<T>(Span<T> items, int a, int b)
    {
        if (Primitive.Less<T>(items[b], items[a])) Exchange<T>(items, a, b);
    }

    private static void Exchange<T>(Span<T> items, int a, int b)
    {
        var item = items[a];
        items[a] = items[b];
        items[b] = item;
    }
}
