using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Values;

/// <summary>The canonical encoding of values, argument lists and results (docs/values.md).</summary>
/// <remarks>
/// <see cref="FunctionRun"/> reads and writes the same bytes on devices; the golden files in tests/Vectors/values hold both
/// to one form.
/// </remarks>
public static class ValueCodec
{
    /// <summary>Bytes of an encoded argument list or result at most: what guest memory could ever hold.</summary>
    public const int EncodedBytesMax = 64 << 20;

    private const byte ResultVersion = 1;
    private const byte KindValue = 0;
    private const byte KindTrap = 1;
    private const int CanonicalF32 = 0x7FC00000;
    private const long CanonicalF64 = 0x7FF8000000000000;

    /// <summary>Encodes CLR values, each of exactly the type its parameter has.</summary>
    /// <exception cref="FogArgumentException">They do not fit the manifest.</exception>
    public static byte[] EncodeArguments(FunctionManifest manifest, params IReadOnlyList<object?> arguments)
    {
        CheckCount(manifest, manifest.Parameters.Length, arguments.Count);
        var values = new FogValue[arguments.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var (name, type, _) = manifest.Parameters[i];
            if (arguments[i]?.GetType() != FogClrTypes.Of(type)) throw new FogArgumentException(ArgumentError.WrongType, name, $"{type} expected, {arguments[i]?.GetType().Name ?? "null"} given");
            values[i] = new(type, arguments[i]);
        }

        return EncodeList(values);
    }

    /// <summary>Encodes the elements of a JSON array, by the types of the parameters, and between them what the function keeps.</summary>
    /// <param name="state">
    /// The text under a key, or null: a string is that text, anything else what it says as JSON. Without one it is zero, or
    /// empty; by default there is none.
    /// </param>
    /// <exception cref="FogArgumentException">They do not fit the manifest.</exception>
    public static byte[] EncodeArguments(FunctionManifest manifest, JsonElement arguments, Func<string, string?>? state = null)
    {
        if (arguments.ValueKind != JsonValueKind.Array) throw new FogArgumentException(ArgumentError.WrongType, "", "the arguments are no JSON array");
        CheckCount(manifest, manifest.Given.Count(), arguments.GetArrayLength());
        using var given = arguments.EnumerateArray();
        var values = new List<FogValue>();
        foreach (var (name, type, key) in manifest.Parameters)
        {
            if (key is not null)
            {
                values.Add(Kept(type, key, state?.Invoke(key)));
                continue;
            }

            given.MoveNext();
            values.Add(ValueJson.Read(type, given.Current, name));
        }

        return EncodeList(values);
    }

    /// <summary>Decodes an argument list, by whoever checks what a peer sent.</summary>
    /// <exception cref="ValueFormatException">It is malformed.</exception>
    public static IReadOnlyList<FogValue> DecodeArguments(ReadOnlySpan<byte> bytes)
    {
        var reader = new Reader(bytes);
        var values = new FogValue[reader.U16()];
        for (var i = 0; i < values.Length; i++) values[i] = reader.Value();
        reader.End();
        return values;
    }

    /// <summary>Encodes a result as <see cref="FunctionRun"/> would.</summary>
    public static byte[] EncodeResult(FogResult result)
    {
        using var stream = new MemoryStream();
        stream.WriteByte(ResultVersion);
        if (result is FogResult.Trapped trapped)
        {
            stream.WriteByte(KindTrap);
            stream.WriteByte((byte)trapped.Code);
            WriteInteger(stream, trapped.Function, 4);
            WriteInteger(stream, trapped.Offset, 4);
        }
        else
        {
            var returned = (FogResult.Returned)result;
            stream.WriteByte(KindValue);
            Write(stream, returned.Value);
            WriteInteger(stream, (uint)returned.Effects.Length, 2);
            foreach (var effect in returned.Effects) Write(stream, effect);
        }

        return stream.ToArray();
    }

