using Fog.Firmware.Loader.Slots;
using Fog.Firmware.Logic;
using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic.Tests;

/// <summary>A board on a test bench: the platform around one agent, its clock in the test's hand.</summary>
internal sealed class Bench
{
    private readonly Queue<DeviceEvent> events = [];
    private Agent? agent;
    private long? timer;
    private byte entropy;
    private Slots? slots;

    public Bench(Action<DeviceConfig>? configure = null)
    {
        Config = new DeviceConfig("lab", "esp-1", [.. Enumerable.Range(1, 32).Select(i => (byte)i)])
        {
            PeriodMillis = 1000,
            DutyPermille = 100,
            FuelPerSecond = 1_000_000,
        };
        configure?.Invoke(Config);
        Fog = new ScriptedFog(Config.Site, Config.Node, Config.Key)
        {
            Send = (topic, message) => Deliver(topic, message),
            SiteTimeMillis = () => 1_700_000_000_000 + (NowMicros / 1000),
        };
    }

    public DeviceConfig Config { get; }

    public ScriptedFog Fog { get; }

    public MemoryFlash Flash { get; } = new();

    /// <summary>The firmware that the device was made with.</summary>
    public byte[] FactoryImage { get; } = TestRelease.ImageOf(1, 3000);

    public Slots Slots => slots ?? throw new InvalidOperationException("not awake yet");

    public ScriptedExecutor Executor { get; } = new();

    public long NowMicros { get; private set; } = 5_000_000;

    public byte[]? Rtc { get; set; }

    /// <summary>Null: connecting never ends.</summary>
    public bool? BrokerAnswers { get; set; } = true;

    public bool BrokerAcknowledges { get; set; } = true;

    public bool SessionPresent { get; set; }

    public HashSet<string> Subscriptions { get; } = [];

    public List<string> Unsubscribed { get; } = [];

    /// <summary>Decides which messages of the fog arrive.</summary>
    public Func<string, byte[], bool> Arrives { get; set; } = (_, _) => true;

    /// <summary>Microseconds slept for, once it sleeps.</summary>
    public uint? SleptMillis { get; private set; }

    public bool IsAsleep => SleptMillis is not null;

    public Agent Agent => agent ?? throw new InvalidOperationException("not awake yet");

    public int Connects { get; private set; }

    public int TimersFired { get; private set; }

    /// <summary>Called after every slice of a run, before the agent hears of it.</summary>
    public Action? AfterSlice { get; set; }

    public Bench Wake(WakeCause cause = WakeCause.Timer)
    {
        SleptMillis = null;
        timer = null;
        events.Clear();
        slots = new Slots(Flash, TestRelease.Trust);
        slots.Provision(0x000100, FactoryImage);
        Assert.NotEqual(Slots.None, slots.Boot(isCold: cause != WakeCause.Timer));
        agent = new Agent(Config, Flash, slots, new CountingEntropy(this), Executor, Rtc!);
        events.Enqueue(DeviceEvent.Woke(cause, 3700));
        Settle();
        return this;
    }

    /// <summary>Wakes it when its sleep is over.</summary>
    public Bench WakeAgain()
    {
        NowMicros += (SleptMillis ?? throw new InvalidOperationException("it is awake")) * 1000L;
        return Wake();
    }

    /// <summary>Lets time pass, timers going off on the way, until it sleeps or the time is over.</summary>
    public Bench Pass(TimeSpan time)
    {
        var until = NowMicros + (long)time.TotalMicroseconds;
        while (!IsAsleep && timer is { } due && due <= until)
            FireTimer(due);
        NowMicros = Math.Max(NowMicros, until);
        return this;
    }

    /// <summary>Lets time pass until it sleeps.</summary>
    public Bench UntilAsleep()
    {
        for (var i = 0; i < 10_000 && !IsAsleep; i++)
            FireTimer(timer ?? throw new InvalidOperationException("awake without a timer"));
        Assert.True(IsAsleep, "it never sleeps");
        return this;
    }

    public void Raise(DeviceEvent e)
    {
        events.Enqueue(e);
        Settle();
    }

    /// <summary>Cuts the power: nothing is left but flash and what was persisted.</summary>
    public void Crash()
    {
        agent = null;
        timer = null;
        events.Clear();
        SleptMillis = 0;
    }

    public void Deliver(string topic, byte[] message)
    {
        if (agent is not null && !IsAsleep && Subscriptions.Contains(topic) && Arrives(topic, message))
            events.Enqueue(DeviceEvent.Message(topic, message));
    }

    public void Settle()
    {
        while (agent is not null && !IsAsleep && events.TryDequeue(out var e))
        {
            foreach (var action in agent.Handle(e, NowMicros))
                Do(action);
        }
    }

    private void FireTimer(long due)
    {
        timer = null;
        TimersFired++;
        NowMicros = Math.Max(NowMicros, due);
        Raise(DeviceEvent.Timer());
    }

    private void Do(DeviceAction action)
    {
        Assert.False(IsAsleep, $"{action.Kind} after Sleep");
        switch (action.Kind)
        {
            case DeviceActionKind.Connect:
                Connects++;
                if (BrokerAnswers is { } answers)
                    events.Enqueue(answers ? DeviceEvent.Connected(SessionPresent) : DeviceEvent.ConnectFailed());
                break;
            case DeviceActionKind.Subscribe:
                Subscriptions.Add(action.Topic);
                break;
            case DeviceActionKind.Unsubscribe:
                Subscriptions.Remove(action.Topic);
                Unsubscribed.Add(action.Topic);
                break;
            case DeviceActionKind.Publish:
                if (BrokerAcknowledges)
                    events.Enqueue(DeviceEvent.Published(action.PublishId));
                Fog.Receive(action.Topic, action.Payload);
                break;
            case DeviceActionKind.SetTimer:
                Assert.True(action.AtMicros > NowMicros, "a timer in the past");
                timer = action.AtMicros;
                break;
            case DeviceActionKind.RunSlice:
                var fuel = Agent.RunSlice();
                NowMicros += fuel * 1_000_000 / Config.FuelPerSecond;
                events.Enqueue(DeviceEvent.SliceDone());
                AfterSlice?.Invoke();
                break;
            case DeviceActionKind.Persist:
                Rtc = action.Payload;
                break;
            case DeviceActionKind.Sleep:
                SleptMillis = action.SleepMillis;
                break;
            default:
                throw new InvalidOperationException($"{action.Kind}");
        }
    }

    private sealed class CountingEntropy(Bench bench) : IEntropy
    {
        public void Fill(byte[] bytes) => Array.Fill(bytes, ++bench.entropy);
    }
}
