using Fog.Firmware.Device.Host;
using Fog.Firmware.Device.SelfTest;
using Fog.Samples;

namespace Fog.Firmware.Device.Tests;

public class SelfTestTests
{
    private readonly StringWriter output = new();

    [Fact]
    public void Every_case_passes_and_is_a_line()
    {
        var run = new SelfTestRun(new DotNetHost(output));

        Assert.True(run.Run(), output.ToString());

        string[] cases =
        [
            "enrol", "load", "hello", "welcome", "sleep", .. SampleFunctions.Small.Select(s => s.Name), "elementary", "again",
            "update", "probation", "confirmed", "broken", "crash", "rollback",
        ];
        var lines = output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(cases, lines[..^1].Select(line => line["ok   ".Length..].Split(':')[0]));
        Assert.Equal(cases.Length, run.Passed);
        Assert.StartsWith($"{cases.Length} passed, 0 failed; ", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_result_fails_its_case_alone() => AssertFails(new Faulty(new DotNetHost(output)) { WrongDigest = 2 }, $"{SampleFunctions.Small[2].Name}: ");

    [Fact]
    public void An_image_that_is_none_is_a_reason() => AssertFails(new Faulty(new DotNetHost(output)) { NoImage = 1 }, $"{SampleFunctions.Small[1].Name}: reason 1");

    [Fact]
    public void A_release_of_another_key_is_not_taken() =>
        AssertFails(new Faulty(new DotNetHost(output)) { Releases = new DotNetHost(output) }, "update: state 5, fault 1", "probation: ", "confirmed: ", "broken: state 5, fault 1", "crash: ", "rollback: ");

    [Fact]
    public void A_release_that_starts_after_all_is_not_rolled_back() =>
        AssertFails(new Faulty(new DotNetHost(output)) { BrokenIsGood = true }, "broken: ", "crash: ", "rollback: ");

    [Theory]
    [InlineData(100)]
    [InlineData(Loader.Slots.Slots.SlotBytes + 1)]
    public void A_slot_without_an_agent_ends_it(int bytes)
    {
        var run = new SelfTestRun(new DotNetHost(output, new byte[bytes]));

        Assert.False(run.Run());

        Assert.Contains("FAIL load: ", output.ToString(), StringComparison.Ordinal);
    }

    private void AssertFails(ISelfTestHost host, params string[] failures)
    {
        var run = new SelfTestRun(host);

        Assert.False(run.Run());

        Assert.True(run.Failed == failures.Length, output.ToString());
        Assert.All(failures, failure => Assert.Contains($"FAIL {failure}", output.ToString(), StringComparison.Ordinal));
    }

    private sealed class Faulty(ISelfTestHost host) : ISelfTestHost
    {
        private readonly ISelfTestHost inner = host;

        public int? WrongDigest { get; init; }

        public int? NoImage { get; init; }

        public ISelfTestHost Releases { get; init; } = host;

        public bool BrokenIsGood { get; init; }

        public int SampleCount => inner.SampleCount;

        public long Millis => inner.Millis;

        public void Line(string text) => inner.Line(text);

        public int BytesOf(int blob) => IsNoImage(blob) ? 3 : inner.BytesOf(blob);

        public byte[] ChunkOf(int blob, int chunk) => IsNoImage(blob) ? [1, 2, 3] : inner.ChunkOf(blob, chunk);

        public byte[] ReleaseKey() => inner.ReleaseKey();

        public byte[] GoodRelease() => Releases.GoodRelease();

        public byte[] BrokenRelease() => BrokenIsGood ? Releases.GoodRelease() : Releases.BrokenRelease();

        public string NameOf(int sample) => inner.NameOf(sample);

        public byte[] DigestOf(int sample) => sample == WrongDigest ? new byte[32] : inner.DigestOf(sample);

        private bool IsNoImage(int blob) => NoImage is { } sample && blob == Blob.ImageOf(sample);
    }
}
