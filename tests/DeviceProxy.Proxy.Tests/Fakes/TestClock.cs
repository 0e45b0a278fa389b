using System.Threading.Channels;
using Fog.Engine.Hosting;

namespace Fog.DeviceProxy.Proxy.Tests.Fakes;

/// <summary>A clock that stands still until it is advanced, and says when somebody begins to wait.</summary>
internal sealed class TestClock : TimeProvider
{
    private readonly ManualClock clock = new();
    private readonly Channel<TimeSpan> armed = Channel.CreateUnbounded<TimeSpan>();

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = clock.CreateTimer(callback, state, dueTime, period);
        armed.Writer.TryWrite(dueTime);
        return timer;
    }

    public void Advance(TimeSpan by) => clock.Advance(by);

    /// <summary>Completes when a wait of this length begins, or has begun since the last call.</summary>
    public async Task Armed(TimeSpan wait)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            while (await armed.Reader.ReadAsync(patience.Token) != wait)
            {
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Nobody began to wait for {wait}.");
        }
    }
}
