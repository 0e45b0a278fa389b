using System.Runtime.InteropServices;
using Fog.Grains.Hosts;
using Fog.Grains.Interfaces;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime;

namespace Fog.Simulation.Site;

/// <summary>The fog host's executor: the portable one, its fuel charged as virtual time.</summary>
internal sealed class SimulatedExecutor(TimeProvider clock) : IFunctionExecutor
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
            var run = new FunctionRun([.. await request.LoadImage()], [.. request.Arguments], request.Limits.Fuel, request.Limits.MemoryBytes, request.Limits.CallDepth, fog, BlockCopy.Instance);
            bool isOver;
            do
            {
                long before = run.FuelUsed;
                isOver = run.Step(FuelSlice);
                var took = TimeSpan.FromMilliseconds(Math.Ceiling(1000.0 * (run.FuelUsed - before) / FuelPerSecond));
                await Task.Delay(took, clock, cancellation);
            }
            while (!isOver);

            return new Execution(ImmutableCollectionsMarshal.AsImmutableArray(run.Result), run.FuelUsed, 0, fog.Lines());
        }
        catch (ImageException failure)
        {
            throw new FogException(FogError.InvalidModule, $"The function's image cannot run here: {failure.Message}.");
        }
        catch (ArgumentEncodingException failure)
        {
            throw new FogException(FogError.InvalidArguments, $"The arguments do not fit the function's image: {failure.Message}.");
        }
    }
}
