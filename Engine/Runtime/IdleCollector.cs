namespace Fog.Engine.Runtime;

/// <summary>Ends activations that nobody has used for their class's collection age, the longest unused first.</summary>
internal sealed class IdleCollector : IDisposable
{
    private readonly FogEngine _engine;
    private readonly ITimer _timer;

    internal IdleCollector(FogEngine engine)
    {
        _engine = engine;
        var period = engine.Options.CollectionQuantum;
        _timer = engine.Time.CreateTimer(static self => ((IdleCollector)self!).Collect(), this, period, period);
    }

    public void Dispose() => _timer.Dispose();

    private void Collect()
    {
        var now = _engine.Pending.NowTicks;
        List<(Activation Activation, long UsedBefore)> idle = [];
        foreach (var grainClass in _engine.Classes)
        {
            if (grainClass.CollectionAge == Timeout.InfiniteTimeSpan)
            {
                continue;
            }

            var usedBefore = now - grainClass.CollectionAge.Ticks;
            idle.AddRange(grainClass.Activations.Where(a => a.LastUsedTicks <= usedBefore).Select(a => (a, usedBefore)));
        }

        idle.Sort(static (x, y) => x.Activation.LastUsedTicks != y.Activation.LastUsedTicks
            ? x.Activation.LastUsedTicks.CompareTo(y.Activation.LastUsedTicks)
            : x.Activation.GrainId.CompareTo(y.Activation.GrainId));
        foreach (var (activation, usedBefore) in idle)
        {
            activation.CollectIfIdle(usedBefore);
        }
    }
}
