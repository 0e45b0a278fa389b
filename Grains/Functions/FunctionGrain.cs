using System.Collections.Immutable;
using System.Text.Json;
using Fog.Grains.Blobs;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Functions;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.State;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime;
using Fog.Wasm.Runtime.Values;

namespace Fog.Grains.Functions;

/// <summary>Versions of one function. Its activation holds the manifests of those that are called; the bytes are in the blob store.</summary>
public sealed class FunctionGrain : Grain, IFunctionGrain
{
    private readonly Durable<FunctionState> _state;
    private readonly FogOptions _options;
    private readonly Dictionary<Digest, (FunctionManifest Manifest, bool ReadsSensors)> _called = [];
    private FunctionId _id;

    public FunctionGrain([PersistentState("function")] IPersistentState<FunctionState> storage, FogOptions options)
    {
        _state = new(storage, DeactivateOnIdle);
        _options = options;
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = FunctionId.Parse(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public async Task<FunctionView> Deploy(ImmutableArray<byte> wasm)
    {
        var artifact = Load(wasm);
        var module = Digest.Of(wasm.AsSpan());
        if (_state.Value.Versions is not [.., var current] || current.Module != module)
        {
            var image = Digest.Of(artifact.Image.AsSpan());
            await GrainFactory.GetGrain<IBlobGrain>(module.Hex).Put(wasm);
            await GrainFactory.GetGrain<IBlobGrain>(image.Hex).Put(artifact.Image);
            int number = _state.Value.Versions is [.., var last] ? last.Version + 1 : 1;
            var versions = _state.Value.Versions.Add(new(
                number, artifact.Manifest.Signature, artifact.Manifest.Replicas, module, wasm.Length, image, artifact.Image.Length));
            if (versions.Length > GrainLimits.FunctionVersionsMax)
            {
                _called.Remove(versions[0].Module);
                versions = versions.RemoveAt(0);
            }

            _state.Value = _state.Value with { Versions = versions };
            await _state.Save();
            _called[module] = Known(artifact);
        }

        await GrainFactory.GetGrain<IFunctionDirectoryGrain>(_id.Tenant).Add(_id.Name);
        return View();
    }

    public Task<FunctionView> Describe() => Task.FromResult(View());

    public async Task<PreparedCall> Prepare(string argumentsJson, Digest? module, string site)
    {
        var version = module is { } wanted ? Find(wanted) : Current();
        if (!_called.TryGetValue(version.Module, out var known))
        {
            known = _called[version.Module] = Known(Load(await GrainFactory.Load(version.Module)));
        }

        var manifest = known.Manifest;
        var kept = manifest.Parameters.Any(static p => p.State is not null)
            ? await GrainFactory.GetGrain<IFunctionStateGrain>(_id.At(site)).Read()
            : [];
        var arguments = await GrainFactory.Store(Encode(manifest, argumentsJson, kept));
        return new(
            version.Version,
            version.Replicas,
            version.Image,
            version.ImageBytes,
            new ExecutionLimits(manifest.FuelMax, manifest.MemoryBytesMax, manifest.CallDepthMax),
            arguments,
            known.ReadsSensors);
    }

    public Task<Digest?> ModuleOf(Digest image) =>
        Task.FromResult(_state.Value.Versions.FirstOrDefault(v => v.Image == image)?.Module);

    public async Task<string> Explain(Digest image, ImmutableArray<byte> result)
    {
        if (ValueCodec.DecodeResult(result.AsSpan()) is not FogResult.Trapped trap
            || _state.Value.Versions.LastOrDefault(version => version.Image == image) is not { } version)
        {
            return "";
        }

        return TrapText.Of(trap, TrapTable.Of(ModuleReader.Read([.. await GrainFactory.Load(version.Module)])));
    }

    private FunctionVersion Find(Digest module) => Current().Module == module
        ? Current()
        : _state.Value.Versions.LastOrDefault(version => version.Module == module)
            ?? throw new FogException(FogError.UnknownModule, $"'{_id.Name}' is not deployed as the module {module}: deploy that.");

    private FunctionVersion Current()
    {
        if (_state.Value.Versions is [.., var current])
        {
            return current;
        }

        DeactivateOnIdle();
        throw new FogException(FogError.UnknownFunction, $"No function '{_id.Name}' is deployed: deploy it first.");
    }

    private FunctionView View()
    {
        var current = Current();
        return new(_id, current.Version, current.Signature, current.Replicas, current.Module, current.ModuleBytes, current.Image, current.ImageBytes);
    }

    private static (FunctionManifest Manifest, bool ReadsSensors) Known(FunctionArtifact artifact) => (artifact.Manifest, FogImports.ReadsSensors(artifact.Module));

    private FunctionArtifact Load(ImmutableArray<byte> wasm)
    {
        if (wasm.Length > GrainLimits.BlobBytesMax)
        {
            throw new FogException(FogError.InvalidModule, $"The module has {wasm.Length} bytes; at most {GrainLimits.BlobBytesMax} travel to a device.");
        }

        FunctionArtifact artifact;
        try
        {
            artifact = FunctionArtifact.Load(wasm.AsMemory());
        }
        catch (ModuleException e)
        {
            throw new FogException(FogError.InvalidModule, $"The module is no function of the fog: {e.Message}.");
        }

        int replicas = artifact.Manifest.Replicas;
        return replicas > _options.Voting.ReplicasMax || replicas % 2 == 0
            ? throw new FogException(FogError.InvalidModule, $"Its manifest asks for {replicas} replicas; an odd number up to {_options.Voting.ReplicasMax} can be had.")
            : artifact.Image.Length > GrainLimits.BlobBytesMax
            ? throw new FogException(FogError.InvalidModule, $"Its device image has {artifact.Image.Length} bytes; at most {GrainLimits.BlobBytesMax} travel to a device.")
            : artifact;
    }

    private static ImmutableArray<byte> Encode(FunctionManifest manifest, string argumentsJson, ImmutableArray<KeptValue> kept)
    {
        byte[] encoded;
        try
        {
            using var json = JsonDocument.Parse(argumentsJson);
            encoded = ValueCodec.EncodeArguments(manifest, json.RootElement, key => kept.FirstOrDefault(value => value.Key == key)?.Text);
        }
        catch (JsonException e)
        {
            throw new FogException(FogError.InvalidArguments, $"The arguments are not JSON: {e.Message}");
        }
        catch (FogArgumentException e)
        {
            throw new FogException(FogError.InvalidArguments, $"{e.Message}: call it as {manifest.Signature}.");
        }

        return encoded.Length <= GrainLimits.BlobBytesMax
            ? [.. encoded]
            : throw new FogException(FogError.InvalidArguments, $"The arguments take {encoded.Length} bytes; at most {GrainLimits.BlobBytesMax} travel to a device.");
    }
}
