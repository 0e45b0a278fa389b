namespace Fog.Wasm.Compiler.Tests;

/// <summary>Array and Span members against .NET, for every type of element.</summary>
public sealed class ArrayTests
{
    private static readonly string[] Types = ["bool", "sbyte", "byte", "short", "ushort", "char", "int", "uint", "long", "ulong", "float", "double"];

    public static TheoryData<string, string> Programs => new()
    {
        { "Array.Copy", "var y = new T[7]; Array.Copy(x, y, a); return y;" },
        { "Array.Copy between places", "Array.Copy(x, a, x, b, a + b); return x;" },
        { "Array.Fill", "Array.Fill(x, v); return x;" },
        { "Array.Fill of a part", "Array.Fill(x, v, a, b); return x;" },
        { "Array.Clear", "Array.Clear(x, a, b); return x;" },
        { "Array.Clear of all", "Array.Clear(x); return x;" },
        { "Array.Reverse", "Array.Reverse(x); return x;" },
        { "Array.Reverse of a part", "Array.Reverse(x, a, b); return x;" },
        { "Array.Sort", "Array.Sort(x); return x;" },
        { "Array.Sort of a part", "Array.Sort(x, a, b); return x;" },
        { "Array.IndexOf", "return new T[Array.IndexOf(x, v) + 1];" },
        { "Array.Empty", "return Array.Empty<T>();" },
        { "from the end", "x[^1] = v; x[^a] = x[^b]; return x;" },
        { "range of an array", "return x[a..b];" },
        { "range from the end", "return x[a..^b];" },
        { "open ranges", "var y = x[a..]; y[..b][0] = v; return y[..];" },
        { "span over an array", "Span<T> s = x; s[a] = v; return x;" },
        { "slice", "var s = x.AsSpan(a); s[0] = v; s.Slice(b).Fill(v); return s.ToArray();" },
        { "slice with a length", "var s = x.AsSpan().Slice(a, b); s.Clear(); return x;" },
        { "range of a span", "Span<T> s = x.AsSpan(); s = s[a..^b]; s[^1] = v; return s.ToArray();" },
        { "CopyTo", "x.AsSpan(a).CopyTo(x.AsSpan(b)); return x;" },
        { "span parameters", "return new T[Count(x, v) + Count(x.AsSpan(a), v)];" },
        { "foreach over a span", "ReadOnlySpan<T> s = x; var y = new T[s.Length]; int n = 0; foreach (var e in s[a..]) y[n++] = e; return y;" },
        { "span comparisons", "return new T[(x.AsSpan().SequenceEqual(x[a..]) ? 1 : 0) + (x.AsSpan().IsEmpty ? 2 : 0) + (x.AsSpan().Contains(v) ? 4 : 0)];" },
        { "spans made", "var s = new Span<T>(x); s.Sort(); new Span<T>(x, a, b).Reverse(); Span<T> none = default; return none.Length == 0 ? x : x;" },
    };

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_member_does_what_it_does_on_DotNet(string name, string body)
    {
        foreach (var type in name.StartsWith("Array.Sort", StringComparison.Ordinal) ? Types : ["sbyte", "char", "long", "double"])
        {
            var source = $$"""
                using Fog.Client;

                public static class Program
                {
                    [FogFunction]
                    public static {{type}}[] Run({{type}}[] x, {{type}} v, int a, int b) { {{body.Replace("T[", type + "[").Replace("<T>", $"<{type}>")}} }

                    static int Count(ReadOnlySpan<{{type}}> s, {{type}} v) { int n = 0; for (int i = 0; i < s.Length; i++) if (s[i] == v) n++; return n; }
                }
                """;
            var artifact = Guest.Load(Guest.Compile(source));
            var oracle = DotNet.Compile(source)["Run"];
            var random = new Random(1);
            foreach (var length in (int[])(name.StartsWith("Array.Sort", StringComparison.Ordinal) ? [2, 3, 5, 16, 17, 40, 300] : [0, 1, 4, 9]))
            {
                var x = Values(oracle.ReturnType.GetElementType()!, length, random);
                foreach (var (a, b) in ((int, int)[])[(0, 0), (1, 2), (2, 1), (0, 3), (3, 0), (-1, 1), (1, -1), (length, 0), (0, length), (length / 2, length / 3)])
                {
                    object?[] arguments = [x, length > 0 ? x.GetValue(length / 2) : Activator.CreateInstance(x.GetType().GetElementType()!), a, b];
                    var expected = DotNet.Run(oracle, arguments);
                    var actual = Guest.Run(artifact, arguments);
                    Assert.True(expected.Agrees(actual), $"{name} of {type}[{length}], a = {a}, b = {b} gives {actual}, .NET gives {expected}");
                }
            }
        }
    }

