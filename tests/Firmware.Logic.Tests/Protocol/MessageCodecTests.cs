using System.Text.Json;
using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Loader.Releases;
using Fog.Firmware.Loader.Slots;
using Fog.Firmware.Loader.Wire;
using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic.Tests;

/// <summary>Every golden message, written where a device writes it and read where it reads it.</summary>
public class MessageCodecTests
{
    public static TheoryData<string, string> OfDevice() =>
        GoldenMessages.Cases("hello", "keepalive", "result", "need", "chunk", "sleep", "log", "snapshot", "update-status");

    public static TheoryData<string, string> OfFog() =>
        GoldenMessages.Cases("welcome", "task", "accepted", "stop", "fog-chunk", "fog-need", "update");

    [Theory]
    [MemberData(nameof(OfDevice))]
    public void A_device_message_is_written_as_the_golden_bytes(string file, string name)
    {
        var golden = GoldenMessages.Case(file, name);
        var writer = Envelope.Begin((byte)GoldenMessages.File(file).I32("type"), golden.U32("sequence"), 64);
        Write(file, golden.GetProperty("fields"), writer);

        var message = Envelope.Seal(writer, new HmacSha256(golden.Hex("key")), golden.Text("topic"));

        Assert.Equal(golden.Text("bytes"), Convert.ToHexStringLower(message));
    }

    [Theory]
    [MemberData(nameof(OfFog))]
    public void A_message_of_the_fog_is_read_from_the_golden_bytes(string file, string name)
    {
        var golden = GoldenMessages.Case(file, name);
        var message = golden.Hex("bytes");

        Assert.True(Envelope.IsWholeAndOfThisVersion(message));
        Assert.True(Envelope.HasTagOf(message, new HmacSha256(golden.Hex("key")), golden.Text("topic")));
        Assert.Equal(GoldenMessages.File(file).I32("type"), Envelope.TypeOf(message));
        Assert.Equal(golden.U32("sequence"), Envelope.SequenceOf(message));
        Compare(file, golden.GetProperty("fields"), Envelope.BodyOf(message));
    }

    [Theory]
    [MemberData(nameof(OfFog))]
    public void A_body_that_is_cut_off_or_too_long_is_malformed(string file, string name)
    {
        var message = GoldenMessages.Case(file, name).Hex("bytes");
        var body = message[6..^16];

        for (var length = 0; length < body.Length; length++)
            Assert.False(IsRead(file, body[..length]), $"{length} of {body.Length} bytes");
        Assert.False(IsRead(file, [.. body, 0]));
        Assert.True(IsRead(file, body));
    }

    [Theory]
    [MemberData(nameof(OfFog))]
    public void One_changed_bit_anywhere_breaks_the_tag(string file, string name)
    {
        var golden = GoldenMessages.Case(file, name);
        var key = new HmacSha256(golden.Hex("key"));
        var message = golden.Hex("bytes");
        for (var i = 0; i < message.Length; i += 7)
        {
            message[i] ^= 0x10;
            Assert.False(Envelope.HasTagOf(message, key, golden.Text("topic")));
            message[i] ^= 0x10;
        }

        Assert.False(Envelope.HasTagOf(message, key, golden.Text("topic") + "x"));
        Assert.True(Envelope.HasTagOf(message, key, golden.Text("topic")));
    }

