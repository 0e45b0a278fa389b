using System.Text.Json;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime.Values;

namespace Fog.Wasm.Runtime.Tests.Values;

public class ValueCodecTests
{
    [Fact]
    public void Golden_values_are_written_and_read()
    {
        var seen = new HashSet<byte>();
        foreach (var line in Vectors.Lines("values.txt"))
        {
            Assert.True(FogType.TryParse(line[0], out var type), line[0]);
            seen.Add(type.Tag);
            var value = type.Kind == FogKind.Void ? FogValue.Void : ValueJson.Read(type, Json(line[1]), "x");
            var result = Convert.FromHexString("0100" + line[2] + "0000");
            Assert.Equal(Convert.ToHexString(result), Convert.ToHexString(ValueCodec.EncodeResult(new FogResult.Returned(value))));
            var read = Assert.IsType<FogResult.Returned>(ValueCodec.DecodeResult(result)).Value;
            Assert.Equal(type, read.Type);
            Assert.Equal(value.Clr, read.Clr);
            Assert.Equal(line[1], Json(ValueJson.ToJson(read)).ValueKind == JsonValueKind.String && line[1].Contains("\\u", StringComparison.Ordinal) ? line[1] : Unescaped(ValueJson.ToJson(read)));
        }

        Assert.Equal(14 + 12, seen.Count);
    }

    [Fact]
    public void Golden_results_are_written_and_read()
    {
        foreach (var line in Vectors.Lines("results.txt"))
        {
            var bytes = Convert.FromHexString(line[1]);
            var result = Parse(line[0]);
            Assert.Equal(line[1], Convert.ToHexString(ValueCodec.EncodeResult(result)));
            if (result is FogResult.Trapped) Assert.Equal(result, ValueCodec.DecodeResult(bytes));
            else
            {
                var (expected, actual) = ((FogResult.Returned)result, Assert.IsType<FogResult.Returned>(ValueCodec.DecodeResult(bytes)));
                Assert.Equal(expected.Value.Clr, actual.Value.Clr);
                Assert.Equal<FogEffect>(expected.Effects, actual.Effects);
            }
        }
    }

    [Fact]
    public void Golden_argument_lists_are_written_and_read()
    {
        foreach (var line in Vectors.Lines("arguments.txt"))
        {
            var manifest = Manifest([.. line[0].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]);
            Assert.Equal(line[2], Convert.ToHexString(ValueCodec.EncodeArguments(manifest, Json(line[1]))));
            var values = ValueCodec.DecodeArguments(Convert.FromHexString(line[2]));
            Assert.Equal(manifest.Parameters.Select(p => p.Type), values.Select(v => v.Type));
            Assert.Equal(line[2], Convert.ToHexString(ValueCodec.EncodeArguments(manifest, [.. values.Select(v => v.Clr)])));
        }
    }

