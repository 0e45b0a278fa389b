using System.Collections.Immutable;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.Grains.Hosts;

/// <summary>Runs functions on a fog host: on threads of its own, or, in a simulation, charging their fuel as virtual time.</summary>
public interface IFunctionExecutor
{
    /// <summary>How many it runs at one time; the host grain gives it no more.</summary>
    int Slots { get; }

    /// <summary>Runs one function to its end. A trap is a result. Never blocks the caller's turn.</summary>
    Task<Execution> Execute(ExecutionRequest request, CancellationToken cancellation);
}

/// <param name="Image">Digest of the device image: equal images behave alike, whatever module they are of.</param>
/// <param name="LoadModule">Gets the module; empty when only its image is left, of a version long replaced.</param>
/// <param name="LoadImage">Gets the image. An executor that has the function ready gets neither; it gets them in the caller's turn.</param>
/// <param name="Arguments">The canonical argument list.</param>
/// <param name="Snapshot">Where to go on, its shape checked; empty: begin.</param>
public sealed record ExecutionRequest(Digest Image, Func<Task<ImmutableArray<byte>>> LoadModule, Func<Task<ImmutableArray<byte>>> LoadImage, ImmutableArray<byte> Arguments, ExecutionLimits Limits, CallContext Context, ImmutableArray<byte> Snapshot);

/// <param name="Result">The canonical result, a value or a trap.</param>
/// <param name="Joules">What the host spent on it, if it knows; else 0.</param>
/// <param name="Lines">What the function wrote to the log.</param>
public sealed record Execution(ImmutableArray<byte> Result, long FuelUsed, double Joules, ImmutableArray<string> Lines);
