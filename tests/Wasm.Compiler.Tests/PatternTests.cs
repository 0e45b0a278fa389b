namespace Fog.Wasm.Compiler.Tests;

/// <summary>Patterns that name no type, against .NET.</summary>
public sealed class PatternTests
{
    public static TheoryData<string, string> Programs => new()
    {
        { "var", "return a switch { var x when x > b => x, var y => y * 2 };" },
        { "var in a condition", "if (a + 1 is var n && n > b) return n; return -n;" },
        { "of the value's own type", "if (a is int n and > 2) return n; return b is int m ? m + 1 : 0;" },
        { "tuple", "return (a, b) switch { (0, 0) => 1, (0, var y) => y, (> 2 and < 10, _) => 2, (_, 1 or 3) => 3, var (x, y) => x - y };" },
        { "nested tuple", "var t = (a, (b, a + b)); return t switch { (0, _) => 1, (_, (0, var s)) => s, (var x, (var y, > 5)) => x + y, _ => -1 };" },
        { "tuple statement", "switch (a, b) { case (0, 1): return 5; case (var x, 0) when x > 1: return x; case (1, _): return 7; default: return 8; }" },
        { "property", "var p = new Point(a, b); return p switch { { X: 0 } => 1, { X: > 1, Y: var y } when y != 3 => y, { Sum: > 4 } => 2, { X: var x } => x };" },
        { "field", "Pair p = default; p.X = a; p.Y.X = b; return p is { X: > 0, Y.X: < 3 } ? 1 : p is { Y: { X: 8 } q } ? q.X : 0;" },
        { "positional", "return new Point(a, b) switch { (0, var y) => y, (var x, > 2) => x, _ => 9 };" },
        { "list", "int[] x = [a, b, 3]; return x switch { [0, ..] => 1, [_, 3, var z] => z, [var f, .., 3] when f > 2 => f, [..] => 2 };" },
        { "list of a length", "int[] x = a > 2 ? [a, b] : a > 0 ? [a] : []; return x is [] ? 0 : x is [var one] ? one : x is [_, 8] ? 8 : x is [.., var last] ? last : -1;" },
        { "slice", "int[] x = [1, a, b, 4]; return x is [1, .. var rest, 4] ? rest.Length * 10 + rest[0] : 0;" },
        { "list of a span and of a string", "ReadOnlySpan<int> x = [a, b]; var n = x is [> 2, ..] ? 1 : 0; return (a > 0 ? \"abc\" : \"\") is ['a', .. var s, 'c'] ? n + s.Length * 5 : n;" },
        { "not, and, or", "return (a, b) is (not 0, > 0 and (1 or 8)) ? 1 : 0;" },
        { "length", "return new int[b < 0 ? 0 : b] is { Length: > 2 and var n } ? n : -1;" },
        { "switch expression in a switch expression", "return a switch { > 2 => b switch { 0 => 1, _ => 2 }, _ => (a, b) switch { (1, 1) => 3, _ => 4 } };" },
        { "no match", "return (a, b) switch { (0, 0) => 1, (> 0, > 0) => 2 };" },
        { "NaN", "return (a / 0.0 * 0) is double.NaN ? 1 : 0;" },
    };

    private const string Support = """
        readonly record struct Point(int X, int Y) { public int Sum => X + Y; }
        struct Inner { public int X; }
        struct Pair { public int X; public Inner Y; }
        """;

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_pattern_matches_what_it_does_on_DotNet(string name, string body) => Differential.Agree(name, body, Support);
}