    [Theory]
    [InlineData("", ValueFormatError.Truncated)]
    [InlineData("01", ValueFormatError.Truncated)]
    [InlineData("0200", ValueFormatError.UnknownVersion)]
    [InlineData("0102", ValueFormatError.UnknownKind)]
    [InlineData("0100", ValueFormatError.Truncated)]
    [InlineData("01000E", ValueFormatError.UnknownTag)]
    [InlineData("010080", ValueFormatError.UnknownTag)]
    [InlineData("01008D", ValueFormatError.UnknownTag)]
    [InlineData("010007000000", ValueFormatError.Truncated)]
    [InlineData("010007000000000000FF", ValueFormatError.TrailingBytes)]
    [InlineData("0100070000000001", ValueFormatError.Truncated)]
    [InlineData("010007000000000100", ValueFormatError.Truncated)]
    [InlineData("0100000100", ValueFormatError.Truncated)]
    [InlineData("01000001000101610200780079", ValueFormatError.Truncated)]
    [InlineData("010000010001016101007800FF", ValueFormatError.TrailingBytes)]
    [InlineData("0100000100000161010078", ValueFormatError.InvalidEffects)]
    [InlineData("010000010001000000", ValueFormatError.InvalidEffects)]
    [InlineData("01000001000101410000", ValueFormatError.InvalidEffects)]
    [InlineData("0100001100", ValueFormatError.InvalidEffects)]
    [InlineData("010001020000", ValueFormatError.NotCanonical)]
    [InlineData("01000B0000C0FF0000", ValueFormatError.NotCanonical)]
    [InlineData("01000B0100807F0000", ValueFormatError.NotCanonical)]
    [InlineData("01000C010000000000F07F0000", ValueFormatError.NotCanonical)]
    [InlineData("01008101000000020000", ValueFormatError.NotCanonical)]
    [InlineData("01008CFFFFFFFF", ValueFormatError.Truncated)]
    [InlineData("01008C01000000000000000000F0", ValueFormatError.Truncated)]
    [InlineData("01000D0200000041", ValueFormatError.Truncated)]
    [InlineData("0101000000000000000000", ValueFormatError.UnknownTrap)]
    [InlineData("01010F0000000000000000", ValueFormatError.UnknownTrap)]
    [InlineData("010101000000000000", ValueFormatError.Truncated)]
    [InlineData("010101000000000000000000", ValueFormatError.TrailingBytes)]
    public void A_malformed_result_is_refused_with_a_name(string hex, ValueFormatError error) =>
        Assert.Equal(error, Assert.Throws<ValueFormatException>(() => ValueCodec.DecodeResult(Convert.FromHexString(hex))).Error);

    [Theory]
    [InlineData("", ValueFormatError.Truncated)]
    [InlineData("0100", ValueFormatError.Truncated)]
    [InlineData("FFFF", ValueFormatError.Truncated)]
    [InlineData("000000", ValueFormatError.TrailingBytes)]
    [InlineData("01000F", ValueFormatError.UnknownTag)]
    public void A_malformed_argument_list_is_refused_with_a_name(string hex, ValueFormatError error) =>
        Assert.Equal(error, Assert.Throws<ValueFormatException>(() => ValueCodec.DecodeArguments(Convert.FromHexString(hex))).Error);

    [Fact]
    public void Arguments_of_the_wrong_count_or_type_name_their_parameter()
    {
        var manifest = Manifest("f64[]", "i32");
        var count = Assert.Throws<FogArgumentException>(() => ValueCodec.EncodeArguments(manifest, [new double[1]]));
        Assert.Equal(ArgumentError.WrongCount, count.Error);
        var type = Assert.Throws<FogArgumentException>(() => ValueCodec.EncodeArguments(manifest, [new double[1], 7L]));
        Assert.Equal((ArgumentError.WrongType, "p1"), (type.Error, type.Parameter));
        var missing = Assert.Throws<FogArgumentException>(() => ValueCodec.EncodeArguments(manifest, [null, 7]));
        Assert.Equal((ArgumentError.WrongType, "p0"), (missing.Error, missing.Parameter));
        Assert.Equal(ArgumentError.WrongCount, Assert.Throws<FogArgumentException>(() => ValueCodec.EncodeArguments(manifest, Json("[[1]]"))).Error);
        Assert.Equal(ArgumentError.WrongType, Assert.Throws<FogArgumentException>(() => ValueCodec.EncodeArguments(manifest, Json("7"))).Error);
    }

    [Fact]
    public void Effects_are_bounded_in_bytes()
    {
        FogResult.Returned With(int units) => new(FogValue.Void) { Effects = [new(EffectKind.Emit, "a", new('x', units)), new(EffectKind.Emit, "b", "")] };
        var units = (PortableLimits.EffectBytesMax - 2 - 5 - 5) / 2;
        Assert.Equal(2, Assert.IsType<FogResult.Returned>(ValueCodec.DecodeResult(ValueCodec.EncodeResult(With(units)))).Effects.Length);
        Assert.Equal(ValueFormatError.InvalidEffects, Assert.Throws<ValueFormatException>(() => ValueCodec.DecodeResult(ValueCodec.EncodeResult(With(units + 1)))).Error);
    }

