using System.Globalization;
using System.Text.Json;
using Fog.Wasm.Format;

namespace Fog.Wasm.Runtime.Values;

/// <summary>
/// Values as JSON: numbers (floating point in the shortest form that reads back the same), "NaN", "Infinity" and
/// "-Infinity" as strings, bool, strings, arrays; a char is a string of one UTF-16 unit, or its number when that unit is
/// half a surrogate pair; void is null.
/// </summary>
public static class ValueJson
{
    /// <summary>Reads a value of a type; 64-bit integers may also be strings of digits.</summary>
    /// <param name="parameter">Name for the exception.</param>
    /// <exception cref="FogArgumentException">The JSON is of another type, or out of range.</exception>
    public static FogValue Read(FogType type, JsonElement json, string parameter)
    {
        if (!type.IsArray) return new(type, Scalar(type, json, parameter));
        if (json.ValueKind != JsonValueKind.Array) throw Wrong(type, json, parameter);
        var array = Array.CreateInstance(FogClrTypes.Of(new(type.Kind)), json.GetArrayLength());
        var i = 0;
        foreach (var element in json.EnumerateArray())
        {
            array.SetValue(Scalar(new(type.Kind), element, $"{parameter}[{i}]"), i);
            i++;
        }

        return new(type, array);
    }

    public static void Write(Utf8JsonWriter writer, FogValue value)
    {
        if (value.Clr is Array array)
        {
            writer.WriteStartArray();
            foreach (var element in array) WriteScalar(writer, element);
            writer.WriteEndArray();
        }
        else
        {
            WriteScalar(writer, value.Clr);
        }
    }

    /// <summary>The value as JSON text.</summary>
    public static string ToJson(FogValue value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) Write(writer, value);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteScalar(Utf8JsonWriter writer, object? scalar)
    {
        switch (scalar)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool b:
                writer.WriteBooleanValue(b);
                break;
            case string s:
                writer.WriteStringValue(s);
                break;
            case char c when char.IsSurrogate(c):
                writer.WriteNumberValue(c);
                break;
            case char c:
                writer.WriteStringValue([c]);
                break;
            case float f when !float.IsFinite(f):
                writer.WriteStringValue(Special(f));
                break;
            case float f:
                writer.WriteNumberValue(f);
                break;
            case double d when !double.IsFinite(d):
                writer.WriteStringValue(Special(d));
                break;
            case double d:
                writer.WriteNumberValue(d);
                break;
            case ulong u:
                writer.WriteNumberValue(u);
                break;
            default:
                writer.WriteNumberValue(Convert.ToInt64(scalar, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static object Scalar(FogType type, JsonElement json, string parameter) => type.Kind switch
    {
        FogKind.Bool => json.ValueKind is JsonValueKind.True or JsonValueKind.False ? json.GetBoolean() : throw Wrong(type, json, parameter),
        FogKind.I8 => (sbyte)Integer(type, json, parameter, sbyte.MinValue, sbyte.MaxValue),
        FogKind.U8 => (byte)Integer(type, json, parameter, byte.MinValue, byte.MaxValue),
        FogKind.I16 => (short)Integer(type, json, parameter, short.MinValue, short.MaxValue),
        FogKind.U16 => (ushort)Integer(type, json, parameter, ushort.MinValue, ushort.MaxValue),
        FogKind.I32 => (int)Integer(type, json, parameter, int.MinValue, int.MaxValue),
        FogKind.U32 => (uint)Integer(type, json, parameter, uint.MinValue, uint.MaxValue),
        FogKind.I64 => (long)Integer(type, json, parameter, long.MinValue, long.MaxValue),
        FogKind.U64 => (ulong)Integer(type, json, parameter, ulong.MinValue, ulong.MaxValue),
        FogKind.F32 => Single(type, json, parameter),
        FogKind.F64 => Double(type, json, parameter),
        FogKind.Char when json.ValueKind == JsonValueKind.Number => (char)Integer(type, json, parameter, char.MinValue, char.MaxValue),
        FogKind.Char => Text(type, json, parameter) is { Length: 1 } text ? text[0] : throw new FogArgumentException(ArgumentError.OutOfRange, parameter, "a char is a string of one UTF-16 unit"),
        FogKind.String => Text(type, json, parameter),
        _ => throw Wrong(type, json, parameter),
    };

    private static Int128 Integer(FogType type, JsonElement json, string parameter, Int128 min, Int128 max)
    {
        var isText = json.ValueKind == JsonValueKind.String && type.Kind is (FogKind.I64 or FogKind.U64);
        if (json.ValueKind != JsonValueKind.Number && !isText) throw Wrong(type, json, parameter);
        var text = isText ? Text(type, json, parameter) : json.GetRawText();
        if (!IsInteger(text)) throw new FogArgumentException(ArgumentError.WrongType, parameter, $"{type} expected, {Excerpt(text)} is no integer");

        // Longer than any 64-bit number: not worth parsing.
        if (text.Length <= 40 && Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max) return value;
        throw new FogArgumentException(ArgumentError.OutOfRange, parameter, $"{Excerpt(text)} is no {type}");
    }

    private static object Single(FogType type, JsonElement json, string parameter)
    {
        if (json.ValueKind == JsonValueKind.String) return (float)NotFinite(type, json, parameter);
        if (json.ValueKind != JsonValueKind.Number) throw Wrong(type, json, parameter);
        return json.TryGetSingle(out var value) && float.IsFinite(value) ? value : throw new FogArgumentException(ArgumentError.OutOfRange, parameter, $"{Excerpt(json.GetRawText())} is no {type}");
    }

    private static object Double(FogType type, JsonElement json, string parameter)
    {
        if (json.ValueKind == JsonValueKind.String) return NotFinite(type, json, parameter);
        if (json.ValueKind != JsonValueKind.Number) throw Wrong(type, json, parameter);
        return json.TryGetDouble(out var value) && double.IsFinite(value) ? value : throw new FogArgumentException(ArgumentError.OutOfRange, parameter, $"{Excerpt(json.GetRawText())} is no {type}");
    }

    private static double NotFinite(FogType type, JsonElement json, string parameter) => Text(type, json, parameter) switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => throw Wrong(type, json, parameter),
    };

    private static string Special(double value) =>
        double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";

    private static string Text(FogType type, JsonElement json, string parameter)
    {
        if (json.ValueKind != JsonValueKind.String) throw Wrong(type, json, parameter);
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new FogArgumentException(ArgumentError.OutOfRange, parameter, "half a surrogate pair");
        }
    }

    private static bool IsInteger(string text)
    {
        var digits = text.AsSpan(text.StartsWith('-') ? 1 : 0);
        return digits.Length > 0 && digits.IndexOfAnyExceptInRange('0', '9') < 0;
    }

    private static string Excerpt(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private static FogArgumentException Wrong(FogType type, JsonElement json, string parameter) =>
        new(ArgumentError.WrongType, parameter, $"{type} expected, {json.ValueKind} given");
}
