using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Fog.Grains.Hosts;
using Fog.Grains.Interfaces;
using Fog.Wasm.Portable;

namespace Fog.Silo.Host;

/// <summary>Runs device images on threads of their own, in slices of fuel. One core is left to the silo itself.</summary>
internal sealed class FunctionExecutor : IFunctionExecutor
{
    /// <summary>Fuel between two looks at the cancellation, about a millisecond.</summary>
    private const long FuelSlice = 100_000;

    public int Slots { get; } = Math.Max(1, Environment.ProcessorCount - 1);

    public Task<Execution> Execute(ExecutionRequest request, CancellationToken cancellation) =>
        Task.Factory.StartNew(() => Run(request, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static Execution Run(ExecutionRequest request, CancellationToken cancellation)
    {
        Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        try
        {
            var (fuel, memory, depth) = (request.Limits.Fuel, request.Limits.MemoryBytes, request.Limits.CallDepth);
            var run = new FunctionRun([.. request.Image], [.. request.Arguments], fuel, memory, depth);
            while (!run.Step(FuelSlice))
            {
                cancellation.ThrowIfCancellationRequested();
            }

            return new Execution(ImmutableCollectionsMarshal.AsImmutableArray(run.Result), run.FuelUsed, 0);
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
