using System.Threading.Channels;
using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Mqtt.Client;
using Fog.Firmware.Logic;
using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Virtual;

/// <summary>One wake of a virtual device: the platform around an <see cref="Agent"/>, one event at a time.</summary>
internal sealed class Wake : IAsyncDisposable
{
    // A slice whose modelled time is over sooner than timers can tell is made up for in the next.
    private static readonly TimeSpan TimerGrain = TimeSpan.FromMilliseconds(1);

    private readonly VirtualDevice device;
    private readonly VirtualDeviceOptions options;
    private readonly Agent agent;
    private readonly FirmwareBehaviour behaviour;
    private readonly Channel<(DeviceEvent Event, TaskCompletionSource? Handled)> events =
        Channel.CreateUnbounded<(DeviceEvent, TaskCompletionSource?)>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource ended = new();
    private readonly ITimer timer;
    private Task connecting = Task.CompletedTask;
    private MqttClient? client;
    private TimeSpan owedTime;
    private TimeSpan owedWrites;

    public Wake(VirtualDevice device, Agent agent, FirmwareBehaviour behaviour)
    {
        this.behaviour = behaviour;
        this.device = device;
        this.agent = agent;
        options = device.Options;
        timer = device.Time.CreateTimer(_ => Post(DeviceEvent.Timer()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public async Task<WakeEnd> RunAsync(WakeCause cause, CancellationToken cancellation)
    {
        Post(DeviceEvent.Woke(cause, device.BatteryMillivolts));
        while (true)
        {
            var (e, handled) = await events.Reader.ReadAsync(cancellation);
            var isLost = e.Kind == DeviceEventKind.Message && device.Entropy.Happens(options.Faults.Loss);
            var actions = isLost ? [] : agent.Handle(e, device.Clock.NowMicros);
            await WriteFlashAsync(cancellation);
            handled?.TrySetResult();
            if (device.Executor.TakeSuspended() is { } suspended)
                device.Observe(at => new DeviceSuspendedTask(options.Node, at, suspended.FuelUsed, suspended.Lied));
            foreach (var action in actions)
            {
                if (await DoAsync(action, cancellation) is { } end)
                    return end;
            }
        }
    }

    /// <summary>Drops the connection, as a device without power does.</summary>
    public void Abort() => client?.Abort();

    /// <summary>Disconnects in order, unless the connection was dropped before.</summary>
    public async ValueTask DisposeAsync()
    {
        ended.Cancel(); // Here and now: cancelling asynchronously would take a thread from the pool.
        events.Writer.TryComplete();
        while (events.Reader.TryRead(out var left))
            left.Handled?.TrySetResult();
        await timer.DisposeAsync();
        await connecting;
        if (client is not null)
            await client.DisposeAsync();
        ended.Dispose();
    }

    private async ValueTask<WakeEnd?> DoAsync(DeviceAction action, CancellationToken cancellation)
    {
        switch (action.Kind)
        {
            case DeviceActionKind.Connect:
                connecting = ConnectAsync(connecting);
                return null;
            case DeviceActionKind.Subscribe:
                _ = AskAsync(client?.SubscribeAsync(action.Topic, QualityOfService.AtLeastOnce));
                return null;
            case DeviceActionKind.Unsubscribe:
                _ = AskAsync(client?.UnsubscribeAsync(action.Topic));
                return null;
            case DeviceActionKind.Publish:
                _ = PublishAsync(action);
                return null;
            case DeviceActionKind.SetTimer:
                timer.Change(device.Clock.SiteTime(action.AtMicros - device.Clock.NowMicros), Timeout.InfiniteTimeSpan);
                return null;
            case DeviceActionKind.RunSlice:
                return await RunSliceAsync(cancellation);
            case DeviceActionKind.Persist:
                device.Remember(action.Payload);
                await WriteFlashAsync(cancellation);
                return null;
            case DeviceActionKind.Sleep:
                return new WakeEnd.Sleep(action.SleepMillis, device.Clock.NowMicros + action.SleepMillis * 1000L, agent.Drops.Total());
            default:
                throw new InvalidOperationException($"The agent asks for {action.Kind}, which this platform does not know.");
        }
    }

    private async Task ConnectAsync(Task before)
    {
        await before;
        device.Energy.Radio = true;
        try
        {
            await Task.Delay(options.Board.Association, device.Time, ended.Token);
            if (behaviour == FirmwareBehaviour.NeverConnects)
            {
                Post(DeviceEvent.ConnectFailed());
                return;
            }

            var connection = await options.Broker(device.Introduction, OnMessage, device.Time, ended.Token);
            client = connection;
            device.Observe(at => new DeviceConnected(options.Node, at));
            Post(DeviceEvent.Connected(connection.SessionPresent));
            _ = WatchAsync(connection);
        }
        catch (MqttException)
        {
            device.Energy.Radio = false;
            device.Observe(at => new DeviceFoundNoBroker(options.Node, at));
            Post(DeviceEvent.ConnectFailed());
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // Asleep before there was a connection.
        }
    }

    private async Task WatchAsync(MqttClient connection)
    {
        await connection.Closed;
        if (client == connection && !ended.IsCancellationRequested)
            device.Energy.Radio = false;
        Post(DeviceEvent.Disconnected());
    }

    private async ValueTask OnMessage(MqttMessage message)
    {
        var handled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (events.Writer.TryWrite((DeviceEvent.Message(message.Topic, message.Payload.ToArray()), handled)))
            await handled.Task;
    }

    private async Task PublishAsync(DeviceAction action)
    {
        if (client is null)
            return;
        try
        {
            device.Energy.Send(action.Payload.Length);
            if (!device.Entropy.Happens(options.Faults.Loss))
                await client.PublishAsync(new MqttMessage(action.Topic, action.Payload));
            Post(DeviceEvent.Published(action.PublishId));
        }
        catch (MqttException)
        {
            // The connection is gone, which its watch reports.
        }
    }

    private async Task AskAsync(Task? request)
    {
        if (request is null)
            return;
        try
        {
            await request;
        }
        catch (MqttException e) when (e.Failure == MqttFailure.SubscribeRefused)
        {
            // Without its topic a device can do nothing here.
            client?.Abort();
        }
        catch (MqttException)
        {
            // The connection is gone, which its watch reports.
        }
    }

    /// <summary>The run occupies the device for the time that its fuel takes at the modelled speed; all else waits.</summary>
    private async ValueTask<WakeEnd?> RunSliceAsync(CancellationToken cancellation)
    {
        var began = device.Time.GetTimestamp();
        var fuel = agent.RunSlice();
        device.Energy.Busy = true;
        owedTime += TimeSpan.FromSeconds((double)fuel / options.Board.FuelPerSecond);
        if (options.Faults.Crash is { } crash && !device.HasCrashed && device.Executor.Runs >= crash.OnRun)
        {
            await Task.Delay(owedTime / 2, device.Time, cancellation);
            device.HasCrashed = true;
            client?.Abort();
            return new WakeEnd.Crash(crash.BackAfter);
        }

        var wait = owedTime - device.Time.GetElapsedTime(began);
        if (wait >= TimerGrain)
            await Task.Delay(wait, device.Time, cancellation);
        owedTime -= device.Time.GetElapsedTime(began);

        // A host that fell behind does not make the device faster later.
        if (owedTime < -TimerGrain * 20)
            owedTime = -TimerGrain * 20;
        device.Energy.Busy = false;
        if (device.Executor.TakeFinished() is { } finished)
            device.Observe(at => new DeviceRanTask(options.Node, at, finished.FuelUsed, finished.Lied));
        Post(DeviceEvent.SliceDone());
        return null;
    }

    /// <summary>Writing occupies the device, too: what it answers leaves when the flash is done.</summary>
    private async ValueTask WriteFlashAsync(CancellationToken cancellation)
    {
        owedWrites += device.Flash.TakeBusyTime();
        if (owedWrites < TimerGrain)
            return;
        var writing = owedWrites;
        owedWrites = TimeSpan.Zero;
        device.Energy.WritesFlash = true;
        await Task.Delay(writing, device.Time, cancellation);
        device.Energy.WritesFlash = false;
    }

    private void Post(DeviceEvent e) => events.Writer.TryWrite((e, null));
}
