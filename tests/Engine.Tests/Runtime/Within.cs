namespace Fog.Engine.Tests.Runtime;

/// <summary>Bounds what a test waits for, and says what never came.</summary>
internal static class Within
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    internal static async Task Come(this Task awaited, string what)
    {
        if (await Task.WhenAny(awaited, Task.Delay(s_patience)) != awaited)
        {
            Assert.Fail($"Never came: {what}.");
        }

        await awaited;
    }

    internal static async Task<T> Come<T>(this Task<T> awaited, string what)
    {
        await Come((Task)awaited, what);
        return await awaited;
    }
}
