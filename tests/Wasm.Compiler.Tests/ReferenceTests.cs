namespace Fog.Wasm.Compiler.Tests;

/// <summary>ref, out, in, locals by reference, and methods that change the struct they belong to, against .NET.</summary>
public sealed class ReferenceTests
{
    public static TheoryData<string, string> Programs => new()
    {
        { "ref", "int x = a, y = b; Swap(ref x, ref y); Add(ref x, 5); return x * 10 + y;" },
        { "ref as a value", "int x = a; int y = Add(ref x, b) + x + Add(ref x, 1); return y * 3 + x;" },
        { "out", "if (!Half(a, out var h)) return -1; Half(b, out h); Split(a, out var q, out _); return h * 100 + q;" },
        { "ref through calls", "int x = a & 3; Deep(ref x, 4); return x;" },
        { "ref of elements", "int[] x = [a, b, 3]; Swap(ref x[0], ref x[2]); Swap(ref x[1], ref x[1]); Add(ref x[1], x[0]); return x[0] * 100 + x[1] * 10 + x[2];" },
        { "ref of the same element", "int[] x = [1, 2]; AddTwice(ref x[a & 1], ref x[b & 1]); return x[0] * 10 + x[1];" },
        { "ref and its array", "int[] x = [a, b]; Through(ref x[0], x); return x[0] * 10 + x[1];" },
        { "ref out of range", "int[] x = [1]; Add(ref x[a], 2); return x[0];" },
        { "ref of an element and of a local", "int[] x = [a, b]; int y = 5; Swap(ref x[0], ref y); Swap(ref y, ref x[1]); return x[0] * 100 + x[1] * 10 + y;" },
        { "ref of fields", "Pair p = default; p.X = a; p.Y = b; Swap(ref p.X, ref p.Y); Add(ref p.X, 3); Pair[] s = [p, p]; Swap(ref s[0].X, ref s[1].Y); return p.X * 10 + p.Y + s[0].X * 7 + s[1].Y;" },
        { "ref of small and wide", "byte x = (byte)a; Bump(ref x); long l = b; Bump(ref l); byte[] s = [250, x]; Bump(ref s[0]); double d = 1.5; Bump(ref d); return x + (int)l * 3 + s[0] * 5 + (int)(d * 2);" },
        { "ref of a struct", "Pair p = default; Set(ref p, a, b); Pair[] s = new Pair[2]; Set(ref s[1], b, a); return p.X + p.Y * 10 + s[1].X * 100 + s[1].Y;" },
        { "ref of an array", "int[] x = [1, 2]; Replace(ref x, a & 7); return x.Length;" },
        { "in", "int[] x = [a, b]; return Read(in x[0], x) + Read(in a, x) + Read(3, x);" },
        { "ref locals", "int[] x = [a, b, 5]; ref int r = ref x[1]; r += 3; r = ref x[2]; r *= 2; int y = 4; ref int s = ref y; s += a; return x[1] * 100 + x[2] * 10 + y;" },
        { "ref locals of structs", "Pair[] s = new Pair[2]; ref var p = ref s[a & 1]; p.X = b; p.Y += 4; ref var q = ref p.X; q++; return s[0].X * 100 + s[1].X * 10 + s[0].Y + s[1].Y;" },
        { "foreach by reference", "int[] x = [a, b, 3]; foreach (ref var v in x.AsSpan()) v = v * 2 + 1; return x[0] + x[1] * 3 + x[2] * 5;" },
        { "a method that changes its struct", "Counter c = default; c.Add(a); c.Add(b); var d = c; d.Reset(); return c.Sum * 10 + c.Count + d.Count;" },
        { "in an array", "var s = new Counter[3]; s[1].Add(a); s[1].Add(b); s[a & 1].Add(7); var t = s[1]; t.Add(100); return s[0].Sum + s[1].Sum * 10 + s[1].Count + t.Sum;" },
        { "within a struct", "Holder h = default; h.Inner.Add(a); h.Both(b); return h.Inner.Sum * 10 + h.Inner.Count;" },
        { "of a copy", "Holder h = new(a); h.Fixed.Add(5); h.Own.Add(7); return h.Fixed.Sum * 10 + h.Own.Sum;" },
        { "of a foreach variable", "Counter[] s = new Counter[2]; int n = 0; foreach (var c in s) { c.Add(a); n += c.Sum; } return n * 10 + s[0].Sum;" },
        { "of an in parameter", "Counter c = default; c.Add(a); return Peek(in c) * 10 + c.Sum;" },
        { "as a value", "var g = new Random(7); return (g.Next() + a) ^ g.Next() * 3 ^ (int)(g.State >> 3);" },
        { "property with a setter", "Temperature t = default; t.Fahrenheit = a & 127; t.Offset = b; return (int)(t.Celsius * 10) + t.Offset;" },
        { "indexer", "var m = new Matrix(2, 3); m[1, 2] = a & 255; m[0, 1] = b; return (int)(m[1, 2] * 10 + m[0, 1]);" },
        { "returns itself", "Counter c = default; return c.With(a).With(b).Sum * 10 + c.Sum;" },
        { "assigns this", "Counter c = default; c.Add(a); c.Clear(); c.Add(b); return c.Sum;" },
    };

