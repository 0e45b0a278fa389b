// Strings: arrays of char that nobody writes. Ordinal throughout.
namespace Fog.Wasm.Compiler.Prelude;

internal static class StringLibrary
{
    public static string Create(ReadOnlySpan<char> items) => Primitive.Text(Copy(items));

    public static string Create(char[] items, int start, int length)
    {
        if (start < 0 || length < 0 || start > items.Length - length) throw new ArgumentOutOfRangeException();
        return Primitive.Text(Copy(Primitive.Part<char>(items, start, length)));
    }

    public static string Create(char c, int count)
    {
        if (count < 0) throw new ArgumentOutOfRangeException();
        var items = new char[count];
        SpanLibrary.Fill<char>(items, c);
        return Primitive.Text(items);
    }

    public static string Concat(string a, string b)
    {
        var items = new char[a.Length + b.Length];
        Primitive.Copy<char>(a, items);
        Primitive.Copy<char>(b, Primitive.Part<char>(items, a.Length, b.Length));
        return Primitive.Text(items);
    }

    public static string Concat(string a, string b, string c) => Concat(Concat(a, b), c);

    public static string OfChar(char c) => Create(c, 1);

    public static string OfBool(bool b) => b ? "True" : "False";

    public static string OfInt64(long value)
    {
        if (value >= 0) return OfUInt64((ulong)value);
        return Concat("-", OfUInt64((ulong)-value));
    }

    public static string OfUInt64(ulong value)
    {
        var digits = new char[20];
        var at = 20;
        do
        {
            at--;
            digits[at] = (char)('0' + (int)(value % 10));
            value /= 10;
        }
        while (value != 0);
        return Primitive.Text(Copy(Primitive.Part<char>(digits, at, 20 - at)));
    }

    public static bool Equals(string a, string b) => SpanLibrary.SequenceEqual<char>(Primitive.Chars(a), Primitive.Chars(b));

    public static int CompareOrdinal(string a, string b)
    {
        var count = a.Length < b.Length ? a.Length : b.Length;
        for (var i = 0; i < count; i++)
        {
            if (a[i] != b[i]) return a[i] - b[i];
        }

        return a.Length - b.Length;
    }

    public static bool IsNullOrEmpty(string s) => s.Length == 0;

    /// <summary><c>s[start..end]</c></summary>
    public static string Range(string s, int start, int end) => Substring(s, start, end - start);

    public static string Substring(string s, int start) => Substring(s, start, s.Length - start);

    public static string Substring(string s, int start, int length)
    {
        if (start < 0 || length < 0 || start > s.Length || length > s.Length - start) throw new ArgumentOutOfRangeException();
        return Primitive.Text(Copy(Primitive.Part<char>(s, start, length)));
    }

    public static int IndexOf(string s, char c) => SpanLibrary.IndexOf<char>(Primitive.Chars(s), c);

    public static int IndexOf(string s, char c, int start)
    {
        if (start < 0 || start > s.Length) throw new ArgumentOutOfRangeException();
        for (var i = start; i < s.Length; i++)
        {
            if (s[i] == c) return i;
        }

        return -1;
    }

    public static int LastIndexOf(string s, char c)
    {
        for (var i = s.Length - 1; i >= 0; i--)
        {
            if (s[i] == c) return i;
        }

        return -1;
    }

    public static bool Contains(string s, char c) => IndexOf(s, c) >= 0;

    public static bool Contains(string s, string part)
    {
        for (var i = 0; i <= s.Length - part.Length; i++)
        {
            if (Matches(s, part, i)) return true;
        }

        return false;
    }

    public static bool StartsWith(string s, char c) => s.Length > 0 && s[0] == c;

    public static bool EndsWith(string s, char c) => s.Length > 0 && s[s.Length - 1] == c;

    public static string Replace(string s, char from, char to)
    {
        var items = Copy(s);
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i] == from) items[i] = to;
        }

        return Primitive.Text(items);
    }

    public static char[] ToCharArray(string s) => Copy(s);

    public static string PadLeft(string s, int width) => PadLeft(s, width, ' ');

    public static string PadLeft(string s, int width, char c)
    {
        if (width < 0) throw new ArgumentOutOfRangeException();
        return width <= s.Length ? s : Concat(Create(c, width - s.Length), s);
    }

    public static string PadRight(string s, int width) => PadRight(s, width, ' ');

    public static string PadRight(string s, int width, char c)
    {
        if (width < 0) throw new ArgumentOutOfRangeException();
        return width <= s.Length ? s : Concat(s, Create(c, width - s.Length));
    }

    private static bool Matches(string s, string part, int at)
    {
        for (var i = 0; i < part.Length; i++)
        {
            if (s[at + i] != part[i]) return false;
        }

        return true;
    }

    private static char[] Copy(ReadOnlySpan<char> items)
    {
        var copy = new char[items.Length];
        Primitive.Copy<char>(items, copy);
        return copy;
    }
}

internal static class CharLibrary
{
    public static bool IsAsciiDigit(char c) => c >= '0' && c <= '9';

    public static bool IsAsciiLetter(char c) => (uint)((c | 0x20) - 'a') <= 25;

    public static bool IsAsciiLetterOrDigit(char c) => IsAsciiLetter(c) || IsAsciiDigit(c);

    public static bool IsAsciiLetterLower(char c) => c >= 'a' && c <= 'z';

    public static bool IsAsciiLetterUpper(char c) => c >= 'A' && c <= 'Z';
}