    /// <summary>Decodes a canonical result.</summary>
    /// <exception cref="ValueFormatException">It is malformed, or not canonical.</exception>
    public static FogResult DecodeResult(ReadOnlySpan<byte> bytes)
    {
        var reader = new Reader(bytes);
        if (reader.U8() != ResultVersion) throw new ValueFormatException(ValueFormatError.UnknownVersion, 0);
        FogResult result;
        switch (reader.U8())
        {
            case KindValue:
                result = new FogResult.Returned(reader.Value()) { Effects = reader.Effects() };
                break;
            case KindTrap:
                var code = (TrapCode)reader.U8();
                if (code == TrapCode.None || !Enum.IsDefined(code)) throw new ValueFormatException(ValueFormatError.UnknownTrap, reader.Position - 1);
                result = new FogResult.Trapped(code, reader.U32(), reader.U32());
                break;
            default:
                throw new ValueFormatException(ValueFormatError.UnknownKind, 1);
        }

        reader.End();
        return result;
    }

    private static void CheckCount(FunctionManifest manifest, int expected, int count)
    {
        if (count != expected) throw new FogArgumentException(ArgumentError.WrongCount, "", $"{manifest.Name} takes {expected}, {count} given");
    }

    // What the function said of it itself, perhaps another version of it.
    private static FogValue Kept(FogType type, string key, string? text)
    {
        if (type.Kind == FogKind.String) return new(type, text ?? "");
        if (string.IsNullOrEmpty(text)) return new(type, type.IsArray ? Array.CreateInstance(FogClrTypes.Of(new(type.Kind)), 0) : Activator.CreateInstance(FogClrTypes.Of(type)));
        try
        {
            using var json = JsonDocument.Parse(text);
            return ValueJson.Read(type, json.RootElement, $"state {key}");
        }
        catch (JsonException)
        {
            throw new FogArgumentException(ArgumentError.WrongType, $"state {key}", $"{type} expected, '{(text.Length <= 40 ? text : text[..40] + "…")}' is kept");
        }
    }

    private static byte[] EncodeList(IReadOnlyList<FogValue> values)
    {
        using var stream = new MemoryStream();
        WriteInteger(stream, (uint)values.Count, 2);
        foreach (var value in values)
        {
            Write(stream, value);
            if (stream.Length > EncodedBytesMax) throw new FogArgumentException(ArgumentError.TooLong, "", $"more than {EncodedBytesMax} bytes");
        }

        return stream.ToArray();
    }

    private static void Write(Stream stream, FogValue value)
    {
        stream.WriteByte(value.Type.Tag);
        switch (value.Clr)
        {
            case string text:
                WriteInteger(stream, (uint)text.Length, 4);
                foreach (var unit in text) WriteInteger(stream, unit, 2);
                break;
            case Array array:
                WriteInteger(stream, (uint)array.Length, 4);
                foreach (var element in array) WriteScalar(stream, value.Type, element);
                break;
            case { } scalar:
                WriteScalar(stream, value.Type, scalar);
                break;
        }
    }

    private static void Write(Stream stream, FogEffect effect)
    {
        stream.WriteByte((byte)effect.Kind);
        stream.WriteByte((byte)effect.Name.Length);
        stream.Write(Encoding.ASCII.GetBytes(effect.Name));
        WriteInteger(stream, (uint)effect.Text.Length, 2);
        foreach (var unit in effect.Text) WriteInteger(stream, unit, 2);
    }

    private static void WriteScalar(Stream stream, FogType type, object scalar)
    {
        var bits = scalar switch
        {
            bool b => b ? 1UL : 0,
            sbyte v => (ulong)v,
            byte v => v,
            short v => (ulong)v,
            ushort v => v,
            char v => v,
            int v => (ulong)v,
            uint v => v,
            long v => (ulong)v,
            ulong v => v,
            float v => (uint)(float.IsNaN(v) ? CanonicalF32 : BitConverter.SingleToInt32Bits(v)),
            double v => (ulong)(double.IsNaN(v) ? CanonicalF64 : BitConverter.DoubleToInt64Bits(v)),
            _ => throw new ArgumentException($"{scalar.GetType()} is no fog scalar", nameof(scalar)),
        };
        WriteInteger(stream, bits, type.ElementBytes);
    }

