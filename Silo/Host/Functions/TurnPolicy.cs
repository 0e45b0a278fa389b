namespace Fog.Silo.Host.Functions;

/// <summary>
/// Who runs next: short functions first. A run's first turn is as long as arrivals are apart on each core, so that most
/// calls end within it; what does not is demoted and shares the cores in short turns. Now and then a demoted one goes
/// before the new ones, so that none waits for ever.
/// </summary>
/// <remarks>Pure: whoever holds it serialises the calls and does the waiting.</remarks>
internal sealed class TurnPolicy(int cores)
{
    private readonly Queue<long> arrivals = new();
    private readonly LinkedList<Run> fresh = [];
    private readonly LinkedList<Run> demoted = [];
    private int running;
    private int freshInARow;

    /// <summary>Length of the first turn of a run that begins now.</summary>
    public TimeSpan FirstTurn { get; private set; } = ExecutorLimits.FirstTurn;

    /// <summary>Runs that wait for a turn.</summary>
    public int Waiting => fresh.Count + demoted.Count;

    /// <summary>A run arrives; true when its turn is now, else it waits.</summary>
    /// <param name="timestamp">In ticks of 100 ns.</param>
    public bool Arrive(Run run, long timestamp)
    {
        arrivals.Enqueue(timestamp);
        if (arrivals.Count > ExecutorLimits.ArrivalsObserved) arrivals.Dequeue();
        if (arrivals.Count > 1)
        {
            var apart = new TimeSpan((timestamp - arrivals.Peek()) / (arrivals.Count - 1) * cores);
            FirstTurn = apart < ExecutorLimits.ShortestTurn ? ExecutorLimits.ShortestTurn : apart > ExecutorLimits.LongestTurn ? ExecutorLimits.LongestTurn : apart;
        }

        run.Turn = FirstTurn;
        if (running < cores)
        {
            running++;
            return true;
        }

        fresh.AddLast(run);
        return false;
    }

    /// <summary>A run has used its turn up; the run whose turn is next, which may be the same.</summary>
    public Run Yield(Run run)
    {
        run.Turn = ExecutorLimits.ShortestTurn;
        demoted.AddLast(run);
        return Next()!;
    }

    /// <summary>A run has ended, or gives up waiting; the run whose turn is next, if a core became free and one waits.</summary>
    public Run? Leave(Run run)
    {
        if (fresh.Remove(run) || demoted.Remove(run)) return null;
        var next = Next();
        if (next is null) running--;
        return next;
    }

    private Run? Next()
    {
        var isFresh = fresh.Count > 0 && (demoted.Count == 0 || freshInARow < ExecutorLimits.FirstTurnsInARow);
        freshInARow = isFresh ? freshInARow + 1 : 0;
        var queue = isFresh ? fresh : demoted;
        if (queue.First is not { } first) return null;
        queue.RemoveFirst();
        return first.Value;
    }

    /// <summary>What takes turns.</summary>
    public sealed class Run
    {
        /// <summary>Length of its present or next turn.</summary>
        public TimeSpan Turn { get; set; }

        /// <summary>Set when its turn comes.</summary>
        public SemaphoreSlim Granted { get; } = new(0);
    }
}
