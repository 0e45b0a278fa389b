using System.Collections.Immutable;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.State;

namespace Fog.Grains.Blobs;

/// <summary>Bytes by SHA-256, in memory only while somebody reads them.</summary>
[CollectionAgeLimit(Minutes = 2)]
public sealed class BlobGrain : Grain, IBlobGrain
{
    private readonly IPersistentState<BlobState> _storage;
    private readonly Durable<BlobState> _state;

    public BlobGrain([PersistentState("blob")] IPersistentState<BlobState> storage)
    {
        _storage = storage;
        _state = new(storage, DeactivateOnIdle);
    }

    public async Task Put(ImmutableArray<byte> content)
    {
        if (content.Length > IBlobGrain.SizeBytesMax)
        {
            throw new FogException(FogError.LimitExceeded, $"{content.Length} bytes; a blob has at most {IBlobGrain.SizeBytesMax}.");
        }

        string key = this.GetPrimaryKeyString();
        if (Digest.Of(content.AsSpan()).Hex != key)
        {
            throw new FogException(FogError.BlobUnavailable, $"These bytes are not those of digest {key}.");
        }

        if (!_storage.RecordExists)
        {
            _state.Value = new BlobState { Content = content };
            await _state.Save();
        }
    }

    public Task<BlobContent?> Get()
    {
        if (_storage.RecordExists)
        {
            return Task.FromResult<BlobContent?>(new(_state.Value.Content));
        }

        DeactivateOnIdle();
        return Task.FromResult<BlobContent?>(null);
    }
}

[GenerateSerializer, Immutable, Alias("fog.BlobState")]
public sealed record BlobState
{
    /// <summary>Version of this shape in storage.</summary>
    [Id(0)]
    public int Schema { get; init; } = 1;

    [Id(1)]
    public ImmutableArray<byte> Content { get; init; } = [];
}
