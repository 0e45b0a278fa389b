using System.Text.Json;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime.Values;

namespace Fog.Wasm.Runtime.Tests.Values;

public class ValueJsonTests
{
    [Theory]
    [InlineData("i64", "\"-9223372036854775808\"", long.MinValue)]
    [InlineData("i64", "9223372036854775807", long.MaxValue)]
    [InlineData("u64", "\"18446744073709551615\"", ulong.MaxValue)]
    [InlineData("f64", "1", 1.0)]
    [InlineData("f64", "1e-7", 1e-7)]
    [InlineData("f64", "\"-Infinity\"", double.NegativeInfinity)]
    [InlineData("f32", "16777217", 16777216f)]
    [InlineData("char", "\"a\"", 'a')]
    [InlineData("char", "97", 'a')]
    [InlineData("bool", "true", true)]
    [InlineData("string", "\"\\u00e4\"", "ä")]
    public void JSON_that_fits_is_read(string type, string json, object expected) => Assert.Equal(expected, Read(type, json).Clr);

    [Theory]
    [InlineData("bool", "1", ArgumentError.WrongType)]
    [InlineData("bool", "null", ArgumentError.WrongType)]
    [InlineData("i8", "128", ArgumentError.OutOfRange)]
    [InlineData("i8", "-129", ArgumentError.OutOfRange)]
    [InlineData("u8", "-1", ArgumentError.OutOfRange)]
    [InlineData("i16", "32768", ArgumentError.OutOfRange)]
    [InlineData("u16", "65536", ArgumentError.OutOfRange)]
    [InlineData("i32", "2147483648", ArgumentError.OutOfRange)]
    [InlineData("i32", "1.5", ArgumentError.WrongType)]
    [InlineData("i32", "1e3", ArgumentError.WrongType)]
    [InlineData("i32", "\"1\"", ArgumentError.WrongType)]
    [InlineData("i32", "true", ArgumentError.WrongType)]
    [InlineData("i32", "[1]", ArgumentError.WrongType)]
    [InlineData("u32", "4294967296", ArgumentError.OutOfRange)]
    [InlineData("i64", "9223372036854775808", ArgumentError.OutOfRange)]
    [InlineData("i64", "\"\"", ArgumentError.WrongType)]
    [InlineData("i64", "\"-\"", ArgumentError.WrongType)]
    [InlineData("i64", "\" 1\"", ArgumentError.WrongType)]
    [InlineData("i64", "\"1.0\"", ArgumentError.WrongType)]
    [InlineData("i64", "\"99999999999999999999999999999999999999999999999999\"", ArgumentError.OutOfRange)]
    [InlineData("u64", "18446744073709551616", ArgumentError.OutOfRange)]
    [InlineData("f32", "1e39", ArgumentError.OutOfRange)]
    [InlineData("f64", "1e999", ArgumentError.OutOfRange)]
    [InlineData("f64", "\"nan\"", ArgumentError.WrongType)]
    [InlineData("f64", "\"1\"", ArgumentError.WrongType)]
    [InlineData("f64", "{}", ArgumentError.WrongType)]
    [InlineData("char", "\"\"", ArgumentError.OutOfRange)]
    [InlineData("char", "\"ab\"", ArgumentError.OutOfRange)]
    [InlineData("char", "65536", ArgumentError.OutOfRange)]
    [InlineData("string", "7", ArgumentError.WrongType)]
    [InlineData("string", "\"\\ud800\"", ArgumentError.OutOfRange)]
    [InlineData("f64[]", "1", ArgumentError.WrongType)]
    [InlineData("f64[]", "\"NaN\"", ArgumentError.WrongType)]
    public void JSON_that_does_not_fit_is_refused_with_a_name(string type, string json, ArgumentError error)
    {
        var refused = Assert.Throws<FogArgumentException>(() => Read(type, json));
        Assert.Equal((error, "x"), (refused.Error, refused.Parameter));
    }

    [Fact]
    public void An_element_at_fault_is_named_with_its_place()
    {
        var refused = Assert.Throws<FogArgumentException>(() => Read("u8[]", "[1,2,300]"));
        Assert.Equal((ArgumentError.OutOfRange, "x[2]"), (refused.Error, refused.Parameter));
    }

    [Fact]
    public void Floating_point_is_written_in_the_shortest_form_that_reads_back()
    {
        var random = new Random(3);
        for (var i = 0; i < 2_000; i++)
        {
            var value = BitConverter.Int64BitsToDouble(random.NextInt64());
            if (!double.IsFinite(value)) continue;
            var json = ValueJson.ToJson(FogValue.Of(value));
            Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits((double)Read("f64", json).Clr!));
            Assert.True(json.Length <= 24, json);
            var single = BitConverter.Int32BitsToSingle(random.Next());
            if (float.IsFinite(single)) Assert.Equal(single, Read("f32", ValueJson.ToJson(FogValue.Of(single))).Clr);
        }

        Assert.Equal("0.1", ValueJson.ToJson(FogValue.Of(0.1)));
        Assert.Equal("0.1", ValueJson.ToJson(FogValue.Of(0.1f)));
    }

    [Fact]
    public void What_is_no_fog_type_is_the_callers_fault()
    {
        Assert.Throws<ArgumentException>(() => FogValue.Of(1m));
        Assert.Throws<ArgumentException>(() => FogValue.Of(new string[1]));
        Assert.Throws<ArgumentException>(() => FogValue.Of(new int[1, 1]));
    }

    private static FogValue Read(string type, string json) =>
        ValueJson.Read(FogType.TryParse(type, out var parsed) ? parsed : throw new ArgumentException(type), JsonDocument.Parse(json).RootElement, "x");
}
