using System.Collections.Immutable;
using Fog.Grains.Hosts;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.Grains.Tests.Site;

/// <summary>Runs nothing until the test lets it.</summary>
internal sealed class FakeExecutor : IFunctionExecutor
{
    private readonly Lock _lock = new();
    private readonly List<TaskCompletionSource<Execution>> _running = [];

    public int Slots { get; set; } = 2;

    public int Started { get; private set; }

    /// <summary>Of the run that started last.</summary>
    public CallContext Context { get; private set; }

    /// <summary>What the run that started last goes on from.</summary>
    public ImmutableArray<byte> Snapshot { get; private set; } = [];

    /// <summary>A result that every run has at once; null: the test says when.</summary>
    public ImmutableArray<byte>? AlwaysGives { get; set; }

    public int Running
    {
        get
        {
            lock (_lock)
            {
                return _running.Count;
            }
        }
    }

    public Task<Execution> Execute(ExecutionRequest request, CancellationToken cancellation)
    {
        lock (_lock)
        {
            Started++;
            Context = request.Context;
            Snapshot = request.Snapshot;
            if (AlwaysGives is { } result)
            {
                return Task.FromResult(new Execution(result, 1000, 0, []));
            }

            var run = new TaskCompletionSource<Execution>(TaskCreationOptions.RunContinuationsAsynchronously);
            _running.Add(run);
            cancellation.Register(() => Cancel(run, cancellation));
            return run.Task;
        }
    }

    private void Cancel(TaskCompletionSource<Execution> run, CancellationToken cancellation)
    {
        lock (_lock)
        {
            _running.Remove(run);
        }

        run.TrySetCanceled(cancellation);
    }

    /// <summary>What runs never ends: its host is gone.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _running.Clear();
        }
    }

    /// <summary>The run that started first ends with this result.</summary>
    public void Finish(ImmutableArray<byte> result, params ImmutableArray<string> lines)
    {
        TaskCompletionSource<Execution> run;
        lock (_lock)
        {
            run = _running[0];
            _running.RemoveAt(0);
        }

        run.SetResult(new(result, 1000, 0, lines));
    }
}
