using System.Collections.Immutable;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Fog.DeviceProxy.Proxy.Messages;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Interfaces.Rollouts;

namespace Fog.DeviceProxy.Proxy.Tests.Messages;

/// <summary>Every message: how its golden fields name what the codec's records hold, and how to make any of it.</summary>
internal static class MessageCodecs
{
    public static readonly ImmutableArray<MessageCodec> All =
    [
        new MessageCodec<HelloFacts>("hello", MessageType.Hello, HelloMessage.Read, HelloMessage.Write,
            f => new(
                Hex(f, "deviceNonce"), f.UInt("firmwareVersion"), new(f.Ms("period"), f.Int("duty")), f.Int("battery"), f.Long("heapFree"),
                (WakeCause)f.Int("wakeCause"), TimeSpan.FromMilliseconds(f.Int("clockError")), f.Ms("connectBackoff"), f.Long("fuelRate"),
                [.. f["cachedImages"]!.AsArray().Select(i => new Digest((string)i!))]),
            h => new()
            {
                ["deviceNonce"] = Hex(h.DeviceNonce.AsSpan()), ["firmwareVersion"] = h.FirmwareVersion, ["period"] = Ms(h.DutyCycle.Period),
                ["duty"] = h.DutyCycle.ListenPermille, ["battery"] = h.BatteryMillivolts, ["heapFree"] = h.FreeHeapBytes,
                ["wakeCause"] = (int)h.WakeCause, ["clockError"] = Ms(h.ClockError), ["connectBackoff"] = Ms(h.ConnectBackoff),
                ["fuelRate"] = h.FuelPerSecond, ["cachedImages"] = new JsonArray([.. h.CachedImages.Select(i => JsonValue.Create(i.Hex))]),
            },
            from nonce in Any.Bytes(16, 16)
            from firmware in Any.U32
            from period in Gen.Choose(100, 86_400_000)
            from duty in Gen.Choose(1, 1000)
            from battery in Gen.Choose(0, ushort.MaxValue)
            from heap in Any.U32
            from cause in Gen.Choose(0, 3)
            from clockError in Any.U32
            from backoff in Any.U32
            from fuelRate in Any.U32
            from count in Gen.Choose(0, 16)
            from images in Gen.ArrayOf(Any.Digest, count)
            select new HelloFacts(
                nonce, firmware, new(TimeSpan.FromMilliseconds(period), duty), battery, heap, (WakeCause)cause,
                TimeSpan.FromMilliseconds((int)clockError), TimeSpan.FromMilliseconds(backoff), fuelRate, [.. images])),

        new MessageCodec<KeepaliveUplink>("keepalive", MessageType.Keepalive, KeepaliveMessage.Read, KeepaliveMessage.Write,
            f => new(f.Long("heapFree")),
            k => new() { ["heapFree"] = k.FreeHeapBytes },
            Any.U32.Select(heap => new KeepaliveUplink(heap))),

        new MessageCodec<ResultUplink>("result", MessageType.Result, ResultMessage.Read, ResultMessage.Write,
            f => new(
                new((string)f["task"]!), (DeviceFailure)f.Int("reason"), f.Int("status") == 0 ? new((string)f["digest"]!) : default, f.Int("size"),
                Hex(f, "value"), f.Long("fuelUsed"), f.Us("execute"), f.Us("transfer")),
            r => new()
            {
                ["task"] = r.Task.Hex, ["status"] = r.Failure == DeviceFailure.None ? 0 : 1, ["reason"] = (int)r.Failure,
                ["digest"] = r.Failure == DeviceFailure.None ? r.Digest.Hex : new string('0', 64), ["size"] = r.SizeBytes,
                ["value"] = Hex(r.Value.AsSpan()), ["fuelUsed"] = r.FuelUsed, ["execute"] = Us(r.Execute), ["transfer"] = Us(r.Transfer),
            },
            from task in Any.Task
            from failure in Gen.Choose(0, 6)
            from digest in Any.Digest
            from value in Any.Sized
            from fuel in Any.U63
            from execute in Any.Interval
            from transfer in Any.Interval
            select failure == 0
                ? new ResultUplink(task, DeviceFailure.None, digest, value.Size, value.Inline, fuel, execute, transfer)
                : new ResultUplink(task, (DeviceFailure)failure, default, 0, [], fuel, execute, transfer)),

        new MessageCodec<SnapshotUplink>("snapshot", MessageType.Snapshot, SnapshotMessage.Read, SnapshotMessage.Write,
            f => new(
                new((string)f["task"]!), new((string)f["digest"]!), f.Int("size"), Hex(f, "value"), f.Long("fuelUsed"), f.Us("execute"), f.Us("transfer")),
            s => new()
            {
                ["task"] = s.Task.Hex, ["digest"] = s.Digest.Hex, ["size"] = s.SizeBytes, ["value"] = Hex(s.Value.AsSpan()),
                ["fuelUsed"] = s.FuelUsed, ["execute"] = Us(s.Execute), ["transfer"] = Us(s.Transfer),
            },
            from task in Any.Task
            from digest in Any.Digest
            from value in Any.Sized
            from fuel in Any.U63
            from execute in Any.Interval
            from transfer in Any.Interval
            where value.Size > 0
            select new SnapshotUplink(task, digest, value.Size, value.Inline, fuel, execute, transfer)),

        new MessageCodec<UpdateUplink>("update-status", MessageType.UpdateStatus, UpdateStatusMessage.Read, UpdateStatusMessage.Write,
            f => new(new((string)f["release"]!), f.Int("attempt"), (UpdateState)f.Int("state"), (UpdateFault)f.Int("reason"), f.Int("have")),
            u => new() { ["release"] = u.Release.Hex, ["attempt"] = u.Attempt, ["state"] = (int)u.State, ["reason"] = (int)u.Fault, ["have"] = u.HaveBytes },
            from release in Any.Digest
            from attempt in Any.U8
            from state in Gen.Choose(0, 5)
            from fault in Gen.Choose(1, 11)
            from have in Gen.Choose(0, 32 * 1024)
            select new UpdateUplink(release, attempt, (UpdateState)state, state == 5 ? (UpdateFault)fault : UpdateFault.None, have)),

        new MessageCodec<UpdateDownlink>("update", MessageType.Update, UpdateMessage.Read, UpdateMessage.Write,
            f => new(Offer(f.Int("attempt"), Hex(f, "manifest"))),
            u => new() { ["attempt"] = u.Offer.Attempt, ["manifest"] = Hex(u.Offer.Manifest.AsSpan()) },
            from attempt in Any.U8
            from board in Gen.Elements("e", "esp32-s3", new string('b', 32))
            from version in Any.U32
            from minimum in Any.U32
            from size in Gen.Choose(1, 32 * 1024)
            from image in Any.Digest
            from key in Any.Bytes(8, 8)
            from signature in Gen.OneOf(Any.Bytes(256, 256), Any.Bytes(384, 384))
            where version > 0
            select new UpdateDownlink(Offer(attempt, new ReleaseManifest(board, version, minimum, size, image, key).With(signature.AsSpan())))),

        OfNeed("need", MessageType.Need),
        OfNeed("fog-need", MessageType.FogNeed),
        OfChunk("chunk", MessageType.Chunk),
        OfChunk("fog-chunk", MessageType.FogChunk),

        new MessageCodec<SleepUplink>("sleep", MessageType.Sleep, SleepMessage.Read, SleepMessage.Write,
            f => new(f.Ms("sleep"), f.Int("battery"),
                new(f.Us("connect"), f.Us("idle"), f.Us("receive"), f.Us("execute"), f.Us("transmit"), f.Us("asleep"))),
            s => new()
            {
                ["sleep"] = Ms(s.Sleep), ["battery"] = s.BatteryMillivolts, ["connect"] = Us(s.Spent.Connect), ["idle"] = Us(s.Spent.Idle),
                ["receive"] = Us(s.Spent.Receive), ["execute"] = Us(s.Spent.Execute), ["transmit"] = Us(s.Spent.Transmit), ["asleep"] = Us(s.Spent.Sleep),
            },
            from sleep in Any.U32
            from battery in Gen.Choose(0, ushort.MaxValue)
            from spent in Gen.ArrayOf(Any.Interval, 6)
            select new SleepUplink(TimeSpan.FromMilliseconds(sleep), battery, new(spent[0], spent[1], spent[2], spent[3], spent[4], spent[5]))),

        new MessageCodec<LogUplink>("log", MessageType.Log, LogMessage.Read, LogMessage.Write,
            f => new(f.Int("level"), (string)f["text"]!),
            l => new() { ["level"] = l.Level, ["text"] = l.Text },
            from level in Gen.Choose(0, 3)
            from length in Gen.Choose(0, 128)
            from characters in Gen.ArrayOf(Gen.Elements("a", "Z", " ", "°", "ß", "中", "🔥", "\0", "\n"), length)
            select new LogUplink(level, string.Concat(characters))),

        new MessageCodec<Welcome>("welcome", MessageType.Welcome, Welcome.Read, Welcome.Write,
            f => new(
                Hex(f, "fogNonce"), f.Time("siteTime"), f.Ms("sleep"), f.Ms("awakeLimit"), (string)f["cluster"]!, f.UInt("term"),
                f.Int("leader") == 1, f.Int("tasks")),
            w => new()
            {
                ["fogNonce"] = Hex(w.FogNonce.AsSpan()), ["siteTime"] = w.SiteTime.ToUnixTimeMilliseconds(), ["sleep"] = Ms(w.Sleep),
                ["awakeLimit"] = Ms(w.AwakeLimit), ["cluster"] = w.Cluster, ["term"] = w.Term, ["leader"] = w.Leader ? 1 : 0, ["tasks"] = w.Tasks,
            },
            from nonce in Any.Bytes(16, 16)
            from time in Any.Time
            from sleep in Any.U32
            from awake in Any.U32
            from cluster in Gen.Elements("", "c", "cluster-7", new string('z', 32))
            from term in Any.U32
            from leader in Gen.Elements(true, false)
            from tasks in Gen.Choose(0, ushort.MaxValue)
            select new Welcome(nonce, time, TimeSpan.FromMilliseconds(sleep), TimeSpan.FromMilliseconds(awake), cluster, term, leader, tasks)),

        new MessageCodec<TaskDownlink>("task", MessageType.Task, TaskMessage.Read, TaskMessage.Write,
            f => new(
                new(
                    new((string)f["task"]!), new((string)f["image"]!), f.Int("imageSize"), new(f.Long("fuel"), f.Int("memory"), f.Int("callDepth")),
                    f.Time("deadline"), new(new((string)f["argumentsDigest"]!), f.Int("argumentsSize"), Hex(f, "arguments")),
                    f.Int("snapshotSize") == 0 ? null : Snapshot(new((string)f["snapshot"]!), f.Int("snapshotSize")),
                    new(f.Long("now"), BitConverter.ToInt64(Hex(f, "seed").AsSpan()))),
                f.UInt("term"), LeaderOf: null),
            t => new()
            {
                ["task"] = t.Task.Id.Hex, ["term"] = t.Term, ["image"] = t.Task.Image.Hex, ["imageSize"] = t.Task.ImageBytes,
                ["fuel"] = t.Task.Limits.Fuel, ["memory"] = t.Task.Limits.MemoryBytes, ["callDepth"] = t.Task.Limits.CallDepth,
                ["deadline"] = t.Task.Deadline.ToUnixTimeMilliseconds(), ["argumentsDigest"] = t.Task.Arguments.Digest.Hex,
                ["argumentsSize"] = t.Task.Arguments.SizeBytes, ["arguments"] = Hex(t.Task.Arguments.Inline.AsSpan()),
                ["snapshot"] = t.Task.Snapshot?.Digest.Hex ?? new string('0', 64), ["snapshotSize"] = t.Task.Snapshot?.SizeBytes ?? 0,
                ["now"] = t.Task.Context.NowMillis, ["seed"] = Hex(BitConverter.GetBytes(t.Task.Context.Seed)),
            },
            from task in Any.Task
            from term in Any.U32
            from image in Any.Digest
            from imageSize in Gen.Choose(0, 262_144)
            from fuel in Any.U63
            from memory in Gen.Choose(0, int.MaxValue)
            from depth in Gen.Choose(0, ushort.MaxValue)
            from deadline in Any.Time
            from digest in Any.Digest
            from arguments in Any.Sized
            from snapshot in Any.Digest
            from snapshotSize in Gen.Choose(0, 262_144)
            from now in Any.U63
            from seed in Any.U63
            select new TaskDownlink(
                new(
                    task, image, imageSize, new(fuel, memory, depth), deadline, new BlobValue(digest, arguments.Size, arguments.Inline),
                    snapshotSize % 2 == 0 ? null : Snapshot(snapshot, snapshotSize), new(now, ~seed)),
                term,
                null)),

        new MessageCodec<AcceptedDownlink>("accepted", MessageType.Accepted, AcceptedMessage.Read, AcceptedMessage.Write,
            f => new(new((string)f["task"]!), f.Int("keep") == 1),
            a => new() { ["task"] = a.Task.Hex, ["keep"] = a.Keep ? 1 : 0 },
            from task in Any.Task
            from keep in Gen.Elements(true, false)
            select new AcceptedDownlink(task, keep)),

        new MessageCodec<StopDownlink>("stop", MessageType.Stop, StopMessage.Read, StopMessage.Write,
            f => new(new((string)f["task"]!)),
            s => new() { ["task"] = s.Task.Hex },
            Any.Task.Select(task => new StopDownlink(task))),
    ];

