namespace Fog.DeviceProxy.Mqtt.Tests;

/// <summary>Waiting for something that must come, and saying so if it does not.</summary>
internal static class Patience
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static async Task<T> Await<T>(Task<T> task, string what)
    {
        await Await((Task)task, what);
        return await task;
    }

    public static async Task Await(Task task, string what)
    {
        using var giveUp = new CancellationTokenSource();
        if (await Task.WhenAny(task, Task.Delay(Limit, giveUp.Token)) != task)
            throw new TimeoutException($"'{what}' did not come within {Limit.TotalSeconds} s.");
        await giveUp.CancelAsync();
        await task;
    }
}
