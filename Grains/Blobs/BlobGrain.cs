using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Fog.Grains.Expiry;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Expiry;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.State;

namespace Fog.Grains.Blobs;

/// <summary>Bytes by SHA-256, in memory only while somebody reads them.</summary>
[CollectionAgeLimit(Minutes = 2)]
public sealed class BlobGrain : Grain, IBlobGrain
{
    private readonly IPersistentState<BlobState> _storage;
    private readonly Durable<BlobState> _state;

    private readonly FogOptions _options;
    private readonly TimeProvider _clock;

    public BlobGrain([PersistentState("blob")] IPersistentState<BlobState> storage, FogOptions options, TimeProvider clock)
    {
        _storage = storage;
        _state = new(storage, DeactivateOnIdle);
        _options = options;
        _clock = clock;
    }

    public async Task Put(ImmutableArray<byte> content)
    {
        Check(content);
        if (!_storage.RecordExists || _state.Value.KeptUntil is not null)
        {
            _state.Value = new BlobState { Content = content };
            await _state.Save();
        }
    }

    public async Task PutForCall(ImmutableArray<byte> content)
    {
        string key = Check(content);

        // The longest deadline, then the outcome; to the quarter of an hour, so that bytes of many calls are not written anew for each.
        var until = ExpiryMoment.At(_clock.GetUtcNow() + GrainLimits.TimeoutMax + _options.OutcomeKept);
        if (!_storage.RecordExists)
        {
            await GrainFactory.Expect(new(ExpiryKind.Blob, key), until);
            _state.Value = new BlobState { Content = content, KeptUntil = until };
        }
        else if (_state.Value.KeptUntil < until)
        {
            _state.Value = _state.Value with { KeptUntil = until };
        }

        await _state.Save();
    }

    public async Task<DateTimeOffset?> Expire()
    {
        if (!_storage.RecordExists || _state.Value.KeptUntil is not { } until)
        {
            DeactivateOnIdle();
            return null;
        }

        if (until > _clock.GetUtcNow())
        {
            return until;
        }

        await _state.Clear();
        DeactivateOnIdle();
        return null;
    }

    private string Check(ImmutableArray<byte> content)
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

        return key;
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

    /// <summary>Null: for good, as everything was before there was this field.</summary>
    [Id(2), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? KeptUntil { get; init; }
}
