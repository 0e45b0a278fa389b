using System.Collections.Immutable;
using Fog.Client;
using Fog.Grains.Hosts;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Samples;
using Fog.Silo.Host.Functions;
using Fog.Wasm.Compiler;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime;
using Fog.Wasm.Runtime.Values;

namespace Fog.Silo.Host.Tests.Functions;

public class FunctionExecutorTests
{
    private const string Spin = """
        using Fog.Client;
        public static class F { [FogFunction] public static int Spin(int n) { var x = 1; for (var i = 0; n < 0 || i != n; i++) x = x * 31 + i; return x; } }
        """;

    private const string Asks = """
        using Fog.Client;
        public static class F { [FogFunction] public static long Asks(string who) { Invocation.Log("Hello " + who); Invocation.Checkpoint(); return Invocation.Now ^ Invocation.Random(); } }
        """;

    private const long Now = 1_767_225_600_123;

    [Fact]
    public async Task A_host_gives_what_a_device_gives_for_the_same_fuel()
    {
        var executor = new FunctionExecutor(TimeProvider.System);
        foreach (var sample in SampleFunctions.All.Take(4))
        {
            var request = Request(sample.Source, sample.Arguments);
            var execution = await executor.Execute(request, CancellationToken.None);
            var run = new FunctionRun([.. await request.LoadImage()], [.. request.Arguments], request.Limits.Fuel, request.Limits.MemoryBytes, request.Limits.CallDepth);
            while (!run.Step(long.MaxValue))
            {
            }

            Assert.Equal(run.Result, execution.Result);
            Assert.Equal(run.FuelUsed, execution.FuelUsed);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_function_has_the_time_the_seed_and_the_log_of_its_call(bool hasModule)
    {
        var executor = new FunctionExecutor(TimeProvider.System);
        var request = Request(Asks, ["there"]);
        if (!hasModule) request = request with { Image = Digest.Of([1]), LoadModule = () => Task.FromResult(ImmutableArray<byte>.Empty) };
        var execution = await executor.Execute(request, CancellationToken.None);
        using (Invocation.Begin(Now, 5))
        {
            Assert.Equal(Invocation.Now ^ Invocation.Random(), Assert.IsType<FogResult.Returned>(ValueCodec.DecodeResult(execution.Result.AsSpan())).Value.Clr);
        }

        Assert.Equal("Hello there", Assert.Single(execution.Lines));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_without_end_is_cancelled_at_a_block_and_short_ones_pass_it(bool hasModule)
    {
        var executor = new FunctionExecutor(TimeProvider.System);
        var endless = Request(Spin, [-1]) with { Limits = new(long.MaxValue, 65_536, 10) };
        if (!hasModule) endless = endless with { Image = Digest.Of([1]), LoadModule = () => Task.FromResult(ImmutableArray<byte>.Empty) };
        using var cancellation = new CancellationTokenSource();
        Task<Execution>[] running = [.. Enumerable.Range(0, Environment.ProcessorCount + 1).Select(_ => executor.Execute(endless, cancellation.Token))];
        for (var i = 0; i < 5; i++)
        {
            var execution = await executor.Execute(Request(Spin, [10]), CancellationToken.None);
            Assert.Equal(0, execution.Result[1]);
        }

        Assert.All(running, r => Assert.False(r.IsCompleted));
        await cancellation.CancelAsync();
        foreach (var run in running) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task A_function_is_loaded_once_and_its_image_only_when_it_is_not_compiled()
    {
        var executor = new FunctionExecutor(TimeProvider.System);
        var request = Request(Spin, [10]);
        var (modules, images) = (0, 0);
        var counting = request with { LoadModule = Module, LoadImage = Image };
        var first = await executor.Execute(counting, CancellationToken.None);
        var second = await executor.Execute(counting, CancellationToken.None);
        Assert.True(first.Result.SequenceEqual(second.Result));
        Assert.Equal((1, 0), (modules, images));

        // Of a version long replaced only the image is left: what is compiled still runs compiled, anything else from its image.
        var replaced = counting with { LoadModule = () => Task.FromResult(ImmutableArray<byte>.Empty) };
        Assert.True(first.Result.SequenceEqual((await executor.Execute(replaced, CancellationToken.None)).Result));
        Assert.Equal((1, 0), (modules, images));
        var execution = await new FunctionExecutor(TimeProvider.System).Execute(replaced, CancellationToken.None);
        Assert.True(first.Result.SequenceEqual(execution.Result));
        Assert.Equal(first.FuelUsed, execution.FuelUsed);
        Assert.Equal((1, 1), (modules, images));

        Task<ImmutableArray<byte>> Module()
        {
            modules++;
            return request.LoadModule();
        }

        Task<ImmutableArray<byte>> Image()
        {
            images++;
            return request.LoadImage();
        }
    }

    [Fact]
    public async Task A_host_goes_on_from_the_snapshot_of_a_device_to_the_same_result_and_fuel()
    {
        var executor = new FunctionExecutor(TimeProvider.System);
        var request = Request(Asks, ["there"]);
        byte[] image = [.. await request.LoadImage()];
        var run = new FunctionRun(image, [.. request.Arguments], request.Limits.Fuel, request.Limits.MemoryBytes, request.Limits.CallDepth, new FogModule(Now, 5));
        Assert.False(run.Step(20));
        ImmutableArray<byte> snapshot = [.. run.Snapshot([.. request.Image.ToBytes()], new Sha256Digest())];
        var whole = await executor.Execute(request, CancellationToken.None);
        var resumed = await executor.Execute(request with { Snapshot = snapshot }, CancellationToken.None);
        Assert.Equal((whole.FuelUsed, Digest.Of(whole.Result.AsSpan())), (resumed.FuelUsed, Digest.Of(resumed.Result.AsSpan())));

        var foreign = request with { Snapshot = snapshot, Image = Digest.Of([1]) };
        Assert.Equal(FogError.InvalidModule, (await Assert.ThrowsAsync<FogException>(() => executor.Execute(foreign, CancellationToken.None))).Error);
    }

    private static ExecutionRequest Request(string source, object[] arguments)
    {
        var wasm = FunctionCompiler.Compile(source, "f.cs").Functions.Single().Wasm;
        var artifact = FunctionArtifact.Load(wasm.AsMemory());
        ImmutableArray<byte> encoded = [.. ValueCodec.EncodeArguments(artifact.Manifest, arguments)];
        return new(Digest.Of(artifact.Image.AsSpan()), () => Task.FromResult(wasm), () => Task.FromResult(artifact.Image), encoded, new(artifact.Manifest.FuelMax, artifact.Manifest.MemoryBytesMax, artifact.Manifest.CallDepthMax), new(Now, 5), []);
    }
}
