using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Mqtt.Client;
using Fog.Firmware.Logic;
using Fog.Firmware.Logic.Protocol;
using Fog.Firmware.Logic.Tasks;

namespace Fog.Firmware.Virtual;

/// <summary>The firmware's own logic on this host: it connects, works and sleeps as a board would, and can be told to fail.</summary>
/// <remarks>
/// Deep sleep drops the connection; what survives it is flash and RTC memory. The connection takes as long as it
/// takes; CPU speed and Wi-Fi association are models (see the options). Idle it holds a timer and no thread.
/// </remarks>
public sealed class VirtualDevice
{
    private static readonly TimeSpan MqttKeepAlive = TimeSpan.FromSeconds(30);

    private readonly Action<DeviceObservation>? observer;
    private readonly DeviceConfig config;
    private readonly VirtualFlash flash;
    private CancellationTokenSource interrupting = new();
    private (bool LosesMemory, TimeSpan BackAfter) interruption;

    /// <param name="observer">Told of what happens; may be called for several devices at once, and should return soon.</param>
    /// <exception cref="ArgumentException">A name, the key or a number is out of its range.</exception>
    public VirtualDevice(VirtualDeviceOptions options, TimeProvider clock, Action<DeviceObservation>? observer = null)
        : this(options, clock, observer, new PortableExecutor())
    {
    }

    /// <param name="executor">What runs its images.</param>
    /// <inheritdoc cref="VirtualDevice(VirtualDeviceOptions, TimeProvider, Action{DeviceObservation}?)"/>
    public VirtualDevice(VirtualDeviceOptions options, TimeProvider clock, Action<DeviceObservation>? observer, IExecutor executor)
    {
        Options = options;
        Time = clock;
        this.observer = observer;
        config = new DeviceConfig(options.Site, options.Node, options.Key.ToArray())
        {
            PeriodMillis = checked((int)options.Period.TotalMilliseconds),
            DutyPermille = options.DutyPermille,
            HeapBytes = options.HeapBytes,
            FuelPerSecond = options.FuelPerSecond,
            ComputeMicrosMax = (long)options.ComputeBudget.TotalMicroseconds,
        };
        config.Check();
        Clock = new DeviceClock(clock, options.DriftPpm);
        Entropy = new SeededEntropy(options.Key, options.Seed);
        Battery = new VirtualBattery(options.BatteryMilliampHours);
        Executor = new VirtualExecutor(executor, options.Faults.Lie, options.Node);
        flash = new VirtualFlash(options.FlashBytes);
        Introduction = new MqttConnectOptions
        {
            ClientId = $"{options.Site}.{options.Node}",
            CleanSession = false,
            KeepAlive = MqttKeepAlive,
            Will = new MqttMessage(Topics.Will(options.Site, options.Node), ReadOnlyMemory<byte>.Empty),
        };
    }

    public VirtualDeviceOptions Options { get; }

    internal TimeProvider Time { get; }

    internal DeviceClock Clock { get; }

    internal SeededEntropy Entropy { get; }

    internal VirtualBattery Battery { get; }

    internal VirtualExecutor Executor { get; }

    internal MqttConnectOptions Introduction { get; }

    /// <summary>What survives deep sleep and crashes beside flash.</summary>
    internal byte[]? RtcMemory { get; set; }

    internal bool HasCrashed { get; set; }

    /// <summary>Lives until cancelled, or until a crash that it does not come back from. Call it once.</summary>
    /// <remarks>Cancelling is no failure: the task ends when the device has disconnected.</remarks>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(Options.StartAfter, Time, cancellation);
            var cause = WakeCause.PowerOn;
            while (true)
            {
                TimeSpan pause;
                var woke = Time.GetTimestamp();
                Observe(at => new DeviceWoke(Options.Node, at, cause));
                switch (await WakeAsync(cause, cancellation))
                {
                    case WakeEnd.Interruption:
                        (pause, cause) = Darken();
                        break;
                    case WakeEnd.Sleep(var millis, var untilMicros, var dropped):
                        Observe(at => new DeviceSlept(Options.Node, at, TimeSpan.FromMilliseconds(millis), dropped));
                        pause = Clock.SiteTime(untilMicros - Clock.NowMicros);
                        cause = WakeCause.Timer;
                        break;
                    case WakeEnd.Crash(var backAfter):
                        Observe(at => new DeviceCrashed(Options.Node, at, backAfter));
                        if (backAfter is null)
                            return;
                        pause = backAfter.Value;
                        cause = WakeCause.Crash;
                        break;
                    default:
                        throw new InvalidOperationException("A wake ended in no known way.");
                }

                Battery.Drain(Time.GetElapsedTime(woke), pause);
                while (await IsInterruptedDuring(pause, cancellation))
                    (pause, cause) = Darken();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    /// <summary>It stops where it is, awake or asleep, without a word, and starts anew later.</summary>
    /// <param name="losesMemory">A brown-out: only flash survives. Else a crash: RTC memory does too.</param>
    public void Interrupt(bool losesMemory, TimeSpan backAfter)
    {
        interruption = (losesMemory, backAfter);
        interrupting.Cancel();
    }

    internal void Observe(Func<DateTimeOffset, DeviceObservation> observation) => observer?.Invoke(observation(Time.GetUtcNow()));

    private async Task<WakeEnd> WakeAsync(WakeCause cause, CancellationToken cancellation)
    {
        await using var wake = new Wake(this, new Agent(config, flash, Entropy, Executor, RtcMemory));
        using var either = Either(cancellation);
        try
        {
            return await wake.RunAsync(cause, either?.Token ?? interrupting.Token);
        }
        catch (OperationCanceledException) when (interrupting.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            wake.Abort();
            return new WakeEnd.Interruption();
        }
    }

    private async Task<bool> IsInterruptedDuring(TimeSpan pause, CancellationToken cancellation)
    {
        using var either = Either(cancellation);
        try
        {
            await Task.Delay(pause, Time, either?.Token ?? interrupting.Token);
            return false;
        }
        catch (OperationCanceledException) when (interrupting.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return true;
        }
    }

    /// <summary>An interruption or the owner's cancellation; null where that cannot come, which spares a fleet two links a wake.</summary>
    private CancellationTokenSource? Either(CancellationToken cancellation) =>
        cancellation.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(cancellation, interrupting.Token) : null;

    /// <summary>How long it is gone, and as what it comes back.</summary>
    private (TimeSpan Pause, WakeCause Cause) Darken()
    {
        var (losesMemory, backAfter) = interruption;
        interrupting = new CancellationTokenSource();
        if (losesMemory)
            RtcMemory = null;
        Observe(at => new DeviceCrashed(Options.Node, at, backAfter));
        return (backAfter, losesMemory ? WakeCause.PowerOn : WakeCause.Crash);
    }
}