    [Fact]
    public void Fields_out_of_their_range_are_malformed()
    {
        var digest = new byte[32];
        var task = new TaskFields { Id = TaskFields.IdOf(1) };
        Assert.True(IsRead("task", FogCodec.Task(task)));
        Assert.False(IsRead("task", FogCodec.Task(task with { Image = [] })));
        Assert.False(IsRead("task", FogCodec.Task(task with { Image = new byte[262145] })));
        Assert.False(IsRead("task", FogCodec.Task(task with { Arguments = new byte[262145] })));
        Assert.False(IsRead("task", FogCodec.Task(task with { Fuel = -1 })));
        Assert.False(IsRead("task", FogCodec.Task(task with { DeadlineMillis = -1 })));
        Assert.False(IsRead("task", FogCodec.Task(task with { NowMillis = -1 })));
        Assert.True(IsRead("task", FogCodec.Task(task with { Seed = -1 })));
        Assert.True(IsRead("task", FogCodec.Task(task with { Snapshot = new byte[262144] })));
        Assert.False(IsRead("task", FogCodec.Task(task with { Snapshot = new byte[262145] })));
        Assert.False(IsRead("task", [.. FogCodec.Task(task)[..^52], .. Enumerable.Repeat((byte)1, 32), .. new byte[20]]));
        Assert.False(IsRead("accepted", [.. new byte[16], 2]));
        Assert.False(IsRead("fog-need", FogCodec.Need(digest, 0, 0)));
        Assert.False(IsRead("fog-need", FogCodec.Need(digest, 0, 9)));
        Assert.False(IsRead("fog-need", FogCodec.Need(digest, 1023, 1)));
        Assert.False(IsRead("fog-chunk", FogCodec.Chunk(digest, 2000, 1000, new byte[1000])));
        Assert.False(IsRead("fog-chunk", FogCodec.Chunk(digest, 262145, 0, new byte[1024])));
        Assert.False(IsRead("fog-chunk", FogCodec.Chunk(digest, 1024, 0, new byte[1025])));
        Assert.False(IsRead("fog-chunk", FogCodec.Chunk(digest, 2048, 0, new byte[1023])));
        Assert.False(IsRead("fog-chunk", FogCodec.Chunk(digest, 1024, 1024, [])));
        Assert.False(IsRead("fog-chunk", FogCodec.Chunk(digest, 1024, uint.MaxValue, new byte[1])));
        Assert.False(IsRead("fog-chunk", FogCodec.Chunk(digest, 0, 0, new byte[1])));
        Assert.True(IsRead("fog-chunk", FogCodec.Chunk(digest, 0, 0, [])));
        var welcome = new WelcomeFields();
        Assert.True(IsRead("welcome", FogCodec.Welcome(welcome)));
        Assert.False(IsRead("welcome", FogCodec.Welcome(welcome with { Cluster = "Upper" })));
        Assert.False(IsRead("welcome", FogCodec.Welcome(welcome with { Cluster = new string('a', 33) })));
        Assert.False(IsRead("welcome", FogCodec.Welcome(welcome with { Leader = true })));
        Assert.False(IsRead("welcome", FogCodec.Welcome(welcome with { SiteTimeMillis = -1 })));
    }

    [Fact]
    public void A_log_line_that_is_too_long_is_cut_between_characters()
    {
        var writer = new WireWriter(16);
        new LogLine { Level = 1, Text = "a" + new string('ß', 300) }.Write(writer);

        var read = Assert.IsType<LogMessage>(DeviceMessage.Read(0x07, writer.ToArray()));

        Assert.Equal("a" + new string('ß', 255), read.Text);
    }

    private static void Write(string file, JsonElement f, WireWriter writer)
    {
        switch (file)
        {
            case "hello":
                new Hello
                {
                    DeviceNonce = f.Hex("deviceNonce"),
                    FirmwareVersion = f.U32("firmwareVersion"),
                    PeriodMillis = f.U32("period"),
                    DutyPermille = f.I32("duty"),
                    BatteryMillivolts = f.I32("battery"),
                    HeapFreeBytes = f.U32("heapFree"),
                    WakeCause = (WakeCause)f.I32("wakeCause"),
                    ClockErrorMillis = f.I32("clockError"),
                    ConnectBackOffMillis = f.U32("connectBackoff"),
                    FuelPerSecond = f.U32("fuelRate"),
                    CachedImages = [.. f.GetProperty("cachedImages").EnumerateArray().Select(d => Convert.FromHexString(d.GetString()!))],
                }.Write(writer);
                break;
            case "keepalive":
                new Keepalive { HeapFreeBytes = f.U32("heapFree") }.Write(writer);
                break;
            case "result":
                Assert.Equal(f.I32("reason") == 0 ? 0 : 1, f.I32("status"));
                new Result
                {
                    TaskId = f.Hex("task"),
                    Failure = (RunFailure)f.I32("reason"),
                    Digest = f.Hex("digest"),
                    SizeBytes = f.I32("size"),
                    Value = f.Hex("value"),
                    FuelUsed = f.I64("fuelUsed"),
                    ExecuteMicros = f.I64("execute"),
                    TransferMicros = f.I64("transfer"),
                }.Write(writer);
                break;
            case "need":
                new Need { Digest = f.Hex("digest"), Offset = f.U32("offset"), Count = f.I32("count") }.Write(writer);
                break;
            case "chunk":
                new Chunk { Digest = f.Hex("digest"), TotalBytes = f.I32("total"), Offset = f.U32("offset"), Data = f.Hex("data") }.Write(writer);
                break;
            case "sleep":
                new SleepReport
                {
                    SleepMillis = f.U32("sleep"),
                    BatteryMillivolts = f.I32("battery"),
                    StateMicros = [f.I64("connect"), f.I64("idle"), f.I64("receive"), f.I64("execute"), f.I64("transmit"), f.I64("asleep")],
                }.Write(writer);
                break;
            case "snapshot":
                new Snapshot
                {
                    TaskId = f.Hex("task"),
                    Digest = f.Hex("digest"),
                    SizeBytes = f.I32("size"),
                    Value = f.Hex("value"),
                    FuelUsed = f.I64("fuelUsed"),
                    ExecuteMicros = f.I64("execute"),
                    TransferMicros = f.I64("transfer"),
                }.Write(writer);
                break;
            case "update-status":
                new UpdateStatus
                {
                    ReleaseId = f.Hex("release"),
                    Attempt = f.I32("attempt"),
                    State = (UpdateState)f.I32("state"),
                    Fault = (ReleaseFault)f.I32("reason"),
                    HaveBytes = f.I32("have"),
                }.Write(writer);
                break;
            case "log":
                new LogLine { Level = f.I32("level"), Text = f.Text("text") }.Write(writer);
                break;
            default:
                throw new ArgumentException(file);
        }
    }

