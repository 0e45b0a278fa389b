// Arrays and spans, which are one thing to the compiler: an address and a length.
namespace Fog.Wasm.Compiler.Prelude;

/// <summary>What the compiler knows how to do with elements; no checks.</summary>
internal static class Primitive
{
    public static extern Span<T> Part<T>(ReadOnlySpan<T> items, int start, int length);

    public static extern void Copy<T>(ReadOnlySpan<T> from, ReadOnlySpan<T> to);

    /// <summary>The array as a string; it must not be written any more.</summary>
    public static extern string Text(char[] items);

    /// <summary>A string's units; they must not be written.</summary>
    public static extern Span<char> Chars(string text);

    public static extern bool IsNull(string text);

    public static extern bool Less<T>(T a, T b);

    public static extern bool Equal<T>(T a, T b);

    /// <summary>False for everything that is not floating point. The argument is evaluated twice.</summary>
    public static extern bool IsNaN<T>(T value);
}

internal static class ArrayLibrary
{
    public static T[] Empty<T>() => new T[0];

    public static void Copy<T>(T[] from, T[] to, int length)
    {
        if (length < 0) throw new ArgumentOutOfRangeException();
        if (length > from.Length || length > to.Length) throw new ArgumentException();
        Primitive.Copy<T>(Primitive.Part<T>(from, 0, length), to);
    }

    public static void Copy<T>(T[] from, int start, T[] to, int at, int length)
    {
        if (length < 0 || start < 0) throw new ArgumentOutOfRangeException();
        if (length > from.Length - start) throw new ArgumentException();
        if (at < 0) throw new ArgumentOutOfRangeException();
        if (length > to.Length - at) throw new ArgumentException();
        Primitive.Copy<T>(Primitive.Part<T>(from, start, length), Primitive.Part<T>(to, at, length));
    }

    public static void Clear<T>(T[] items) => SpanLibrary.Clear<T>(items);

    public static void Clear<T>(T[] items, int start, int length)
    {
        if (start < 0 || length < 0 || length > items.Length - start) throw new IndexOutOfRangeException();
        SpanLibrary.Clear<T>(Primitive.Part<T>(items, start, length));
    }

    public static void Fill<T>(T[] items, T value) => SpanLibrary.Fill<T>(items, value);

    public static void Fill<T>(T[] items, T value, int start, int length)
    {
        if ((uint)start > (uint)items.Length || (uint)length > (uint)(items.Length - start)) throw new ArgumentOutOfRangeException();
        SpanLibrary.Fill<T>(Primitive.Part<T>(items, start, length), value);
    }

    public static void Reverse<T>(T[] items) => SpanLibrary.Reverse<T>(items);

    public static void Reverse<T>(T[] items, int start, int length) => SpanLibrary.Reverse<T>(Within<T>(items, start, length));

    public static void Sort<T>(T[] items) => Sorting.Sort<T>(items);

    public static void Sort<T>(T[] items, int start, int length) => Sorting.Sort<T>(Within<T>(items, start, length));

    public static int IndexOf<T>(T[] items, T value) => SpanLibrary.IndexOf<T>(items, value);

    /// <summary><c>items[start..end]</c>: a new array.</summary>
    public static T[] Range<T>(T[] items, int start, int end)
    {
        if ((uint)end > (uint)items.Length || (uint)start > (uint)end) throw new ArgumentOutOfRangeException();
        return SpanLibrary.ToArray<T>(Primitive.Part<T>(items, start, end - start));
    }

    private static Span<T> Within<T>(T[] items, int start, int length)
    {
        if (start < 0 || length < 0) throw new ArgumentOutOfRangeException();
        if (items.Length - start < length) throw new ArgumentException();
        return Primitive.Part<T>(items, start, length);
    }
}

/// <summary>Members of Span, ReadOnlySpan and MemoryExtensions.</summary>
internal static class SpanLibrary
{
    public static Span<T> Create<T>(T[] items) => items;

    public static Span<T> Create<T>(T[] items, int start, int length) => Slice<T>(items, start, length);

    public static Span<T> AsSpan<T>(T[] items) => items;

    public static Span<T> AsSpan<T>(T[] items, int start) => Slice<T>(items, start);

    public static Span<T> AsSpan<T>(T[] items, int start, int length) => Slice<T>(items, start, length);

    public static Span<char> AsSpan(string text) => Primitive.Chars(text);

    public static Span<char> AsSpan(string text, int start) => Slice<char>(Primitive.Chars(text), start);

    public static Span<char> AsSpan(string text, int start, int length) => Slice<char>(Primitive.Chars(text), start, length);

    public static Span<T> Slice<T>(Span<T> items, int start)
    {
        if ((uint)start > (uint)items.Length) throw new ArgumentOutOfRangeException();
        return Primitive.Part<T>(items, start, items.Length - start);
    }

    public static Span<T> Slice<T>(Span<T> items, int start, int length)
    {
        if ((uint)start > (uint)items.Length || (uint)length > (uint)(items.Length - start)) throw new ArgumentOutOfRangeException();
        return Primitive.Part<T>(items, start, length);
    }

    /// <summary><c>items[start..end]</c></summary>
    public static Span<T> Range<T>(Span<T> items, int start, int end) => Slice<T>(items, start, end - start);

    public static void CopyTo<T>(Span<T> from, Span<T> to)
    {
        if (from.Length > to.Length) throw new ArgumentException();
        Primitive.Copy<T>(from, to);
    }

    public static bool TryCopyTo<T>(Span<T> from, Span<T> to)
    {
        if (from.Length > to.Length) return false;
        Primitive.Copy<T>(from, to);
        return true;
    }

    public static T[] ToArray<T>(Span<T> items)
    {
        var copy = new T[items.Length];
        Primitive.Copy<T>(items, copy);
        return copy;
    }

    public static void Fill<T>(Span<T> items, T value)
    {
        for (var i = 0; i < items.Length; i++) items[i] = value;
    }

    public static void Clear<T>(Span<T> items)
    {
        for (var i = 0; i < items.Length; i++) items[i] = default(T);
    }

    public static void Reverse<T>(Span<T> items)
    {
        var last = items.Length - 1;
        for (var first = 0; first < last; first++)
        {
            var item = items[first];
            items[first] = items[last];
            items[last] = item;
            last--;
        }
    }

    public static void Sort<T>(Span<T> items) => Sorting.Sort<T>(items);

    /// <summary>Unlike ==, NaN is found.</summary>
    public static int IndexOf<T>(Span<T> items, T value)
    {
        for (var i = 0; i < items.Length; i++)
        {
            if (IsSame<T>(items[i], value)) return i;
        }

        return -1;
    }

    public static bool Contains<T>(Span<T> items, T value) => IndexOf<T>(items, value) >= 0;

    public static bool SequenceEqual<T>(Span<T> a, Span<T> b)
    {
        if (a.Length != b.Length) return false;
        for (var i = 0; i < a.Length; i++)
        {
            if (!IsSame<T>(a[i], b[i])) return false;
        }

        return true;
    }

    private static bool IsSame<T>(T a, T b) => Primitive.Equal<T>(a, b) || (Primitive.IsNaN<T>(a) && Primitive.IsNaN<T>(b));
}
