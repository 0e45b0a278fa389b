namespace Fog.Wasm.Compiler.Tests;

/// <summary>Arrays of anything, structs with initial values, and null, against .NET.</summary>
public sealed class NestingTests
{
    public static TheoryData<string, string> Programs => new()
    {
        { "array of structs", "var s = new Pair[3]; s[1].X = a; s[1].Y = 2.5; s[2] = s[1]; s[2].X++; s[0] = new Pair { X = b }; return s[0].X + s[1].X * 10 + s[2].X * 100 + (int)(s[2].Y * 2);" },
        { "array of tuples", "(int N, byte K, double D)[] t = [(a, 1, 2.5), (b, 2, 0.5)]; t[0].D += t[1].N; (t[0].N, t[1].N) = (t[1].N, t[0].N); int n = 0; foreach (var (x, k, d) in t) n = n * 7 + x + k + (int)d; return n;" },
        { "array of small structs", "var s = new Small[4]; s[3].B = (byte)a; s[3].S = (short)b; s[3].C = 'x'; s[2].L = 1L << 40; return s[3].B + s[3].S + s[3].C + (int)(s[2].L >> 38) + s[2].B;" },
        { "array of nested structs", "var s = new Box[2]; s[1].Low.X = a; s[1].High = s[1].Low; s[1].High.Y = 1.5; var t = s[1]; t.Low.X = 9; return s[1].Low.X * 10 + s[1].High.X + (int)(t.High.Y * 2) + t.Low.X;" },
        { "array of arrays", "int[][] m = [[1, a], [b], []]; m[0][1] += 5; m[2] = m[0]; m[2][0] = 7; int n = 0; foreach (var row in m) foreach (var v in row) n = n * 3 + v; return n + m[1].Length;" },
        { "array of arrays made in a loop", "var m = new double[4][]; for (int i = 0; i < m.Length; i++) { m[i] = new double[i + 1]; m[i][i] = a + i; } return (int)(m[3][3] + m[2][1]) + m[1].Length;" },
        { "an array that is not there yet", "var m = new int[3][]; m[1] = [a]; return m[b & 1][0];" },
        { "a length that is not there", "var m = new int[2][]; if (a > 2) m[0] = [1, 2]; return m[0].Length;" },
        { "foreach over null", "int[] x = a > 2 ? [1, 2] : null; int n = 0; foreach (var v in x) n += v; return n;" },
        { "null and not null", "int[] x = a > 2 ? null : [a]; return x == null ? 1 : x is null ? 2 : x is not null && x.Length > 0 ? x[0] : 3;" },
        { "coalesce", "int[] x = a > 2 ? null : [a, b]; var y = x ?? [5]; x ??= [7, 8, 9]; return y[0] * 10 + x.Length;" },
        { "null to a span", "int[] x = a > 2 ? null : [a]; ReadOnlySpan<int> s = x; return s.Length;" },
        { "null to the library", "int[] x = a > 2 ? null : [3, a]; Array.Sort(x); return x[0];" },
        { "null string", "string s = a > 2 ? null : \"ab\"; var t = s + \"c\" + null; return t.Length * 10 + (s == null ? 1 : 0) + (s == \"ab\" ? 2 : 0) + (string.IsNullOrEmpty(s) ? 4 : 0) + string.CompareOrdinal(s, \"\");" },
        { "length of a null string", "string s = a > 2 ? null : \"ab\"; return s.Length;" },
        { "null in a struct", "Named n = default; if (a > 2) n.Text = \"xyz\"; return n.Text is { Length: > 2 } t ? t.Length : n.Text == null ? -1 : 0;" },
        { "strings in an array", "string[] s = [\"a\", \"bcd\", a.ToString()]; var t = \"\"; foreach (var x in s) t += x; s[0] += \"zz\"; return t.Length * 10 + s[0].Length + (s[1] == \"bcd\" ? 5 : 0);" },
        { "static arrays of everything", "int n = 0; foreach (var (x, y) in Points) n += x * (int)y; return n + Names[a & 1].Length * 100 + (Names[1] == \"three\" ? 7 : 0) + Rows[1][b & 1] + Origin.X + Places[1].X;" },
        { "spans of structs", "var s = new Pair[4]; Span<Pair> t = s.AsSpan(1, 2); t[0].X = a; t[1] = t[0]; t.Slice(1)[0].X++; Array.Reverse(s); var u = t.ToArray(); return s[0].X + s[1].X * 10 + s[2].X * 100 + u.Length;" },
        { "copies of structs", "var s = new Pair[3]; s[0].X = a; Array.Fill(s, s[0]); var t = new Pair[3]; Array.Copy(s, t, 2); t[0].X = 5; Array.Clear(s, 1, 1); return s[0].X + s[1].X * 10 + t[1].X * 100 + t[2].X;" },
        { "array in a struct in an array", "var s = new Series[2]; s[0] = new Series([1, a], 3); s[1] = s[0]; s[1].Items[0] = 8; s[1].Count = 4; return s[0].Items[0] * 10 + s[0].Count + s[1].Items[1];" },
        { "initial values", "var w = new WithValues(a); var v = new WithValues(); return w.X * 100 + w.Y * 10 + v.X + w.Z + v.Z + default(WithValues).X;" },
        { "initial values of a record", "var r = new Rated(a) { Scale = 4 }; return r.Value + r.Scale * 10 + r.Twice + new Rated(b).Scale;" },
        { "a constructor that calls another", "var t = new Chained(a); return t.X * 10 + t.Y + new Chained(b, 2).Y;" },
        { "a constructor with arrays", "var g = new Grid(3, 2); g.Cells[4] = a; return g.Cells.Length * 10 + g.Cells[4] + g.Rows;" },
        { "deconstruction within", "var ((x, y), z) = ((a, b), a + b); (int p, (long q, _)) = (x, (y, z)); return x * 100 + y * 10 + z + p + (int)q;" },
        { "deconstruction with conversions", "long x; double y; (x, y) = (a, b); var t = (a, b); (x, _) = t; return (int)x * 10 + (int)(y * 2);" },
        { "native integers", "nint x = a; nuint y = (nuint)(b & 15); x = x * 3 + (nint)y; checked { x += 1; } return (int)x + (int)(y >> 1);" },
        { "sizes out of range", "return new Pair[a].Length > 1000000 ? 1 : 0;" },
        { "more of strings", "string s = \" ab cd \"; return s.Trim().Length * 10 + s.TrimStart().Length + s.TrimEnd('x').Length + s.Insert(2, \"zz\").IndexOf(\"zz\", StringComparison.Ordinal) + s.Remove(1, 2).Length + s.Replace(\"b c\", \"-\").Length + (s.StartsWith(\" a\", StringComparison.Ordinal) ? 100 : 0) + (s.EndsWith(\"d\", StringComparison.Ordinal) ? 200 : 0) + s.Remove(a & 3).Length;" },
    };

