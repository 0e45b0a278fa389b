using System.Collections.Immutable;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Orleans.Concurrency;

namespace Fog.Grains.Interfaces.Functions;

/// <summary>One function: its versions, manifest and image. Key: <see cref="FunctionId"/>.</summary>
[Alias("fog.IFunctionGrain")]
public interface IFunctionGrain : IGrainWithStringKey
{
    /// <summary>Validates the module, lowers it to a device image, stores both and makes it the current version. The same bytes again change nothing.</summary>
    /// <exception cref="FogException"><see cref="FogError.InvalidModule"/>.</exception>
    [Alias("Deploy")]
    Task<FunctionView> Deploy(ImmutableArray<byte> wasm);

    /// <exception cref="FogException"><see cref="FogError.UnknownFunction"/>.</exception>
    [Alias("Describe"), ReadOnly]
    Task<FunctionView> Describe();

    /// <summary>The module that was lowered to an image; null when that version is no longer kept.</summary>
    [Alias("ModuleOf"), ReadOnly]
    Task<Digest?> ModuleOf(Digest image);

    /// <summary>Checks JSON arguments against a version's signature and encodes them canonically; large ones are put in the blob store.</summary>
    /// <param name="argumentsJson">A JSON array.</param>
    /// <param name="module">Which version; null: the current one.</param>
    /// <param name="site">Where it runs: what the function keeps there are arguments too.</param>
    /// <exception cref="FogException"><see cref="FogError.UnknownFunction"/>, <see cref="FogError.UnknownModule"/>, <see cref="FogError.InvalidArguments"/>.</exception>
    [Alias("Prepare")]
    Task<PreparedCall> Prepare(string argumentsJson, Digest? module, string site);

    /// <summary>What a trap means in the source of the version with this image.</summary>
    /// <param name="result">The canonical result.</param>
    /// <returns>One sentence; empty when the version is no longer remembered, or <paramref name="result"/> is no trap.</returns>
    [Alias("Explain")]
    Task<string> Explain(Digest image, ImmutableArray<byte> result);
}

/// <summary>Everything a call needs to know of its function.</summary>
/// <param name="ReadsSensors">It runs on the one device that the call names, without a vote.</param>
[GenerateSerializer, Immutable, Alias("fog.PreparedCall")]
public sealed record PreparedCall(int Version, int DefaultReplicas, Digest Image, int ImageBytes, ExecutionLimits Limits, BlobValue Arguments, bool ReadsSensors = false);

/// <param name="Signature">For people: <c>rosen(x: f64[]) -> f64</c>.</param>
[GenerateSerializer, Immutable, Alias("fog.FunctionView")]
public sealed record FunctionView(FunctionId Function, int Version, string Signature, int Replicas, Digest Module, int ModuleBytes, Digest Image, int ImageBytes);

/// <summary>Names of a tenant's functions. Key: the tenant's name.</summary>
[Alias("fog.IFunctionDirectoryGrain")]
public interface IFunctionDirectoryGrain : IGrainWithStringKey
{
    [Alias("Add")]
    Task Add(string name);

    [Alias("List"), ReadOnly]
    Task<ImmutableArray<string>> List();
}
