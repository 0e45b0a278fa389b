using System.Collections.Concurrent;

namespace Fog.Engine.Contracts.Tests;

/// <summary>Lets a test stop a grain where it wants, and see what it did.</summary>
public sealed class Gate
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _reached = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _opened = new();

    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>The grain's side: tells that it is there, and waits to be let on.</summary>
    public Task Pass(string place)
    {
        Tell(place);
        return Get(_opened, place).Task;
    }

    /// <summary>The grain's side: tells that it is there.</summary>
    public void Tell(string place) => Get(_reached, place).TrySetResult();

    public Task Reached(string place) => Come(Get(_reached, place).Task, $"a grain at '{place}'");

    public bool WasReached(string place) => Get(_reached, place).Task.IsCompleted;

    public void Open(string place) => Get(_opened, place).TrySetResult();

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
