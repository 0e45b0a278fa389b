using System.Globalization;

namespace Fog.Benchmarks.Engine;

/// <summary>The table: a row a measurement, with its bar where it has one.</summary>
internal sealed class Report
{
    public bool Holds { get; private set; } = true;

    public void Header(string of) => Console.WriteLine(FormattableString.Invariant($"{of,-46} {"figure",30}  bar"));

    public void Calls(string name, Rate rate, double? atLeast = null) => Row(
        name,
        FormattableString.Invariant($"{rate.PerTwoCores:N0} /s on two cores"),
        atLeast is { } bar ? FormattableString.Invariant($"at least {bar:N0} /s") : null,
        rate.PerTwoCores >= (atLeast ?? 0),
        FormattableString.Invariant($"{rate.PerSecond:N0} /s by the clock"));

    public void Row(string name, FormattableString figure, string? bar = null, bool passes = true, string? beside = null) =>
        Row(name, figure.ToString(CultureInfo.InvariantCulture), bar, passes, beside);

    private void Row(string name, string figure, string? bar, bool passes, string? beside)
    {
        Holds &= passes;
        string judged = bar is null ? "" : $"{bar}: {(passes ? "pass" : "MISS")}";
        Console.WriteLine($"{name,-46} {figure,30}  {judged}{(beside is null ? "" : $"{(bar is null ? "" : ", ")}{beside}")}");
    }
}
