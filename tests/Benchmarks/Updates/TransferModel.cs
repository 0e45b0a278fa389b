using System.Security.Cryptography;
using Fog.Firmware.Loader.Flash;
using Fog.Firmware.Loader.Slots;
using Fog.Firmware.Logic;
using Fog.Firmware.Logic.Protocol;
using Fog.Firmware.Logic.Tasks;
using Fog.Firmware.Logic.Tests;
using Fog.Firmware.Virtual.Boards;

namespace Fog.Benchmarks.Updates;

/// <summary>A device and its network, as far as a release's way into flash depends on them.</summary>
internal sealed record TransferParameters
{
    /// <summary>Both ways, each on its own.</summary>
    public double NetworkBitsPerSecond { get; init; } = 1_000_000;

    /// <summary>From device to fog and back, without what the bytes take.</summary>
    public TimeSpan RoundTrip { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>SHA-256 on the device. Default 25 kB/s: 80 IL instructions a byte of 0.5 µs each (<see cref="Calibration"/>), an estimate; nobody has timed it on a board.</summary>
    public double HashBytesPerSecond { get; init; } = 25_000;

    /// <summary>Null: what the board's flash takes, erasing and copying included.</summary>
    public double? FlashBytesPerSecond { get; init; }

    public Board Board { get; init; } = Board.Esp32;

    public int ImageBytes { get; init; } = Slots.SlotBytes;

    /// <summary>What the network holds for a device that is not reading. Default that of lwIP in ESP-IDF (CONFIG_LWIP_TCP_WND_DEFAULT).</summary>
    public int ReceiveWindowBytes { get; init; } = 5760;
}

/// <summary>What a transfer took.</summary>
/// <param name="Pipelined">From the first question for chunks until all are hashed, found right and in flash.</param>
/// <param name="Network">One round trip, and the chunks one after another at the network's rate, or as many as the receive window holds in a round trip, where that is slower.</param>
/// <param name="Verification">Tags of the messages and digest of the image.</param>
/// <param name="OneChunk">Of 1024 bytes, in all three stages.</param>
/// <param name="SentBytes">Payloads to the device in all, as <c>fog rollout status</c> counts them for chunks.</param>
/// <param name="WireBytes">The same with MQTT, TCP and IP around them.</param>
internal sealed record TransferFigures(
    TimeSpan Pipelined, TimeSpan Network, TimeSpan Verification, TimeSpan Flash, TimeSpan OneChunk, long SentBytes, long WireBytes)
{
    public TimeSpan Slowest => new[] { Network, Verification, Flash }.Max();

    public TimeSpan InTurn => Network + Verification + Flash;

    /// <summary>What pipelining may take at most.</summary>
    public TimeSpan Bar => 1.1 * Slowest + OneChunk;
}

/// <summary>One update of one device in virtual time: the firmware's own agent between a modelled network and a modelled board.</summary>
/// <remarks>
/// <code>
/// fog ══ network: bits/s, one message after another ══► receive window ──► agent: tag, digest ──► one write of flash at a time
/// </code>
/// The processor waits for flash only to hand over a write while another is going on. No clock is read and no thread
/// waits, so equal parameters give equal figures.
/// </remarks>
internal sealed class TransferModel
{
    // PUBLISH with a topic and a packet id in one segment of TCP over IPv4.
    private const int HeaderBytes = 1 + 2 + 2 + 2 + 40;
    private const int ChunkType = 0x85;

    private readonly TransferParameters parameters;
    private readonly TestRelease release;
    private readonly byte[] digest;
    private readonly Agent agent;
    private readonly DeviceConfig config = new("lab", "esp-1", [.. Enumerable.Range(1, 32).Select(i => (byte)i)]) { PeriodMillis = 60_000, DutyPermille = 500 };
    private readonly string down;
    private readonly PriorityQueue<Action, (TimeSpan At, int Order)> due = new();
    private readonly Queue<byte[]> toSend = [];
    private readonly Queue<(DeviceEvent Event, int Bytes)> toHandle = [];
    private int order;
    private TimeSpan now;
    private TimeSpan downFree;
    private TimeSpan upFree;
    private TimeSpan processorFree;
    private TimeSpan flashFree;
    private int unreadBytes;
    private TimeSpan? timer;
    private byte[] sessionKey = [];
    private uint sequence;
    private byte entropy;
    private bool isAsleep;