    private static void WriteInteger(Stream stream, ulong value, int byteCount)
    {
        for (var i = 0; i < byteCount; i++) stream.WriteByte((byte)(value >> (8 * i)));
    }

    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> bytes = bytes;

        public int Position { get; private set; }

        public byte U8() => Take(1)[0];

        public ushort U16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

        public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

        public readonly void End()
        {
            if (Position != bytes.Length) throw new ValueFormatException(ValueFormatError.TrailingBytes, Position);
        }

        public FogValue Value()
        {
            var tag = U8();
            if (!FogType.TryFromTag(tag, out var type)) throw new ValueFormatException(ValueFormatError.UnknownTag, Position - 1);
            if (type.Kind == FogKind.Void) return FogValue.Void;
            if (!type.IsReference) return new(type, Scalar(type.Kind));
            var count = U32();
            if (count > (uint)((bytes.Length - Position) / type.ElementBytes)) throw new ValueFormatException(ValueFormatError.Truncated, Position);
            if (type.Kind == FogKind.String) return new(type, new string(MemoryMarshal.Cast<byte, char>(Take((int)count * 2))));
            var array = Array.CreateInstance(FogClrTypes.Of(new(type.Kind)), (int)count);
            for (var i = 0; i < array.Length; i++) array.SetValue(Scalar(type.Kind), i);
            return new(type, array);
        }

        public ImmutableArray<FogEffect> Effects()
        {
            var start = Position;
            var count = U16();
            if (count > PortableLimits.EffectsMax) throw new ValueFormatException(ValueFormatError.InvalidEffects, start);
            var effects = ImmutableArray.CreateBuilder<FogEffect>(count);
            while (effects.Count < count)
            {
                var at = Position;
                var kind = (EffectKind)U8();
                var name = Take(U8());
                if (!Enum.IsDefined(kind) || !FogEffect.IsName(name)) throw new ValueFormatException(ValueFormatError.InvalidEffects, at);
                effects.Add(new(kind, Encoding.ASCII.GetString(name), new string(MemoryMarshal.Cast<byte, char>(Take(U16() * 2)))));
            }

            return Position - start <= PortableLimits.EffectBytesMax ? effects.MoveToImmutable() : throw new ValueFormatException(ValueFormatError.InvalidEffects, start);
        }

        private object Scalar(FogKind kind)
        {
            switch (kind)
            {
                case FogKind.Bool:
                    var b = U8();
                    return b <= 1 ? b == 1 : throw new ValueFormatException(ValueFormatError.NotCanonical, Position - 1);
                case FogKind.I8:
                    return (sbyte)U8();
                case FogKind.U8:
                    return U8();
                case FogKind.I16:
                    return (short)U16();
                case FogKind.U16:
                    return U16();
                case FogKind.Char:
                    return (char)U16();
                case FogKind.I32:
                    return (int)U32();
                case FogKind.U32:
                    return U32();
                case FogKind.I64:
                    return BinaryPrimitives.ReadInt64LittleEndian(Take(8));
                case FogKind.U64:
                    return BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                case FogKind.F32:
                    var single = BinaryPrimitives.ReadInt32LittleEndian(Take(4));
                    var f = BitConverter.Int32BitsToSingle(single);
                    return !float.IsNaN(f) || single == CanonicalF32 ? f : throw new ValueFormatException(ValueFormatError.NotCanonical, Position - 4);
                default:
                    var bits = BinaryPrimitives.ReadInt64LittleEndian(Take(8));
                    var d = BitConverter.Int64BitsToDouble(bits);
                    return !double.IsNaN(d) || bits == CanonicalF64 ? d : throw new ValueFormatException(ValueFormatError.NotCanonical, Position - 8);
            }
        }

        private ReadOnlySpan<byte> Take(int count)
        {
            if (count > bytes.Length - Position) throw new ValueFormatException(ValueFormatError.Truncated, Position);
            Position += count;
            return bytes.Slice(Position - count, count);
        }
    }
}
