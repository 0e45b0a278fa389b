using System.Collections.Immutable;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Rollouts;
using Fog.Grains.State;

namespace Fog.Grains.Rollouts;

/// <summary>Signed releases of a site; their images are in the blob store.</summary>
public sealed class ReleaseCatalogueGrain : Grain, IReleaseCatalogueGrain
{
    private readonly Durable<CatalogueState> _state;
    private readonly TimeProvider _clock;

    public ReleaseCatalogueGrain([PersistentState("releases")] IPersistentState<CatalogueState> storage, TimeProvider clock)
    {
        _state = new(storage, DeactivateOnIdle);
        _clock = clock;
    }

    public async Task<ReleaseView> Add(ImmutableArray<byte> file)
    {
        FogName.Check(this.GetPrimaryKeyString(), "site");
        if (ReleaseManifest.Read(file.AsSpan()) is not var (manifest, id, bytes))
        {
            throw new FogException(FogError.InvalidRelease, "That is no release: make one with `fog release create`.");
        }

        var image = file[bytes..];
        if (image.Length != manifest.SizeBytes || Digest.Of(image.AsSpan()) != manifest.Image)
        {
            throw new FogException(FogError.InvalidRelease, $"The image of {manifest.Name} is not the one that was signed: send the file again.");
        }

        var known = _state.Value.Releases.FirstOrDefault(r => NameOf(r) == manifest.Name);
        if (known is not null && known.Release != id)
        {
            throw new FogException(FogError.ReleaseConflict, $"There is another release {manifest.Name}: give this one a version of its own.");
        }

        if (known is null)
        {
            await GrainFactory.GetGrain<IBlobGrain>(manifest.Image.Hex).Put(image);
            known = new(id, file[..bytes], _clock.GetUtcNow());
            var releases = _state.Value.Releases.Insert(0, known);
            _state.Value = _state.Value with { Releases = releases.Length > GrainLimits.ReleasesMax ? releases.RemoveAt(releases.Length - 1) : releases };
        }

        await _state.Save();
        return ViewOf(known);
    }

    public Task<ImmutableArray<ReleaseView>> List() => Task.FromResult<ImmutableArray<ReleaseView>>([.. _state.Value.Releases.Select(ViewOf)]);

    public Task<UpdateOffer> Find(string name)
    {
        var kept = _state.Value.Releases.FirstOrDefault(r => NameOf(r) == name)
            ?? throw new FogException(FogError.UnknownRelease, $"There is no release '{name}': see `fog release list`.");
        var manifest = ManifestOf(kept);
        return Task.FromResult(new UpdateOffer(kept.Release, 1, manifest.Version, kept.Manifest, manifest.Image));
    }

    private static string NameOf(KeptRelease kept) => ManifestOf(kept).Name;

    private static ReleaseManifest ManifestOf(KeptRelease kept) => ReleaseManifest.Read(kept.Manifest.AsSpan())!.Value.Manifest;

    private static ReleaseView ViewOf(KeptRelease kept)
    {
        var manifest = ManifestOf(kept);
        return new(
            manifest.Name,
            kept.Release,
            manifest.Board,
            ReleaseManifest.VersionText(manifest.Version),
            ReleaseManifest.VersionText(manifest.MinimumVersion),
            manifest.SizeBytes,
            Convert.ToHexStringLower(manifest.KeyId.AsSpan()),
            kept.AddedAt);
    }
}

[GenerateSerializer, Immutable, Alias("fog.CatalogueState")]
public sealed record CatalogueState
{
    /// <summary>Version of this shape in storage.</summary>
    [Id(0)]
    public int Schema { get; init; } = 1;

    /// <summary>Latest first.</summary>
    [Id(1)]
    public ImmutableArray<KeptRelease> Releases { get; init; } = [];
}

/// <param name="Manifest">With its signature.</param>
[GenerateSerializer, Immutable, Alias("fog.KeptRelease")]
public sealed record KeptRelease(Digest Release, ImmutableArray<byte> Manifest, DateTimeOffset AddedAt);
