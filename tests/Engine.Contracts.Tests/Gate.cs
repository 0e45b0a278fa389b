using System.Collections.Concurrent;

namespace Fog.Engine.Contracts.Tests;

/// <summary>Lets a test stop a grain where it wants, and see what it did.</summary>
public sealed class Gate
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _reached = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _opened = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>The grain's side: tells that it is there, and waits to be let on.</summary>
    public Task Pass(string place)
    {
        Tell(place);
        return Task.WhenAny(Get(_opened, place).Task, _ended.Task);
    }

    /// <summary>The grain's side: tells that it is there.</summary>
    public void Tell(string place) => Get(_reached, place).TrySetResult();

    public Task Reached(string place) => Come(Get(_reached, place).Task, $"a grain at '{place}'");

    /// <returns>The place at which a grain is first.</returns>
    public async Task<string> ReachedFirst(IEnumerable<string> places)
    {
        var reached = places.ToDictionary(place => Get(_reached, place).Task);
        var first = Task.WhenAny(reached.Keys);
        await Come(first, $"a grain at any of '{string.Join("', '", reached.Values)}'");
        return reached[await first];
    }

    public bool WasReached(string place) => Get(_reached, place).Task.IsCompleted;

    public void Open(string place) => Get(_opened, place).TrySetResult();

    /// <summary>Lets every grain on: one that a failed test left standing would hold up the end of its cluster.</summary>
    public void End() => _ended.TrySetResult();

    /// <summary>Bounds what a test waits for, and says what never came.</summary>
    public static async Task Come(Task awaited, string what)
    {
        if (await Task.WhenAny(awaited, Task.Delay(s_patience)) != awaited)
        {
            Assert.Fail($"Never came: {what}.");
        }

        await awaited;
    }

    private static TaskCompletionSource Get(ConcurrentDictionary<string, TaskCompletionSource> places, string place)
        => places.GetOrAdd(place, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
