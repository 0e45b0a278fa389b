using System.Reflection;
using Fog.Wasm.Runtime.Values;

namespace Fog.Conformance.Programs;

/// <summary>What a call came to.</summary>
/// <param name="Value">What was returned; null when it failed.</param>
/// <param name="Exception">Full name of the exception's type, or what stopped it short.</param>
/// <param name="Effects">In their order; none of what failed.</param>
internal sealed record Outcome(object? Value, string? Exception, long Fuel, params IReadOnlyList<FogEffect> Effects)
{
    public const string OutOfFuel = "out of fuel";
    public const string OutOfMemory = "System.OutOfMemoryException";
    public const string TooDeep = "calls too deep";

    /// <summary>Says nothing about the program: it met a limit of this engine's.</summary>
    public bool IsLimit => Exception is OutOfFuel or OutOfMemory or TooDeep;

    /// <param name="effects">Where the call's effects go.</param>
    public static Outcome Of(Func<object?> call, IReadOnlyList<FogEffect> effects)
    {
        try
        {
            return new(call(), null, 0, effects);
        }
        catch (Exception e)
        {
            return new(null, (e is TargetInvocationException { InnerException: { } inner } ? inner : e).GetType().FullName, 0);
        }
    }

    /// <summary>Equal bit for bit, but for the payload of a NaN.</summary>
    public bool Agrees(Outcome other) => Exception == other.Exception && Effects.SequenceEqual(other.Effects) && Same(Value, other.Value);

    public override string ToString() => Shown() + (Effects.Count > 0 ? $" and {string.Join("; ", Effects)}" : "");

    private string Shown() => Exception ?? Value switch
    {
        null => "nothing",
        Array array => $"{array.GetType().GetElementType()!.Name}[{array.Length}] {{ {string.Join(", ", array.Cast<object>().Take(20))} }}",
        double d => $"{d:R} ({BitConverter.DoubleToInt64Bits(d):X16})",
        string s => $"\"{s}\"",
        var value => $"{value} ({value.GetType().Name})",
    };

    private static bool Same(object? a, object? b) => (a, b) switch
    {
        (double x, double y) => double.IsNaN(x) ? double.IsNaN(y) : BitConverter.DoubleToInt64Bits(x) == BitConverter.DoubleToInt64Bits(y),
        (float x, float y) => float.IsNaN(x) ? float.IsNaN(y) : BitConverter.SingleToInt32Bits(x) == BitConverter.SingleToInt32Bits(y),
        (Array x, Array y) => x.GetType() == y.GetType() && x.Length == y.Length && Enumerable.Range(0, x.Length).All(i => Same(x.GetValue(i), y.GetValue(i))),
        _ => Equals(a, b),
    };
}
