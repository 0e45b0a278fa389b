using System.Reflection;
using Fog.Client;
using Fog.Samples.Application;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>An application's own methods, compiled into it by the source generator and called by their typed calls.</summary>
public sealed class GeneratedCallTests(RunningFog running) : IClassFixture<RunningFog>
{
    private static readonly double[] s_celsius = [11.5, 12.25, 14, 17.75, 21, 19.5, 16];

    [Fact]
    public async Task A_typed_call_of_a_function_that_nobody_deployed_gives_what_the_method_gives()
    {
        Assert.Equal(Weather.Histogram(s_celsius, 10, 25, 5), await running.Fog.Weather.HistogramAsync(s_celsius, 10, 25, 5));
        Assert.Equal(Weather.Mean(s_celsius), await running.Fog.Weather.MeanAsync(s_celsius));
        Assert.Equal(Comfort.Hot, await running.Fog.Weather.FeelingAsync(31));
    }

    [Fact]
    public async Task It_runs_what_it_was_built_with_whatever_was_deployed_since()
    {
        await running.Fog.Weather.DeployAsync();
        var mine = (await running.Fog.FunctionsAsync()).Single(function => function.Name == "feeling");
        var others = await running.Fog.DeployAsync("feeling", Modules.Constant("feeling"));

        Assert.NotEqual(mine.Module, others.Module);
        Assert.Equal(Comfort.Cold, await running.Fog.Weather.FeelingAsync(-5));
        Assert.Equal(77, await running.Fog.InvokeAsync<int>("feeling", [-5.0]));
        Assert.Equal(others, (await running.Fog.FunctionsAsync()).Single(function => function.Name == "feeling"));
    }

    [Fact]
    public async Task A_trap_is_the_exception_of_NET_with_its_place_in_source()
    {
        var thrown = await Assert.ThrowsAsync<FogClientException>(() => running.Fog.Weather.MeanAsync([]));
        var outside = await Assert.ThrowsAsync<FogClientException>(() => running.Fog.Weather.HistogramAsync([99], 10, 25, 5, new CallOptions { Placement = Placement.Host }));

        Assert.Equal(("FunctionTrapped", $"ArgumentException at Weather.cs:{LineOf("no temperatures")}: no temperatures"), (thrown.Code, thrown.Message));
        Assert.Equal(("FunctionTrapped", $"IndexOutOfRangeException at Weather.cs:{LineOf("counts[(int)")}: an index is outside of its array."), (outside.Code, outside.Message));
        Assert.Equal(thrown.Message, (await running.Fog.InvocationAsync(thrown.Invocation!.Id)).Outcome!.Message);
    }

    private static int LineOf(string text)
    {
        string vectors = typeof(GeneratedCallTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "VectorsFolder").Value!;
        return 1 + File.ReadLines(Path.Combine(vectors, "..", "..", "samples", "Application", "Weather.cs")).TakeWhile(line => !line.Contains(text, StringComparison.Ordinal)).Count();
    }
}