    private const string Support = """
        static readonly (int, double)[] Points = [(1, 2.5), (3, 4)];
        static readonly string[] Names = ["one", "three"];
        static readonly int[][] Rows = [[1, 2], [3, 4]];
        static readonly Pair[] Places = [new Pair { X = 4 }, new() { X = 6, Y = 2 }];
        static readonly Rated2 Origin = new(11, 2);
        readonly record struct Rated2(int X, int Y);
        struct Pair { public int X; public double Y; }
        struct Box { public Pair Low, High; }
        struct Small { public byte B; public short S; public char C; public long L; }
        struct Named { public string Text; public int Number; }
        record struct Series(int[] Items, int Count);
        struct WithValues
        {
            public int X = 3;
            public int Y { get; set; } = 5;
            public readonly int Z = 7 * 2;
            public WithValues() { }
            public WithValues(int y) { Y += y; }
        }
        record struct Rated(int Value) { public int Scale = 2; public int Twice { get; } = Value * 2; }
        struct Chained
        {
            public int X, Y;
            public Chained(int x) : this(x, x + 1) { Y *= 2; }
            public Chained(int x, int y) { X = x; Y = y; }
        }
        struct Grid
        {
            public int[] Cells;
            public int Rows;
            public Grid(int rows, int columns) { Cells = new int[rows * columns]; Rows = rows; }
        }
        """;

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_does_what_it_does_on_DotNet(string name, string body) => Differential.Agree(name, body, Support);
}
