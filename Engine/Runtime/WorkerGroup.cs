namespace Fog.Engine.Runtime;

/// <summary>The activations of one stateless worker key.</summary>
internal sealed class WorkerGroup(int membersMax)
{
    private readonly Lock _lock = new();
    private readonly List<Activation> _members = [];

    internal IReadOnlyList<Activation> Members
    {
        get
        {
            lock (_lock)
            {
                return [.. _members];
            }
        }
    }

    /// <summary>An idle member, else a new one, else the one with the fewest calls; counts the call to come as its load.</summary>
    internal Activation Pick(GrainClass grainClass, string key)
    {
        lock (_lock)
        {
            Activation? best = null;
            var bestLoad = int.MaxValue;
            foreach (var member in _members)
            {
                var load = Volatile.Read(ref member.Load);
                if (load < bestLoad)
                {
                    (best, bestLoad) = (member, load);
                }
            }

            if (best is null || (bestLoad > 0 && _members.Count < membersMax))
            {
                best = grainClass.NewWorker(key, this);
                _members.Add(best);
            }

            Interlocked.Increment(ref best.Load);
            return best;
        }
    }

    internal void Remove(Activation member)
    {
        lock (_lock)
        {
            _members.Remove(member);
        }
    }
}
