using System.Collections.Concurrent;
using System.Security.Cryptography;
using Fog.Client;
using Fog.Samples;
using Fog.Wasm.Compiler;
using Fog.Wasm.Runtime.Values;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>Every sample function, from its C# source to a voted result, against the same C# on .NET.</summary>
public sealed class SampleTests(SampleCalls calls) : IClassFixture<SampleCalls>
{
    /// <summary>The four kernels that had to run first, then the others.</summary>
    public static TheoryData<string> Names() =>
        [.. ((string[])["arc-distance", "rosen", "harris", "multiple-sum"]).Union(SampleFunctions.All.Select(sample => sample.Name))];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_sample_gives_the_very_bits_of_NET(string name)
    {
        var sample = SampleFunctions.All.Single(sample => sample.Name == name);

        var ended = await calls.Of(name);

        Assert.Null(ended.Outcome!.Error);
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(ValueCodec.EncodeResult(new FogResult.Returned(FogValue.Of(sample.Expected()))))),
            ended.Outcome.Sha256);
        Assert.InRange(ended.Tally.For, 3, 5);
    }

    [Fact]
    public async Task Some_results_are_too_large_to_travel_inline()
    {
        var ended = await Task.WhenAll(SampleFunctions.All.Select(sample => calls.Of(sample.Name)));

        Assert.Contains(ended, status => status.Outcome!.ResultBytes > 1024);
        Assert.Contains(ended, status => status.Outcome!.ResultBytes <= 1024);
    }
}

/// <summary>All calls at once, so that the tests take as long as one.</summary>
public sealed class SampleCalls : IAsyncLifetime
{
    private readonly RunningFog _running = new();
    private readonly ConcurrentDictionary<string, Task<InvocationInfo>> _calls = new();

    public Task<InvocationInfo> Of(string name) => _calls[name];

    public async Task InitializeAsync()
    {
        await _running.InitializeAsync();
        foreach (var sample in SampleFunctions.All)
        {
            var compiled = FunctionCompiler.Compile(sample.Source, sample.File);
            await _running.Fog.DeployAsync(sample.Name, compiled.Functions.Single().Wasm.AsMemory());
            var started = await _running.Fog.StartAsync(sample.Name, sample.Arguments, new CallOptions { Replicas = 5, Timeout = TimeSpan.FromMinutes(1) });
            _calls[sample.Name] = _running.Fog.WaitAsync(started);
        }
    }

    public Task DisposeAsync() => _running.DisposeAsync();
}