    public static MessageCodec Of(string file) => All.Single(c => c.File == file);

    public static TheoryData<string> Files() => new(All.Select(c => c.File));

    private static MessageCodec OfNeed(string file, MessageType type) => new MessageCodec<Need>(file, type, Need.Read, Need.Write,
        f => new(new((string)f["digest"]!), f.Int("offset"), f.Int("count")),
        n => new() { ["digest"] = n.Digest.Hex, ["offset"] = n.Offset, ["count"] = n.Count },
        from digest in Any.Digest
        from chunk in Gen.Choose(0, 255)
        from count in Gen.Choose(1, 8)
        select new Need(digest, chunk * 1024, count));

    private static MessageCodec OfChunk(string file, MessageType type) => new MessageCodec<Chunk>(file, type, Chunk.Read, Chunk.Write,
        f => new(new((string)f["digest"]!), f.Int("total"), f.Int("offset"), Convert.FromHexString((string)f["data"]!)),
        c => new() { ["digest"] = c.Digest.Hex, ["total"] = c.Total, ["offset"] = c.Offset, ["data"] = Hex(c.Data.Span) },
        from digest in Any.Digest
        from total in Gen.Choose(0, 10_000)
        from chunk in Gen.Choose(0, 9)
        from data in Any.Bytes(10_240, 10_240)
        let offset = total == 0 ? 0 : chunk * 1024 % total / 1024 * 1024
        select total == 0 ? Chunk.NotKnown(digest) : Chunk.Of(digest, data.AsMemory()[..total], offset));