    private TimeSpan? asked;
    private TimeSpan written;
    private bool isStaged;
    private long sentBytes;
    private long wireBytes;
    private long chunkWireBytes;
    private long hashedBytes;
    private TimeSpan flashTime;
    private (long Wire, long Hashed, TimeSpan Flash) largest;

    private TransferModel(TransferParameters parameters)
    {
        this.parameters = parameters;
        release = new TestRelease { Image = TestRelease.ImageOf(7, parameters.ImageBytes) };
        digest = SHA256.HashData(release.Image);
        down = $"fog/{config.Site}/n/{config.Node}/down";
        var flash = new TimedFlash(this);
        var slots = new Slots(flash, TestRelease.Trust);
        slots.Provision(0x000100, TestRelease.ImageOf(1, 3000));
        slots.Boot(isCold: true);
        agent = new Agent(config, flash, slots, new CountingEntropy(this), new NoExecutor(), null);
        (processorFree, flashFree) = (TimeSpan.Zero, TimeSpan.Zero); // made elsewhere
    }

    /// <exception cref="InvalidOperationException">The device slept without a whole release.</exception>
    public static TransferFigures Run(TransferParameters parameters) => new TransferModel(parameters).Run();

    private TransferFigures Run()
    {
        Raise(DeviceEvent.Woke(WakeCause.PowerOn, 3700));
        while (!isStaged && due.TryDequeue(out var happens, out var when))
        {
            now = when.At;
            happens();
        }

        if (!isStaged || asked is not { } began)
            throw new InvalidOperationException($"No release is staged after {now}: {parameters}.");
        return new TransferFigures(
            written - began,
            parameters.RoundTrip + Max(OnWire(chunkWireBytes), AWindowAtATime()),
            Hashing(hashedBytes),
            flashTime,
            OnWire(largest.Wire) + Hashing(largest.Hashed) + largest.Flash,
            sentBytes,
            wireBytes);
    }

    private void At(TimeSpan when, Action action) => due.Enqueue(action, (when, order++));

    private TimeSpan OnWire(long bytes) => TimeSpan.FromSeconds(bytes * 8 / parameters.NetworkBitsPerSecond);

    private TimeSpan AWindowAtATime() =>
        (parameters.RoundTrip + OnWire(largest.Wire)) * ((double)chunkWireBytes / largest.Wire / (parameters.ReceiveWindowBytes / largest.Wire));

    private TimeSpan Hashing(long bytes) => TimeSpan.FromSeconds(bytes / parameters.HashBytesPerSecond);

    private void Raise(DeviceEvent e, int bytes = 0)
    {
        toHandle.Enqueue((e, bytes));
        Work();
    }

    /// <summary>One event at a time, each for as long as it takes; what the agent asks for is done after that.</summary>
    private void Work()
    {
        if (processorFree > now || isAsleep || !toHandle.TryDequeue(out var next))
            return;
        processorFree = now;
        if (next.Bytes > 0)
        {
            At(now + parameters.RoundTrip / 2, () =>
            {
                unreadBytes -= next.Bytes;
                Send();
            });
            var tagged = next.Event.Payload.Length + down.Length;
            if (next.Event.Payload[1] == ChunkType)
                hashedBytes += tagged;
            processorFree += Hashing(tagged);
        }

        var actions = agent.Handle(next.Event, Micros(now));
        At(processorFree, () =>
        {
            foreach (var action in actions)
                Do(action);
            Work();
        });
    }

    private void Do(DeviceAction action)
    {
        switch (action.Kind)
        {
            case DeviceActionKind.Connect:
                At(now + parameters.RoundTrip, () => Raise(DeviceEvent.Connected(sessionPresent: false)));
                break;
            case DeviceActionKind.Publish:
                var (message, id) = (action.Payload, action.PublishId);
                if (message[1] == 0x04)
                    asked ??= now;
                upFree = Max(upFree, now) + OnWire(message.Length + HeaderBytes + action.Topic.Length);
                At(upFree + parameters.RoundTrip / 2, () => Answer(message));
                At(upFree + parameters.RoundTrip, () => Raise(DeviceEvent.Published(id)));
                break;
            case DeviceActionKind.SetTimer:
                var set = timer = TimeSpan.FromMicroseconds(action.AtMicros);
                At(Max(set.Value, now), () =>
                {
                    if (timer != set)
                        return;
                    timer = null;
                    Raise(DeviceEvent.Timer());
                });
                break;
            case DeviceActionKind.Sleep:
                isAsleep = true;
                break;
            default:
                break; // subscriptions, and memory that costs no time
        }
    }

