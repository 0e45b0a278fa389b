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
