namespace Fog.Wasm.Compiler.Tests;

/// <summary>Structs, record structs and tuples by value, each program against .NET.</summary>
public sealed class StructTests
{
    public static TheoryData<string, string> Programs => new()
    {
        { "fields", "Pair p; p.X = a; p.Y = b; p.X += p.Y; p.Y++; return p.X * 10 + p.Y;" },
        { "copies", "var p = new Pair { X = a, Y = b }; var q = p; q.X = 7; return p.X * 100 + q.X * 10 + q.Y;" },
        { "default", "Pair p = default; var q = new Pair(); p.X += a; return p.X + q.Y + default(Box).Low.X;" },
        { "nested", "Box t = new() { Low = new() { X = a, Y = 2 }, Scale = 1.5 }; t.High = t.Low; t.High.Y = b; t.Low.X++; return (int)(t.Low.X * t.Scale) + t.High.X * 3 + t.High.Y * 5 + t.Low.Y;" },
        { "constructor", "var t = new Range(b, a); return t.Low * 10 + t.High + new Range(a).Length;" },
        { "record struct", "var p = new Point(a, b * 0.5); var (x, y) = p; return x * 3 + (int)(y * 4) + (int)p.Sum;" },
        { "with", "var p = new Point(a, b); var q = p with { Y = 2.5, X = p.X + 1 }; return p.X * 100 + q.X * 10 + (int)(q.Y * 2) + (int)p.Y;" },
        { "record equality", "var p = new Point(a, b); var q = new Point(b, a); return (p == q ? 1 : 0) + (p != new Point(a, b) ? 2 : 0) + (new Point(a, double.NaN) == new Point(a, double.NaN) ? 4 : 0) + (new Point(0, 0.0) == new Point(0, -0.0) ? 8 : 0);" },
        { "nested record equality", "return new Line(new(a, 1), new(b, 2)) == new Line(new(b, 1), new(a, 2)) ? 1 : 0;" },
        { "operators", "var v = new Complex(a, b) * new Complex(1, 2) + new Complex(3, -1); v += v; v = -v; return (int)v.Re * 3 + (int)v.Im + (int)(double)v;" },
        { "methods", "var t = new Range(a, b); return t.Contains(3) ? t.Clamp(a * 2) : Range.Between(a, b).Length;" },
        { "parameters and results", "var t = Widen(new Range(a, b), by: 2); return t.Low * 100 + t.High + Area(new Point(a, 2), new(b, 3));" },
        { "in parameters", "var p = new Point(a, b); return Twice(in p) + Twice(new(b, a));" },
        { "conditional", "var p = a > b ? new Pair { X = 1 } : new Pair { Y = b }; return p.X * 10 + p.Y;" },
        { "in a loop", "var p = new Point(0, 1); for (int i = 0; i < 5; i++) { Pair q = new(); q.X += i; p = new(p.X + q.X + a, p.Y * 2); } return p.X + (int)p.Y;" },
        { "in a tuple", "var t = (new Pair { X = a, Y = b }, 5); t.Item1.X *= 2; var (p, n) = t; p.Y = n; return p.X + p.Y * 10 + t.Item1.Y;" },
        { "tuple equality", "return ((a, b) == (b, a) ? 1 : 0) + ((a, 1.5) != (b, 1.5) ? 2 : 0);" },
        { "tuple default", "(int, double) t = default; return t.Item1 + (int)t.Item2 + a;" },
        { "recursion by value", "return Walk(new Pair { X = a & 7, Y = b & 7 }, 6).X;" },
        { "switch expression", "var p = a switch { 0 => new Point(1, 1), > 2 => new Point(b, 2), _ => default }; return p.X + (int)p.Y;" },
        { "array in a record struct", "var s = new Series([a, b, 3], 2); s.Items[0] = 9; var q = s; return q.Items[0] * 100 + s.Items[1] * 10 + s.Items.Length + q.Count;" },
        { "enum and small fields", "var s = new Small { A = (byte)a, B = (short)(b * 30000), C = a > b, D = 'x' }; s.A += 200; s.B -= 5; s.D++; return s.A + s.B + (s.C ? 1 : 0) + s.D;" },
        { "static property", "return Origin.X + Offset + a;" },
    };

    private const string Support = """
        struct Pair { public int X, Y; }
        struct Box { public Pair Low, High; public double Scale; }
        struct Small { public byte A; public short B; public bool C; public char D; }
        readonly struct Range
        {
            public int Low { get; }
            public readonly int High;
            public Range(int low, int high) { if (low > high) { Low = high; High = low; return; } Low = low; High = high; }
            public Range(int high) { High = high; }
            public int Length => High - Low;
            public bool Contains(int x) { return x >= Low && x < High; }
            public int Clamp(int x) => x < Low ? Low : x > High ? this.High : x;
            public static Range Between(int a, int b) => new(a, b);
        }
        readonly record struct Point(int X, double Y) { public double Sum => X + Y; }
        record struct Line(Point From, Point To);
        record struct Series(int[] Items, int Count);
        readonly record struct Complex(double Re, double Im)
        {
            public static Complex operator +(Complex a, Complex b) => new(a.Re + b.Re, a.Im + b.Im);
            public static Complex operator *(Complex a, Complex b) => new(a.Re * b.Re - a.Im * b.Im, a.Re * b.Im + a.Im * b.Re);
            public static Complex operator -(Complex a) => new(-a.Re, -a.Im);
            public static explicit operator double(Complex a) => a.Re;
        }
        static Point Origin => new(1, 2);
        static int Offset { get { return 4; } }
        static Range Widen(Range r, int by) => new(r.Low - by, r.High + by);
        static int Area(Point a, Point b) => (b.X - a.X) * (int)(b.Y - a.Y);
        static int Twice(in Point p) => p.X * 2 + (int)p.Y;
        static Pair Walk(Pair p, int n) { if (n == 0) return p; p.X += p.Y; var q = Walk(p, n - 1); q.X -= p.X; return q; }
        """;

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_does_what_it_does_on_DotNet(string name, string body)
    {
        var source = $$"""
            using Fog.Client;

            public static class Program
            {
                [FogFunction] public static int Run(int a, int b) { {{body}} }

            {{Support}}
            }
            """;
        var artifact = Guest.Load(Guest.Compile(source));
        var oracle = DotNet.Compile(source)["Run"];
        foreach (var a in (int[])[0, 1, 2, 3, 50, -7])
        {
            foreach (var b in (int[])[0, 1, 3, 8, -2])
            {
                var expected = DotNet.Run(oracle, a, b);
                var actual = Guest.Run(artifact, a, b);
                Assert.True(expected.Agrees(actual), $"{name}: a = {a}, b = {b} gives {actual}, .NET gives {expected}");
            }
        }
    }
}