    private static void Compare(string file, JsonElement f, WireReader body)
    {
        switch (file)
        {
            case "welcome":
                var welcome = Welcome.Read(body);
                Assert.Equal(f.Hex("fogNonce"), welcome.FogNonce);
                Assert.Equal(f.I64("siteTime"), welcome.SiteTimeMillis);
                Assert.Equal(f.U32("sleep"), welcome.SleepMillis);
                Assert.Equal(f.U32("awakeLimit"), welcome.AwakeLimitMillis);
                Assert.Equal(f.Text("cluster"), welcome.Cluster);
                Assert.Equal(f.U32("term"), welcome.Term);
                Assert.Equal(f.I32("leader") == 1, welcome.Leader);
                Assert.Equal(f.I32("tasks"), welcome.BatchCount);
                break;
            case "task":
                var task = TaskOrder.Read(body);
                Assert.Equal(f.Hex("task"), task.TaskId);
                Assert.Equal(f.U32("term"), task.Term);
                Assert.Equal(f.Hex("image"), task.ImageDigest);
                Assert.Equal(f.I32("imageSize"), task.ImageBytes);
                Assert.Equal(f.I64("fuel"), task.Fuel);
                Assert.Equal(f.I32("memory"), task.MemoryBytes);
                Assert.Equal(f.I32("callDepth"), task.CallDepth);
                Assert.Equal(f.I64("deadline"), task.DeadlineMillis);
                Assert.Equal(f.Hex("argumentsDigest"), task.ArgumentsDigest);
                Assert.Equal(f.I32("argumentsSize"), task.ArgumentsBytes);
                Assert.Equal(task.ArgumentsBytes <= 1024 ? f.Hex("arguments") : null, task.Arguments);
                Assert.Equal(f.Hex("snapshot"), task.SnapshotDigest);
                Assert.Equal(f.I32("snapshotSize"), task.SnapshotBytes);
                Assert.Equal(f.I64("now"), task.NowMillis);
                Assert.Equal(f.Hex("seed"), BitConverter.GetBytes(task.Seed));
                break;
            case "accepted":
                var accepted = Accepted.Read(body);
                Assert.Equal(f.Hex("task"), accepted.TaskId);
                Assert.Equal(f.I32("keep") == 1, accepted.Keep);
                break;
            case "update":
                var update = UpdateOffer.Read(body);
                Assert.Equal(f.I32("attempt"), update.Attempt);
                Assert.Equal(f.Hex("manifest"), update.Manifest);
                break;
            case "stop":
                Assert.Equal(f.Hex("task"), Stop.Read(body).TaskId);
                break;
            case "fog-need":
                var need = Need.Read(body);
                Assert.Equal(f.Hex("digest"), need.Digest);
                Assert.Equal(f.U32("offset"), need.Offset);
                Assert.Equal(f.I32("count"), need.Count);
                break;
            case "fog-chunk":
                var chunk = Chunk.Read(body);
                Assert.Equal(f.Hex("digest"), chunk.Digest);
                Assert.Equal(f.I32("total"), chunk.TotalBytes);
                Assert.Equal(f.U32("offset"), chunk.Offset);
                Assert.Equal(f.Hex("data"), chunk.Data);
                break;
            default:
                throw new ArgumentException(file);
        }
    }

    private static bool IsRead(string file, byte[] body)
    {
        var reader = new WireReader(body, 0, body.Length);
        return file switch
        {
            "welcome" => Welcome.Read(reader) is not null,
            "task" => TaskOrder.Read(reader) is not null,
            "accepted" => Accepted.Read(reader) is not null,
            "stop" => Stop.Read(reader) is not null,
            "update" => UpdateOffer.Read(reader) is not null,
            "fog-need" => Need.Read(reader) is not null,
            "fog-chunk" => Chunk.Read(reader) is not null,
            _ => throw new ArgumentException(file),
        };
    }
}