    /// <summary>The fog: it offers the release, and sends what is asked for.</summary>
    private void Answer(byte[] message)
    {
        var read = DeviceMessage.Read(message[1], message[6..^16]);
        switch (read)
        {
            case HelloMessage hello:
                var nonce = new byte[16];
                sessionKey = FogCodec.SessionKey(config.Key, config.Site, config.Node, hello.DeviceNonce, nonce);
                Enqueue(0x81, FogCodec.Welcome(new WelcomeFields { FogNonce = nonce, Tasks = 1 }));
                Enqueue(0x87, FogCodec.Update(1, release.Manifest()));
                break;
            case NeedMessage need:
                for (var i = 0; i < need.Count; i++)
                {
                    var offset = (int)need.Offset + i * 1024;
                    if (offset < release.Image.Length)
                        Enqueue(ChunkType, FogCodec.Chunk(digest, (uint)release.Image.Length, (uint)offset, release.Image[offset..Math.Min(offset + 1024, release.Image.Length)]));
                }

                break;
            case UpdateStatusMessage status:
                isStaged = (UpdateState)status.State == UpdateState.Staged;
                break;
            default:
                break;
        }
    }

    private void Enqueue(byte type, byte[] body)
    {
        toSend.Enqueue(FogCodec.Seal(sessionKey, type, sequence++, body, down));
        Send();
    }

    private void Send()
    {
        while (toSend.TryPeek(out var message) && unreadBytes + message.Length + HeaderBytes + down.Length <= parameters.ReceiveWindowBytes)
        {
            toSend.Dequeue();
            var bytes = message.Length + HeaderBytes + down.Length;
            unreadBytes += bytes;
            sentBytes += message.Length;
            wireBytes += bytes;
            if (message[1] == ChunkType)
            {
                chunkWireBytes += bytes;
                largest.Wire = Math.Max(largest.Wire, bytes);
                largest.Hashed = Math.Max(largest.Hashed, message.Length + down.Length + 1024);
            }

            downFree = Max(downFree, now) + OnWire(bytes);
            At(downFree + parameters.RoundTrip / 2, () => Raise(DeviceEvent.Message(down, message), bytes));
        }
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static long Micros(TimeSpan time) => (long)time.TotalMicroseconds;

    /// <summary>The board's flash, which writes while the processor goes on.</summary>
    private sealed class TimedFlash(TransferModel model) : IFlash
    {
        private readonly FlashModel records = new(model.parameters.Board);

        public string[] Names() => records.Names();

        public int Length(string name) => records.Length(name);

        public bool Append(string name, byte[] data, int offset, int count)
        {
            var isWritten = records.Append(name, data, offset, count);
            var takes = Takes(count);
            Write(takes);
            if (model.asked is not null && name is "s0" or "s1")
            {
                model.flashTime += takes;
                model.hashedBytes += count;
                model.processorFree += model.Hashing(count);
                model.largest.Flash = Max(model.largest.Flash, takes);
                model.written = Max(model.processorFree, model.flashFree);
            }

            return isWritten;
        }

        public void Read(string name, int position, byte[] into, int offset, int count) => records.Read(name, position, into, offset, count);

        public void Delete(string name)
        {
            records.Delete(name);
            Write(Takes(0));
        }

        private TimeSpan Takes(int bytes)
        {
            var board = records.TakeBusyTime();
            return model.parameters.FlashBytesPerSecond is { } rate ? TimeSpan.FromSeconds(bytes / rate) : board;
        }

        private void Write(TimeSpan takes)
        {
            model.processorFree = Max(model.processorFree, model.flashFree);
            model.flashFree = model.processorFree + takes;
        }
    }

    private sealed class NoExecutor : IExecutor
    {
        public IRun Start(TaskOrder order, byte[] image, byte[] arguments, byte[] snapshot) => throw new InvalidOperationException("It has no task.");
    }

    private sealed class CountingEntropy(TransferModel model) : IEntropy
    {
        public void Fill(byte[] bytes) => Array.Fill(bytes, ++model.entropy);
    }
}
