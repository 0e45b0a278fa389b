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

    public static bool EqualsOrNull(string a, string b) => Primitive.IsNull(a) == Primitive.IsNull(b) && Equals(a, b);

    /// <summary>Null is the least.</summary>
    public static int CompareOrdinalOrNull(string a, string b)
    {
        if (Primitive.IsNull(a) || Primitive.IsNull(b)) return (Primitive.IsNull(a) ? 0 : 1) - (Primitive.IsNull(b) ? 0 : 1);
        return CompareOrdinal(a, b);
    }

    /// <summary>On .NET the first units decide, even where there is none.</summary>
    public static int CompareOrdinal(string a, string b)
    {
        if (a.Length == 0 || b.Length == 0)
        {
            var first = (a.Length == 0 ? 0 : a[0]) - (b.Length == 0 ? 0 : b[0]);
            return first != 0 ? first : a.Length - b.Length;
        }

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

    public static bool Contains(string s, string part) => IndexOfOrdinal(s, part) >= 0;

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

    public static string Replace(string s, string from, string to)
    {
        if (from.Length == 0) throw new ArgumentException();
        var result = "";
        var start = 0;
        for (var i = 0; i <= s.Length - from.Length; i++)
        {
            if (!Matches(s, from, i)) continue;
            result = Concat(result, Substring(s, start, i - start), to);
            start = i + from.Length;
            i = start - 1;
        }

        return Concat(result, Substring(s, start));
    }

    public static string Insert(string s, int at, string part)
    {
        if (at < 0 || at > s.Length) throw new ArgumentOutOfRangeException();
        return Concat(Substring(s, 0, at), part, Substring(s, at));
    }

    public static string Remove(string s, int start)
    {
        if (start < 0 || start > s.Length) throw new ArgumentOutOfRangeException();
        return Substring(s, 0, start);
    }

    public static string Remove(string s, int start, int count)
    {
        if (start < 0 || count < 0 || count > s.Length - start) throw new ArgumentOutOfRangeException();
        return Concat(Substring(s, 0, start), Substring(s, start + count));
    }

    public static string Trim(string s) => TrimStart(TrimEnd(s));

    public static string TrimStart(string s)
    {
        var start = 0;
        while (start < s.Length && CharLibrary.IsWhiteSpace(s[start])) start++;
        return Substring(s, start);
    }

    public static string TrimEnd(string s)
    {
        var end = s.Length;
        while (end > 0 && CharLibrary.IsWhiteSpace(s[end - 1])) end--;
        return Substring(s, 0, end);
    }

    public static string Trim(string s, char c) => TrimStart(TrimEnd(s, c), c);

    public static string TrimStart(string s, char c)
    {
        var start = 0;
        while (start < s.Length && s[start] == c) start++;
        return Substring(s, start);
    }

    public static string TrimEnd(string s, char c)
    {
        var end = s.Length;
        while (end > 0 && s[end - 1] == c) end--;
        return Substring(s, 0, end);
    }

    public static int IndexOfOrdinal(string s, string part)
    {
        for (var i = 0; i <= s.Length - part.Length; i++)
        {
            if (Matches(s, part, i)) return i;
        }

        return -1;
    }

    public static bool StartsWithOrdinal(string s, string part) => part.Length <= s.Length && Matches(s, part, 0);

    public static bool EndsWithOrdinal(string s, string part) => part.Length <= s.Length && Matches(s, part, s.Length - part.Length);

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

    /// <summary>The characters of Unicode that separate, and the controls that move the caret.</summary>
    public static bool IsWhiteSpace(char c)
    {
        if (c < 0x100) return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xA0;
        return c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
    }

    public static bool IsAsciiLetterUpper(char c) => c >= 'A' && c <= 'Z';
}
