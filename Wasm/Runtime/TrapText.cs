using System.Collections.Immutable;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime.Values;

namespace Fog.Wasm.Runtime;

/// <summary>What a trap means to the author of the function: .NET's exception, its message and its place in source.</summary>
public static class TrapText
{
    /// <param name="sites">The module's <c>fog.traps</c>.</param>
    /// <returns><c>IndexOutOfRangeException at Mean.cs:9: …</c>; without a site, the trap by its own name and place.</returns>
    public static string Of(FogResult.Trapped trap, ImmutableArray<TrapSite> sites)
    {
        var site = sites.FirstOrDefault(s => s.Function == trap.Function && s.Offset == trap.Offset);
        string exception = site is { Exception.Length: > 0 } ? site.Exception : ExceptionOf(trap.Code);
        if (sites.IsEmpty || exception.Length == 0) return $"{trap.Code}{Near(trap, sites)} in function {trap.Function} at offset {trap.Offset}: {trap.Message}.";
        string message = site is { Message.Length: > 0 } ? site.Message : MessageOf(exception);
        string place = site is null ? Near(trap, sites) : site.File.Length > 0 ? $" at {site.File}:{site.Line}" : " in the library";
        return $"{Short(exception)}{place}: {message}";
    }

    // Fuel and call depth end at the start of a block, which is no site: the next one in the function is in that block or soon after.
    private static string Near(FogResult.Trapped trap, ImmutableArray<TrapSite> sites) =>
        sites.FirstOrDefault(s => s.Function == trap.Function && s.Offset >= trap.Offset && s.File.Length > 0) is { } next ? $" near {next.File}:{next.Line}" : "";

    private static string ExceptionOf(TrapCode code) => code switch
    {
        TrapCode.IntegerDivideByZero => "System.DivideByZeroException",
        TrapCode.IntegerOverflow or TrapCode.InvalidConversionToInteger => "System.OverflowException",
        TrapCode.CallStackExhausted => "System.StackOverflowException",
        TrapCode.EffectLimitExceeded => "System.InvalidOperationException",
        TrapCode.InvalidEffectName => "System.ArgumentException",
        TrapCode.UnknownSensor => "System.Collections.Generic.KeyNotFoundException",
        _ => "",
    };

    private static string MessageOf(string exception) => exception switch
    {
        "System.IndexOutOfRangeException" => "an index is outside of its array.",
        "System.DivideByZeroException" => "an integer is divided by zero.",
        "System.OverflowException" => "a result does not fit its type.",
        "System.NullReferenceException" => "what is used is null.",
        "System.ArgumentNullException" => "an argument is null.",
        "System.OutOfMemoryException" => "the memory that the manifest allows is used up.",
        "System.InvalidOperationException" => "the call has more effects than a call may have.",
        "System.ArgumentException" => "what an effect is on has no name of a-z, 0-9 and '-'.",
        "System.Collections.Generic.KeyNotFoundException" => "the device has no sensor of that name.",
        "System.StackOverflowException" => "more calls are open than the manifest allows.",
        "System.Runtime.CompilerServices.SwitchExpressionException" => "no arm of a switch expression matches.",
        _ => "no message.",
    };

    private static string Short(string exception) =>
        exception.LastIndexOf('.') is var dot && exception.StartsWith("System.", StringComparison.Ordinal) ? exception[(dot + 1)..] : exception;
}
