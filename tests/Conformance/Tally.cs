namespace Fog.Conformance;

/// <summary>Outcomes of assertions, and why some were not tried.</summary>
internal sealed class Tally
{
    public int Passed { get; set; }

    public int Failed { get; set; }

    public SortedDictionary<string, int> Skips { get; } = new(StringComparer.Ordinal);

    public void Skip(string reason) => Skips[reason] = Skips.GetValueOrDefault(reason) + 1;

    public void Add(Tally other)
    {
        Passed += other.Passed;
        Failed += other.Failed;
        foreach (var (reason, count) in other.Skips) Skips[reason] = Skips.GetValueOrDefault(reason) + count;
    }

    public override string ToString() => $"{Passed} passed, {Failed} failed, {Skips.Values.Sum()} skipped";
}
