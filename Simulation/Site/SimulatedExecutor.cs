using System.Runtime.InteropServices;
using Fog.Grains.Hosts;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Ids;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime;

namespace Fog.Simulation.Site;

/// <summary>The fog host's executor: the portable one, its fuel charged as virtual time.</summary>
/// <param name="finished">Told of every run that went on from a snapshot: the seed of its call, the snapshot and the result.</param>
internal sealed class SimulatedExecutor(TimeProvider clock, Action<long, Digest, Digest> finished) : IFunctionExecutor
{
    /// <summary>A hundred times a device's: a gateway's core.</summary>
    private const long FuelPerSecond = 200_000_000;

    /// <summary>Fuel between two looks at the cancellation: a tenth of a second.</summary>
    private const long FuelSlice = FuelPerSecond / 10;

    public int Slots => 2;

    public async Task<Execution> Execute(ExecutionRequest request, CancellationToken cancellation)
    {
        try
        {
            var fog = new FogModule(request.Context.NowMillis, request.Context.Seed);
            var limits = request.Limits;
            byte[] image = [.. await request.LoadImage()];
            var run = request.Snapshot.IsEmpty
                ? new FunctionRun(image, [.. request.Arguments], limits.Fuel, limits.MemoryBytes, limits.CallDepth, fog, BlockCopy.Instance)
                : FunctionRun.Resume(image, [.. request.Arguments], [.. request.Snapshot], [.. request.Image.ToBytes()], new Sha256Digest(), limits.Fuel, limits.MemoryBytes, limits.CallDepth, fog);
            bool isOver;
            do
            {
                long before = run.FuelUsed;
                isOver = run.Step(FuelSlice);
                var took = TimeSpan.FromMilliseconds(Math.Ceiling(1000.0 * (run.FuelUsed - before) / FuelPerSecond));
                await Task.Delay(took, clock, cancellation);
            }
            while (!isOver);

            if (!request.Snapshot.IsEmpty)
            {
                finished(request.Context.Seed, Digest.Of(request.Snapshot.AsSpan()), Digest.Of(run.Result));
            }

            return new Execution(ImmutableCollectionsMarshal.AsImmutableArray(run.Result), run.FuelUsed, 0, fog.Lines());
        }
        catch (Exception failure) when (failure is ImageException or SnapshotException)
        {
            throw new FogException(FogError.InvalidModule, $"The function's image cannot run here: {failure.Message}.");
        }
        catch (ArgumentEncodingException failure)
        {
            throw new FogException(FogError.InvalidArguments, $"The arguments do not fit the function's image: {failure.Message}.");
        }
    }
}
