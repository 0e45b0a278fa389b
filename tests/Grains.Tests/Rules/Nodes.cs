using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.Grains.Tests.Rules;

/// <summary>Nodes as the rules see them.</summary>
internal static class Nodes
{
    public static readonly DateTimeOffset Now = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    public static NodeId Id(string name) => new("lab", name);

    public static Candidate Candidate(string name, double periodSeconds = 10, double lastSecondsAgo = 1, double nextInSeconds = 9, int permille = 100, long heap = 100_000) =>
        new(Id(name), new DutyCycle(TimeSpan.FromSeconds(periodSeconds), permille), Now.AddSeconds(-lastSecondsAgo), Now.AddSeconds(nextInSeconds), heap, 1_000_000);

    /// <summary>n0, n1, … with periods of 1 s, 2 s, …</summary>
    public static List<Candidate> Many(int count) => [.. Enumerable.Range(0, count).Select(i => Candidate($"n{i}", periodSeconds: i + 1))];
}
