using System.Collections.Immutable;
using System.Text;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Blobs;
using Fog.Wasm.Runtime.Values;

namespace Fog.Grains.Results;

/// <summary>What the bytes that were voted on say (docs/values.md).</summary>
internal static class CanonicalResult
{
    /// <summary>Whether a device could have made these bytes by running a function.</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> bytes)
    {
        try
        {
            ValueCodec.DecodeResult(bytes);
            return true;
        }
        catch (ValueFormatException)
        {
            return false;
        }
    }

    /// <summary>A trap by name, or no error. Traps are small, so that a value which is not inline is none.</summary>
    public static (FogError Error, string Message) ErrorOf(BlobValue value) =>
        value.IsInline && ValueCodec.DecodeResult(value.Inline.AsSpan()) is FogResult.Trapped trap
            ? (FogError.FunctionTrapped, $"{trap.Code} in function {trap.Function} at offset {trap.Offset}: {trap.Message}.")
            : (FogError.None, "");

    /// <summary>What is to be done because of it, in order; nothing for a trap, nor when a majority voted for bytes that are no result.</summary>
    /// <remarks>Halves of surrogate pairs have become U+FFFD: what keeps and sends texts knows none.</remarks>
    public static ImmutableArray<FogEffect> EffectsOf(ImmutableArray<byte> bytes)
    {
        try
        {
            return ValueCodec.DecodeResult(bytes.AsSpan()) is FogResult.Returned returned
                ? [.. returned.Effects.Select(static e => e with { Text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(e.Text)) })]
                : [];
        }
        catch (ValueFormatException)
        {
            return [];
        }
    }

    /// <summary>The value as JSON.</summary>
    /// <exception cref="FogException"><see cref="FogError.BlobUnavailable"/>: a majority voted for bytes that are no result.</exception>
    public static string ToJson(ImmutableArray<byte> bytes)
    {
        try
        {
            return ValueCodec.DecodeResult(bytes.AsSpan()) is FogResult.Returned returned
                ? ValueJson.ToJson(returned.Value)
                : throw new FogException(FogError.FunctionTrapped, "The function trapped.");
        }
        catch (ValueFormatException e)
        {
            throw new FogException(FogError.BlobUnavailable, $"The stored result is not a canonical one ({e.Message}).");
        }
    }
}