    private static UpdateOffer Offer(int attempt, ImmutableArray<byte> manifest)
    {
        var (release, id, _) = ReleaseManifest.Read(manifest.AsSpan()) ?? throw new InvalidDataException("no manifest");
        return new(id, attempt, release.Version, manifest, release.Image);
    }

    private static TaskSnapshot Snapshot(Digest digest, int sizeBytes) => new(digest, sizeBytes, Number: 0, FuelUsed: 0, default, Joules: 0);

    private static ImmutableArray<byte> Hex(JsonObject fields, string name) => [.. Convert.FromHexString((string)fields[name]!)];

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private static long Ms(TimeSpan value) => value.Ticks / TimeSpan.TicksPerMillisecond;

    private static long Us(TimeSpan value) => value.Ticks / TimeSpan.TicksPerMicrosecond;

    private static int Int(this JsonObject fields, string name) => checked((int)fields.Long(name));

    private static uint UInt(this JsonObject fields, string name) => checked((uint)fields.Long(name));

    private static long Long(this JsonObject fields, string name) => long.Parse(fields[name]!.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);

    private static TimeSpan Ms(this JsonObject fields, string name) => new(fields.Long(name) * TimeSpan.TicksPerMillisecond);

    private static TimeSpan Us(this JsonObject fields, string name) => new(fields.Long(name) * TimeSpan.TicksPerMicrosecond);

    private static DateTimeOffset Time(this JsonObject fields, string name) => DateTimeOffset.FromUnixTimeMilliseconds(fields.Long(name));
}
