namespace Fog.Wasm.Compiler.Tests;

/// <summary>Strings against .NET: UTF-16 units, ordinal.</summary>
public sealed class StringTests
{
    public static TheoryData<string, string> Programs => new()
    {
        { "literal", "return \"h\u00e9llo \\ud83d\\ude00\";" },
        { "length and index", "return new string(s[a], s.Length);" },
        { "concatenation", "return s + t + 'x' + a + \"-\" + (a > 1) + (uint)a + (long)a * 1000000000000 + ulong.MaxValue;" },
        { "interpolation", "return $\"{s}|{t} {a}{s[^1]}\";" },
        { "compound", "var r = s; r += t; r += 'c'; r += a; return r;" },
        { "equality", "return (s == t ? 1 : 0) + (s != \"abc\" ? 2 : 0) + (s.Equals(t) ? 4 : 0) + \"\" + (string.Equals(s, s) ? 8 : 0);" },
        { "Substring", "return s.Substring(a) + t.Substring(0, a);" },
        { "ranges", "return s[a..] + t[..^1] + s[^1];" },
        { "search", "return s.IndexOf('b') + \" \" + s.LastIndexOf('c') + \" \" + s.IndexOf('c', a) + s.Contains(t) + s.Contains('a') + s.StartsWith('a') + t.EndsWith('c');" },
        { "made", "return new string('z', a) + new string(s.ToCharArray()) + new string(t.ToCharArray(), 0, a) + string.Concat(s, t) + string.Empty;" },
        { "edited", "return s.Replace('b', 'B') + t.PadLeft(a + 3) + t.PadRight(5, '.') + a.ToString();" },
        { "foreach", "int n = 0; foreach (var c in s) n = n * 31 + c; return \"\" + n;" },
        { "switch", "return s switch { \"abc\" => \"one\", \"\" => \"none\", _ => t is \"c\" or \"bc\" ? \"two\" : \"other\" };" },
        { "switch statement", "switch (t) { case \"bc\": return \"x\"; case \"\": return \"y\"; } return Name + Word(a);" },
        { "spans of it", "ReadOnlySpan<char> r = s; r = r[a..]; var n = r.IndexOf('c'); return new string(r) + n + s.AsSpan(a).Length;" },
        { "in structs and tuples", "var p = new Named(s, a); var (q, n) = (p.Text + t, p.Number); return q + n + p.Text.Length;" },
        { "order", "return \"\" + Math.Sign(string.CompareOrdinal(s, t)) + string.IsNullOrEmpty(s);" },
        { "characters", "int n = 0; foreach (var c in s) { if (char.IsAsciiDigit(c)) n += 1; if (char.IsAsciiLetter(c)) n += 100; } return n + \"!\";" },
    };

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_does_what_it_does_on_DotNet(string name, string body)
    {
        var source = $$"""
            using Fog.Client;

            public static class Program
            {
                [FogFunction] public static string Run(string s, string t, int a) { {{body}} }

                const string Name = "name";
                static string Word(int n) => n == 0 ? "zero" : n < 0 ? "minus " + Word(-n) : "some";
                readonly record struct Named(string Text, int Number);
            }
            """;
        var artifact = Guest.Load(Guest.Compile(source));
        var oracle = DotNet.Compile(source)["Run"];
        foreach (var s in (string[])["", "abc", "bc", "9\u00e9\ud83d\ude00c0"])
        {
            foreach (var t in (string[])["", "c", "bc", "\ud83d"])
            {
                foreach (var a in (int[])[0, 1, 3, -1])
                {
                    var expected = DotNet.Run(oracle, s, t, a);
                    var actual = Guest.Run(artifact, s, t, a);
                    Assert.True(expected.Agrees(actual), $"{name}: '{s}', '{t}', {a} gives {actual}, .NET gives {expected}");
                }
            }
        }
    }
}