    private const string Support = """
        static void Swap(ref int x, ref int y) { int t = x; x = y; y = t; }
        static int Add(ref int x, int n) { x += n; return x; }
        static void AddTwice(ref int x, ref int y) { x += 1; y += 1; }
        static void Through(ref int x, int[] all) { x = 7; all[1] = x + all[0]; all[0] = 3; all[1] += x; }
        static int Read(in int x, int[] all) { int before = x; all[0] = 9; return before * 10 + x; }
        static bool Half(int x, out int h) { h = x / 2; return x > 0; }
        static void Split(int x, out int q, out int r) { q = x / 7; r = x % 7; }
        static void Deep(ref int x, int n) { if (n == 0) return; x += n; Deep(ref x, n - 1); x *= 2; }
        static void Bump(ref byte x) { x += 7; }
        static void Bump(ref long x) { x <<= 2; }
        static void Bump(ref double x) { x *= 1.5; }
        static void Set(ref Pair p, int x, int y) { p.X = x; p = new Pair { X = p.X + 1, Y = y }; }
        static void Replace(ref int[] x, int n) { x = new int[n + x.Length]; }
        static int Peek(in Counter c) { c.Add(50); return c.Sum; }
        struct Pair { public int X, Y; }
        struct Counter
        {
            public int Sum, Count;
            public void Add(int x) { Sum += x; Count++; }
            public void Reset() => Count = 0;
            public Counter With(int x) { Add(x); return this; }
            public void Clear() { this = default; }
        }
        struct Holder
        {
            public Counter Inner;
            public readonly Counter Fixed;
            public Counter Own { get; }
            public Holder(int x) { Fixed.Add(x); }
            public void Both(int x) { Inner.Add(x); Inner.Add(x); }
        }
        struct Random
        {
            public ulong State;
            public Random(ulong seed) { State = seed; }
            public int Next() { State ^= State << 13; State ^= State >> 7; State ^= State << 17; return (int)State; }
        }
        struct Temperature
        {
            private double celsius;
            public readonly double Celsius => celsius;
            public double Fahrenheit { get => celsius * 1.8 + 32; set { celsius = (value - 32) / 1.8; } }
            public int Offset { get; set; }
        }
        readonly struct Matrix
        {
            private readonly double[] items;
            private readonly int columns;
            public Matrix(int rows, int columns) { items = new double[rows * columns]; this.columns = columns; }
            public double this[int row, int column] { get => items[row * columns + column]; set => items[row * columns + column] = value; }
        }
        """;

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_reference_is_what_it_is_on_DotNet(string name, string body) => Differential.Agree(name, body, Support);
}
