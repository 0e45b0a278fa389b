using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Mqtt.Client;
using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Loader.Flash;
using Fog.Firmware.Loader.Identity;
using Fog.Firmware.Loader.Releases;
using Fog.Firmware.Loader.Slots;
using Fog.Firmware.Loader.Wire;
using Fog.Firmware.Logic;
using Fog.Firmware.Logic.Protocol;
using Fog.Firmware.Logic.Tasks;
using Fog.Firmware.Virtual.Boards;

namespace Fog.Firmware.Virtual;

/// <summary>The firmware's own logic on this host: it connects, works and sleeps as a board would, and can be told to fail.</summary>
/// <remarks>
/// Deep sleep drops the connection; what survives it is flash and RTC memory. The connection takes as long as it
/// takes; CPU, memories, association, clock and energy are models (<see cref="Board"/>). Idle it holds a timer and no thread.
/// </remarks>
public sealed class VirtualDevice
{
    private const string StateRecord = "state";
    private static readonly TimeSpan MqttKeepAlive = TimeSpan.FromSeconds(30);

    private readonly Action<DeviceObservation>? observer;
    private readonly DeviceConfig config;
    private readonly VirtualBattery battery;
    private static readonly TimeSpan Restart = TimeSpan.FromSeconds(1);
    private readonly ReleaseTrust trust;
    private (uint Version, bool OnProbation) started;
    private FirmwareBehaviour behaviour; // Of what started.
    private CancellationTokenSource interrupting = new();
    private (bool LosesMemory, TimeSpan BackAfter) interruption;
    private byte[]? rtcMemory;

    /// <param name="observer">Told of what happens; may be called for several devices at once, and should return soon.</param>
    /// <exception cref="ArgumentException">A name, the key or a number is out of its range.</exception>
    public VirtualDevice(VirtualDeviceOptions options, TimeProvider clock, Action<DeviceObservation>? observer = null)
        : this(options, clock, observer, new PortableExecutor(new VirtualSensors(options, clock)))
    {
    }

    /// <param name="executor">What runs its images.</param>
    /// <inheritdoc cref="VirtualDevice(VirtualDeviceOptions, TimeProvider, Action{DeviceObservation}?)"/>
    public VirtualDevice(VirtualDeviceOptions options, TimeProvider clock, Action<DeviceObservation>? observer, IExecutor executor)
    {
        options.Board.Check();
        Options = options;
        Time = clock;
        this.observer = observer;
        config = new DeviceConfig(options.Site, options.Node, options.Key.ToArray())
        {
            PeriodMillis = checked((int)options.Period.TotalMilliseconds),
            DutyPermille = options.DutyPermille,
            HeapBytes = options.Board.FunctionHeapBytes,
            FuelPerSecond = options.Board.FuelPerSecond,
            ComputeMicrosMax = (long)options.ComputeBudget.TotalMicroseconds,
        };
        config.Check();
        Entropy = new SeededEntropy(options.Key, options.Seed);
        Clock = new DeviceClock(clock, options.DriftPpm ?? options.Board.ClockDriftPpmMax * Entropy.Lean());
        battery = new VirtualBattery(options.BatteryMilliampHours);
        Energy = new EnergyMeter(options.Board, clock);
        Executor = new VirtualExecutor(executor, options.Faults.Lie, options.Node);
        Flash = new FlashModel(options.Board);
        trust = new ReleaseTrust(options.Board.Name, [.. KeysOf(options)]);
        if (!new Slots(Flash, trust).Provision(options.FirmwareVersion, Ascii.Bytes("factory")))
            throw new ArgumentException($"The flash of {options.Board.Name} has no room for firmware.", nameof(options));
        Introduction = new MqttConnectOptions
        {
            ClientId = BrokerSecret.ClientId(options.Site, options.Node),
            UserName = BrokerSecret.ClientId(options.Site, options.Node),
            Password = Ascii.Bytes(BrokerSecret.Password(config.Key, options.Site, options.Node)),
            CleanSession = false,
            KeepAlive = MqttKeepAlive,
            Will = new MqttMessage(Topics.Will(options.Site, options.Node), ReadOnlyMemory<byte>.Empty),
        };
    }

    public VirtualDeviceOptions Options { get; }

    internal TimeProvider Time { get; }

    internal DeviceClock Clock { get; }

    internal SeededEntropy Entropy { get; }

    internal EnergyMeter Energy { get; }

    internal FlashModel Flash { get; }

    internal int BatteryMillivolts => battery.Millivolts(Energy.MilliampHours);

    internal VirtualExecutor Executor { get; }

    internal MqttConnectOptions Introduction { get; }

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
                Observe(at => new DeviceWoke(Options.Node, at, cause));
                switch (await WakeAsync(cause, cancellation))
                {
                    case WakeEnd.Interruption:
                        (pause, cause) = Darken();
                        break;
                    case WakeEnd.Sleep(var millis, var untilMicros, var dropped):
                        Observe(at => new DeviceSlept(Options.Node, at, TimeSpan.FromMilliseconds(millis), dropped) { Wear = Wear() });
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

    /// <summary>Keeps what is known over deep sleep: in RTC memory, or in flash when that is too small.</summary>
    internal void Remember(byte[] state)
    {
        if (state.Length <= Options.Board.RtcMemoryBytes)
        {
            rtcMemory = state;
            new TwinRecord(Flash, StateRecord).Delete();
            return;
        }

        rtcMemory = null;
        new TwinRecord(Flash, StateRecord).Save(state);
    }

    internal void Observe(Func<DateTimeOffset, DeviceObservation> observation) => observer?.Invoke(observation(Time.GetUtcNow()));

    private byte[]? Remembered() => rtcMemory ?? new TwinRecord(Flash, StateRecord).Content;

    private DeviceWear Wear() => new(Energy.Joules, BatteryMillivolts, Flash.Erases, Flash.WornOut, started.Version);

    private async Task<WakeEnd> WakeAsync(WakeCause cause, CancellationToken cancellation)
    {
        var slots = new Slots(Flash, trust);
        if (slots.Boot(isCold: cause != WakeCause.Timer) == Slots.None)
            throw new InvalidOperationException($"{Options} has no firmware that boots.");
        NoteStarted(slots);
        if (behaviour == FirmwareBehaviour.CrashesAtBoot)
            return new WakeEnd.Crash(Restart);
        await using var wake = new Wake(this, new Agent(config, Flash, slots, Entropy, Executor, Remembered()), behaviour);
        Energy.Awake = true;
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
        finally
        {
            Energy.SwitchOff();
        }
    }

    private void NoteStarted(Slots slots)
    {
        var now = (slots.RunningVersion, slots.IsOnProbation);
        if (started != now)
        {
            started = now;
            behaviour = Options.Behaviour(slots.RunningImage());
            Observe(at => new DeviceStartedFirmware(Options.Node, at, now.RunningVersion, now.IsOnProbation));
        }
    }

    private static IEnumerable<RsaKey> KeysOf(VirtualDeviceOptions options) =>
        options.ReleaseKeys.Count > ReleaseTrust.KeysMax
            ? throw new ArgumentException($"A device knows {ReleaseTrust.KeysMax} release keys at most.", nameof(options))
            : options.ReleaseKeys.Select(modulus => RsaKey.Of(modulus.ToArray())
                ?? throw new ArgumentException("A release key is an RSA modulus of 2048 or 3072 bits.", nameof(options)));

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
            rtcMemory = null;
        Observe(at => new DeviceCrashed(Options.Node, at, backAfter));
        return (backAfter, losesMemory ? WakeCause.PowerOn : WakeCause.Crash);
    }
}
