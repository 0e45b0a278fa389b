using Fog.Engine.Runtime;

namespace Fog.Engine.Hosting;

/// <summary>Counts of activations, for dashboards and tests. A snapshot while grains come and go.</summary>
public sealed class EngineCensus
{
    private readonly FogEngine _engine;

    internal EngineCensus(FogEngine engine) => _engine = engine;

    /// <summary>The grains that are in memory now, in order of their ids.</summary>
    public IReadOnlyList<GrainId> Live => [.. _engine.Activations.Select(static a => a.GrainId).Order()];

    /// <summary>How many grains of each class are in memory now; classes without any are left out.</summary>
    public IReadOnlyDictionary<Type, int> LiveByClass
        => _engine.Classes.Select(static c => (c.Type, Count: c.Activations.Count())).Where(static c => c.Count > 0).ToDictionary(static c => c.Type, static c => c.Count);

    /// <summary>How many activations of a class there have been since the engine started.</summary>
    /// <exception cref="ArgumentException">The engine does not know the class.</exception>
    public long Activated(Type grainClass)
        => (_engine.Classes.FirstOrDefault(c => c.Type == grainClass)
            ?? throw new ArgumentException($"{grainClass} is not a grain class of this engine.", nameof(grainClass))).ActivatedCount;
}