    [Theory]
    [InlineData("i64", null, "0")]
    [InlineData("i64", "", "0")]
    [InlineData("i64", "42", "42")]
    [InlineData("f64", "1.5", "1.5")]
    [InlineData("bool", "true", "true")]
    [InlineData("f64[]", null, "[]")]
    [InlineData("i32[]", "[1,2]", "[1,2]")]
    [InlineData("string", null, "\"\"")]
    [InlineData("string", "42", "\"42\"")]
    public void What_a_function_keeps_stands_where_its_parameter_does(string type, string? kept, string expected)
    {
        Assert.True(FogType.TryParse(type, out var known));
        var manifest = Manifest("i32") with { Parameters = [new("a", new(FogKind.I32)), new("k", known, "key"), new("b", new(FogKind.I32))] };
        Assert.Equal("f(a: i32, b: i32) -> void", manifest.Signature);
        var bytes = ValueCodec.EncodeArguments(manifest, Json("[1,2]"), key => key == "key" ? kept : throw new ArgumentException(key));
        Assert.Equal(["1", expected, "2"], ValueCodec.DecodeArguments(bytes).Select(ValueJson.ToJson));
        Assert.Equal(ArgumentError.WrongCount, Assert.Throws<FogArgumentException>(() => ValueCodec.EncodeArguments(manifest, Json("[1,7,2]"))).Error);
    }

    [Theory]
    [InlineData("i64", "fog", ArgumentError.WrongType)]
    [InlineData("i64", "1.5", ArgumentError.WrongType)]
    [InlineData("u8", "256", ArgumentError.OutOfRange)]
    public void What_is_kept_and_does_not_fit_names_its_key(string type, string kept, ArgumentError error)
    {
        Assert.True(FogType.TryParse(type, out var known));
        var manifest = Manifest() with { Parameters = [new("k", known, "key")] };
        var refused = Assert.Throws<FogArgumentException>(() => ValueCodec.EncodeArguments(manifest, Json("[]"), _ => kept));
        Assert.Equal((error, "state key"), (refused.Error, refused.Parameter));
    }

    [Fact]
    public void Every_NaN_is_encoded_as_the_canonical_one()
    {
        var manifest = Manifest("f64", "f32");
        var bytes = ValueCodec.EncodeArguments(manifest, [BitConverter.Int64BitsToDouble(-1), BitConverter.Int32BitsToSingle(0x7F800001)]);
        Assert.Equal("02000C000000000000F87F0B0000C07F", Convert.ToHexString(bytes));
    }

    private static FunctionManifest Manifest(params string[] types) =>
        new("f", "1", [.. types.Select((t, i) => new FogParameter($"p{i}", FogType.TryParse(t, out var type) ? type : throw new ArgumentException(t)))], new(FogKind.Void));

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private static string Unescaped(string json) => System.Text.RegularExpressions.Regex.Unescape(json);

    /// <summary>A value, and behind it its effects: <c>; kind name text</c>.</summary>
    private static FogResult Parse(string text)
    {
        if (text.Split("; ") is [var before, .. { Length: > 0 } effects])
        {
            return (FogResult.Returned)Parse(before) with
            {
                Effects = [.. effects.Select(e => e.Split(' ', 3)).Select(e => new FogEffect(Enum.Parse<EffectKind>(e[0]), e[1], e.Length > 2 ? e[2] : ""))],
            };
        }

        if (text.Split(" = ") is [var name, var json])
        {
            Assert.True(FogType.TryParse(name, out var type));
            return new FogResult.Returned(type.Kind == FogKind.Void ? FogValue.Void : ValueJson.Read(type, Json(json), "x"));
        }

        var parts = text.Split(' ');
        return new FogResult.Trapped(Enum.Parse<TrapCode>(parts[0]), uint.Parse(parts[1]), uint.Parse(parts[2]));
    }
}
