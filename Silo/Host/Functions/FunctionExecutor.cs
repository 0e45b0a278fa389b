using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Fog.Grains.Hosts;
using Fog.Grains.Interfaces;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime;
using Fog.Wasm.Runtime.Compilation;

namespace Fog.Silo.Host.Functions;

/// <summary>
/// Runs functions compiled to IL, each on a thread with a stack for its calls, in turns of fuel
/// (<see cref="TurnPolicy"/>). One core is left to the silo itself.
/// </summary>
internal sealed class FunctionExecutor : IFunctionExecutor
{
    private readonly ModuleCache modules = new();
    private readonly TurnScheduler turns;

    public FunctionExecutor(TimeProvider clock)
    {
        var cores = Math.Max(1, Environment.ProcessorCount - 1);
        turns = new(cores, clock);
        Slots = cores * ExecutorLimits.RunsPerCore;
    }

    public int Slots { get; }

    public async Task<Execution> Execute(ExecutionRequest request, CancellationToken cancellation)
    {
        try
        {
            var function = request.Snapshot.IsEmpty ? modules.Find(request.Image) ?? await Prepare(request, cancellation) : null; // Only the portable executor reads snapshots.
            if (function?.Code is { } code && code.StackBytes(request.Limits.CallDepth) is <= ExecutorLimits.StackBytesMax and var stack)
            {
                return await OnThread(stack, slices => RunCompiled(code, function.Artifact.Manifest, request, slices), cancellation);
            }

            var image = await request.LoadImage();
            return await OnThread(0, slices => RunPortable(image, request, slices), cancellation);
        }
        catch (Exception failure) when (failure is ModuleException or ImageException or SnapshotException)
        {
            throw new FogException(FogError.InvalidModule, $"The function cannot run here: {failure.Message}.");
        }
        catch (ArgumentEncodingException failure)
        {
            throw new FogException(FogError.InvalidArguments, $"The arguments do not fit the function: {failure.Message}.");
        }
    }

    // Null when only the image is left.
    private async Task<PreparedFunction?> Prepare(ExecutionRequest request, CancellationToken cancellation)
    {
        var wasm = await request.LoadModule();
        return wasm.IsDefaultOrEmpty ? null : await Task.Run(() => modules.Add(request.Image, wasm), cancellation);
    }

    // Null when the slices ended it.
    private static Execution? RunCompiled(CompiledModule code, FunctionManifest manifest, ExecutionRequest request, ISliceSource slices)
    {
        var limits = request.Limits;
        var fog = new FogModule(request.Context.NowMillis, request.Context.Seed);
        var run = new CompiledRun(code, manifest, [.. request.Arguments], limits.Fuel, limits.MemoryBytes, limits.CallDepth, slices, fog);
        return run.Run() ? new(ImmutableCollectionsMarshal.AsImmutableArray(run.Result), run.FuelUsed, 0, fog.Lines()) : null;
    }

    private static Execution? RunPortable(ImmutableArray<byte> image, ExecutionRequest request, ISliceSource slices)
    {
        var limits = request.Limits;
        var fog = new FogModule(request.Context.NowMillis, request.Context.Seed);
        var run = request.Snapshot.IsEmpty
            ? new FunctionRun([.. image], [.. request.Arguments], limits.Fuel, limits.MemoryBytes, limits.CallDepth, fog, BlockCopy.Instance)
            : FunctionRun.Resume([.. image], [.. request.Arguments], [.. request.Snapshot], [.. request.Image.ToBytes()], new Sha256Digest(), limits.Fuel, limits.MemoryBytes, limits.CallDepth, fog);
        for (long slice; (slice = slices.Next()) > 0;)
        {
            if (run.Step(slice)) return new(ImmutableCollectionsMarshal.AsImmutableArray(run.Result), run.FuelUsed, 0, fog.Lines());
        }

        return null;
    }

    private Task<Execution> OnThread(int stackBytes, Func<ISliceSource, Execution?> body, CancellationToken cancellation)
    {
        var done = new TaskCompletionSource<Execution>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(Run, stackBytes) { IsBackground = true, Name = "fog function", Priority = ThreadPriority.BelowNormal };
        thread.Start();
        return done.Task;

        void Run()
        {
            try
            {
                using var slices = turns.Begin(cancellation);
                if (body(slices) is { } execution) done.SetResult(execution);
                else done.SetCanceled(cancellation);
            }
            catch (OperationCanceledException)
            {
                done.SetCanceled(cancellation);
            }
            catch (Exception failure)
            {
                // To whoever awaits the call: a thread of its own has nobody else to tell.
                done.SetException(failure);
            }
        }
    }
}
