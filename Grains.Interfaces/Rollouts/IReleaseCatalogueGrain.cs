using System.Collections.Immutable;
using Fog.Grains.Interfaces.Ids;
using Orleans.Concurrency;

namespace Fog.Grains.Interfaces.Rollouts;

/// <summary>The signed releases of a site, the latest 32. Key: the site.</summary>
[Alias("fog.IReleaseCatalogueGrain")]
public interface IReleaseCatalogueGrain : IGrainWithStringKey
{
    /// <summary>Keeps a release. The same again changes nothing.</summary>
    /// <param name="file">The manifest with its signature, then the image.</param>
    /// <exception cref="FogException"><see cref="FogError.InvalidRelease"/>, <see cref="FogError.ReleaseConflict"/>: that board has another release of this version.</exception>
    [Alias("Add")]
    Task<ReleaseView> Add(ImmutableArray<byte> file);

    /// <summary>Latest first.</summary>
    [Alias("List"), ReadOnly]
    Task<ImmutableArray<ReleaseView>> List();

    /// <param name="name">As <see cref="ReleaseView.Name"/>.</param>
    /// <exception cref="FogException"><see cref="FogError.UnknownRelease"/>.</exception>
    [Alias("Find"), ReadOnly]
    Task<UpdateOffer> Find(string name);
}

/// <param name="Name">Board and version.</param>
/// <param name="Release">Identity: SHA-256 of what is signed.</param>
/// <param name="KeyId">Which key signed it: 16 hexadecimal digits.</param>
[GenerateSerializer, Immutable, Alias("fog.ReleaseView")]
public sealed record ReleaseView(string Name, Digest Release, string Board, string Version, string MinimumVersion, int SizeBytes, string KeyId, DateTimeOffset AddedAt);
