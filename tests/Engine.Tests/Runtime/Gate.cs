using System.Collections.Concurrent;

namespace Fog.Engine.Tests.Runtime;

/// <summary>Lets a test stop a grain where it wants, and see what it did.</summary>
public sealed class Gate
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _reached = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _opened = new();

    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>The grain's side: tells that it is there, and waits to be let on.</summary>
    public Task Pass(string place)
    {
        Get(_reached, place, TaskCreationOptions.RunContinuationsAsynchronously).TrySetResult();
        return Get(_opened, place, TaskCreationOptions.None).Task;
    }

    public Task Reached(string place) => Get(_reached, place, TaskCreationOptions.RunContinuationsAsynchronously).Task.Come($"a grain at '{place}'");

    public bool WasReached(string place) => Get(_reached, place, TaskCreationOptions.RunContinuationsAsynchronously).Task.IsCompleted;

    /// <summary>When it returns, the grain's next turn is scheduled: the host can wait for it to settle.</summary>
    public void Open(string place) => Get(_opened, place, TaskCreationOptions.None).TrySetResult();

    private static TaskCompletionSource Get(ConcurrentDictionary<string, TaskCompletionSource> places, string place, TaskCreationOptions options)
        => places.GetOrAdd(place, static (_, options) => new TaskCompletionSource(options), options);
}
