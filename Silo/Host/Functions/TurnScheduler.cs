using Fog.Wasm.Runtime.Compilation;

namespace Fog.Silo.Host.Functions;

/// <summary>Makes runs, each on its thread, wait for their turns.</summary>
internal sealed class TurnScheduler(int cores, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly TurnPolicy policy = new(cores);
    private readonly TimeProvider clock = time;

    /// <summary>Waits for the first turn of a run on this thread; dispose it when the run has ended.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while it waited.</exception>
    public Slices Begin(CancellationToken cancellation)
    {
        var run = new TurnPolicy.Run();
        bool isNow;
        lock (gate)
        {
            isNow = policy.Arrive(run, clock.GetUtcNow().Ticks);
        }

        var slices = new Slices(this, run, cancellation);
        if (!isNow && !slices.Wait())
        {
            slices.Dispose();
            cancellation.ThrowIfCancellationRequested();
        }

        return slices;
    }

    /// <summary>The turns of one run.</summary>
    public sealed class Slices(TurnScheduler scheduler, TurnPolicy.Run run, CancellationToken cancellation) : ISliceSource, IDisposable
    {
        private long since = scheduler.clock.GetTimestamp();

        public long Next()
        {
            if (cancellation.IsCancellationRequested) return 0;
            if (scheduler.clock.GetElapsedTime(since) < run.Turn) return ExecutorLimits.FuelQuantum;
            lock (scheduler.gate)
            {
                scheduler.policy.Yield(run).Granted.Release();
            }

            return Wait() ? ExecutorLimits.FuelQuantum : 0;
        }

        public void Dispose()
        {
            lock (scheduler.gate)
            {
                scheduler.policy.Leave(run)?.Granted.Release();
            }
        }

        /// <summary>True when the turn has come, false when the run is cancelled.</summary>
        internal bool Wait()
        {
            try
            {
                run.Granted.Wait(cancellation);
                since = scheduler.clock.GetTimestamp();
                return true;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }
}
