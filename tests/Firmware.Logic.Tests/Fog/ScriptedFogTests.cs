namespace Fog.Firmware.Logic.Tests;

/// <summary>The fog that these tests script is itself held to the golden messages.</summary>
public class ScriptedFogTests
{
    public static TheoryData<string, string> OfDevice() => MessageCodecTests.OfDevice();

    public static TheoryData<string, string> Sessions() => GoldenMessages.Cases("session-key");

    [Theory]
    [MemberData(nameof(OfDevice))]
    public void It_reads_what_a_device_says(string file, string name)
    {
        var golden = GoldenMessages.Case(file, name);
        var bytes = golden.Hex("bytes");
        var f = golden.GetProperty("fields");

        Assert.True(FogCodec.IsSealed(golden.Hex("key"), bytes, golden.Text("topic")));
        switch (DeviceMessage.Read(bytes[1], bytes[6..^16]))
        {
            case HelloMessage hello:
                Assert.Equal((f.U32("period"), f.I32("duty"), f.I32("clockError"), f.U32("fuelRate")), (hello.PeriodMillis, hello.DutyPermille, hello.ClockErrorMillis, hello.FuelPerSecond));
                Assert.Equal(f.GetProperty("cachedImages").EnumerateArray().Select(d => d.GetString()!.ToUpperInvariant()), hello.CachedImages);
                break;
            case KeepaliveMessage keepalive:
                Assert.Equal(f.U32("heapFree"), keepalive.HeapFreeBytes);
                break;
            case ResultMessage result:
                Assert.Equal((f.I32("reason"), f.I64("fuelUsed"), f.I64("transfer")), (result.Reason, result.FuelUsed, result.TransferMicros));
                Assert.Equal(f.Hex("value"), result.Value);
                break;
            case NeedMessage need:
                Assert.Equal((f.U32("offset"), f.I32("count")), (need.Offset, need.Count));
                break;
            case ChunkMessage chunk:
                Assert.Equal((f.U32("total"), f.U32("offset")), (chunk.TotalBytes, chunk.Offset));
                Assert.Equal(f.Hex("data"), chunk.Data);
                break;
            case SleepMessage sleep:
                Assert.Equal((f.U32("sleep"), f.I64("asleep")), (sleep.SleepMillis, sleep.StateMicros[5]));
                break;
            case SnapshotMessage snapshot:
                Assert.Equal((f.U32("size"), f.I64("fuelUsed"), f.I64("transfer")), (snapshot.SizeBytes, snapshot.FuelUsed, snapshot.TransferMicros));
                Assert.Equal(f.Hex("value"), snapshot.Value);
                break;
            case UpdateStatusMessage update:
                Assert.Equal(f.Hex("release"), update.Release);
                Assert.Equal((f.I32("attempt"), f.I32("state"), f.I32("reason"), f.U32("have")), (update.Attempt, update.State, update.Reason, update.HaveBytes));
                break;
            case LogMessage log:
                Assert.Equal((f.I32("level"), f.Text("text")), (log.Level, log.Text));
                break;
            default:
                Assert.Fail("another message");
                break;
        }
    }

    [Theory]
    [MemberData(nameof(Sessions))]
    public void It_makes_the_session_key(string file, string name)
    {
        var golden = GoldenMessages.Case(file, name);
        var key = FogCodec.SessionKey(golden.Hex("deviceKey"), golden.Text("site"), golden.Text("node"), golden.Hex("deviceNonce"), golden.Hex("fogNonce"));
        Assert.Equal(golden.Text("sessionKey"), Convert.ToHexStringLower(key));
    }

    [Fact]
    public void It_says_welcome_as_the_golden_bytes()
    {
        var golden = GoldenMessages.Case("welcome", "a member");
        var f = golden.GetProperty("fields");
        var body = FogCodec.Welcome(new WelcomeFields
        {
            FogNonce = f.Hex("fogNonce"),
            SiteTimeMillis = f.I64("siteTime"),
            SleepMillis = f.U32("sleep"),
            AwakeLimitMillis = f.U32("awakeLimit"),
            Cluster = f.Text("cluster"),
            Term = f.U32("term"),
            Tasks = f.I32("tasks"),
        });
        Assert.Equal(golden.Text("bytes"), Convert.ToHexStringLower(FogCodec.Seal(golden.Hex("key"), 0x81, 0, body, golden.Text("topic"))));
    }
}