    [Fact]
    public void Adversarial_orders_are_sorted_as_on_DotNet()
    {
        const string Source = "using Fog.Client; public static class P { [FogFunction(MemoryBytesMax = 131072)] public static double[] Run(double[] x) { Array.Sort(x); return x; } }";
        var artifact = Guest.Load(Guest.Compile(Source));
        var oracle = DotNet.Compile(Source)["Run"];
        double[][] orders =
        [
            [.. Enumerable.Range(0, 1_000).Select(i => (double)i)],
            [.. Enumerable.Range(0, 1_000).Select(i => -(double)i)],
            [.. Enumerable.Range(0, 1_000).Select(i => i % 2 == 0 ? 0.0 : -0.0)],
            [.. Enumerable.Range(0, 1_000).Select(i => (double)System.Math.Min(i, 1_000 - i))],
            [.. Enumerable.Range(0, 1_000).Select(i => i % 3 == 0 ? double.NaN : i % 3 == 1 ? -0.0 : (i * 7919 % 13) - 6)],
            Killer(2_000),
        ];
        foreach (var order in orders)
        {
            var expected = DotNet.Run(oracle, order);
            var actual = Guest.Run(artifact, order);
            Assert.True(expected.Agrees(actual), $"{actual}, .NET gives {expected}");
        }
    }

    /// <summary>Makes a median of three choose badly, so that the sort falls back to a heap.</summary>
    private static double[] Killer(int n) =>
        [.. Enumerable.Range(0, n).Select(i => i < n / 2 ? (i % 2 == 0 ? i + 1.0 : (n / 2) + i) : 2.0 * (i - (n / 2) + 1))];

    private static Array Values(Type type, int length, Random random)
    {
        var values = Array.CreateInstance(type, length);
        for (var i = 0; i < length; i++)
        {
            object value = Type.GetTypeCode(type) switch
            {
                TypeCode.Boolean => random.Next(2) == 0,
                TypeCode.Char => (char)random.Next(65_536),
                TypeCode.SByte => (sbyte)random.Next(-128, 128),
                TypeCode.Byte => (byte)random.Next(256),
                TypeCode.Int16 => (short)random.Next(-32_768, 32_768),
                TypeCode.UInt16 => (ushort)random.Next(65_536),
                TypeCode.Int32 => random.Next(int.MinValue, int.MaxValue),
                TypeCode.UInt32 => (uint)random.NextInt64(1L << 32),
                TypeCode.Int64 => random.NextInt64(long.MinValue, long.MaxValue),
                TypeCode.UInt64 => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
                TypeCode.Single => Odd(random) is { } odd ? (float)odd : (float)(random.NextDouble() - 0.5),
                _ => Odd(random) is { } odd ? odd : random.NextDouble() - 0.5,
            };
            values.SetValue(value, i);
        }

        return values;
    }

    private static double? Odd(Random random) => random.Next(8) switch { 0 => double.NaN, 1 => -0.0, 2 => 0.0, 3 => double.NegativeInfinity, 4 => 1, _ => null };
}
