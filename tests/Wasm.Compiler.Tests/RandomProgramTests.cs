using Fog.Conformance.Programs;

namespace Fog.Wasm.Compiler.Tests;

/// <summary>Random programs, compiled by Roslyn for .NET and by us for every engine; the command for more is in docs/functions.md.</summary>
public sealed class RandomProgramTests
{
    private const int Programs = 1_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_programs_do_what_they_do_on_DotNet(ulong seed)
    {
        using var report = new StringWriter();
        Assert.True(ProgramsVerb.Check(Programs, seed, report), report.ToString());
    }

    [Fact]
    public void Most_programs_are_valid_and_some_fail_on_both_sides()
    {
        var batch = new ProgramBatch(Engines.All);
        Assert.Empty(batch.Run([.. Enumerable.Range(0, 100).Select(i => Enumerable.Range(0, 300).Select(j => (i * 7_919 + (j * 104_729)) % 9_973).ToArray())]));
        Assert.True(batch.Invalid < batch.Programs / 5, $"{batch.Invalid} of {batch.Programs} are not valid C#");
        Assert.True(batch.Kept > 0, "no call took what one before it kept");
        Assert.True(batch.Returned > 0 && batch.FailedAlike > 0 && batch.Limited < batch.Returned, $"{batch.Returned} returned, {batch.FailedAlike} failed, {batch.Limited} met a limit");
    }

    [Fact]
    public void A_difference_is_found_and_shrunk()
    {
        IEngine[] engines = [new Forgetful()];
        var random = new Random(5);
        var found = new ProgramBatch(engines).Run([[.. Enumerable.Range(0, 300).Select(_ => random.Next(9_999))]]);
        var (numbers, problem) = ProgramBatch.Shrink(Assert.Single(found), engines);
        Assert.True(numbers.Length < 30, $"{numbers.Length} choices are left");
        Assert.Contains("forgetful gives nothing", problem);
    }

    [Fact]
    public void An_effect_that_one_engine_loses_is_found()
    {
        IEngine[] engines = [new DeviceEngine(), new Careless()];
        var random = new Random(5);
        var found = new ProgramBatch(engines).Run([.. Enumerable.Range(0, 50).Select(_ => Enumerable.Range(0, 300).Select(_ => random.Next(9_999)).ToArray())]);
        Assert.Contains(found, static f => f.Problem.StartsWith("careless gives", StringComparison.Ordinal));
    }

    /// <summary>An engine that loses the last effect.</summary>
    private sealed class Careless : IEngine
    {
        private readonly DeviceEngine inner = new();

        public string Name => "careless";

        public Outcome Run(Runtime.FunctionArtifact artifact, byte[] arguments, long fuelMax) =>
            inner.Run(artifact, arguments, fuelMax) is var outcome && outcome.Effects.Count > 0 ? outcome with { Effects = [.. outcome.Effects.SkipLast(1)] } : outcome;
    }

    /// <summary>An engine that loses every result.</summary>
    private sealed class Forgetful : IEngine
    {
        public string Name => "forgetful";

        public Outcome Run(Runtime.FunctionArtifact artifact, byte[] arguments, long fuelMax) => new(null, null, 0);
    }
}
