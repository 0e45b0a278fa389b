using Fog.Client.Sdk.Cli.Demo;

namespace Fog.Client.Sdk.Tests.Cli;

public sealed class DemoVerdictTests
{
    [Fact]
    public void It_passes_when_all_is_right_and_the_liar_voted_and_the_crasher_crashed() =>
        Assert.True(Verdict(equal: true, liarVotes: 1, crashes: 1).Passed);

    [Theory]
    [InlineData(false, 1, 1, "1 of 2 results are not what .NET computes.")]
    [InlineData(true, 0, 1, "All 2 results are right, but the liar esp-6 never voted, so this run proves nothing about liars.")]
    [InlineData(true, 1, 0, "All 2 results are right, but esp-7 never crashed, so this run proves nothing about crashes.")]
    public void It_fails_otherwise_and_says_why(bool equal, int liarVotes, int crashes, string sentence)
    {
        var verdict = Verdict(equal, liarVotes, crashes);

        Assert.False(verdict.Passed);
        Assert.Equal(sentence, verdict.Sentence);
    }

    [Fact]
    public void Nothing_run_proves_nothing() => Assert.False(new DemoVerdict([], "esp-6", 1, "esp-7", 1).Passed);

    private static DemoVerdict Verdict(bool equal, int liarVotes, int crashes) => new([Row(true), Row(equal)], "esp-6", liarVotes, "esp-7", crashes);

    private static DemoRow Row(bool equal) => new("rosen", equal, null, new Tally(5, 3, 1, 1, 1, ["esp-6"]), TimeSpan.FromSeconds(1), 0.1, 1);
}
