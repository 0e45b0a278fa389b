using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Identity;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.State;

namespace Fog.Grains.Identity;

/// <summary>Names who belongs to a site. A device's key is made and destroyed by its node grain first; what stands here follows.</summary>
public sealed class IdentityGrain : Grain, IIdentityGrain
{
    /// <summary>Tells a token from other secrets, for people and for scanners of what was published by mistake.</summary>
    private const string TokenPrefix = "fogt_";
    private const int TokenBytes = 32;

    private readonly Durable<IdentityState> _state;
    private readonly IRandomSource _random;
    private readonly TimeProvider _clock;
    private readonly HashSet<IIdentityObserver> _watchers = [];

    public IdentityGrain([PersistentState("identity")] IPersistentState<IdentityState> storage, IRandomSource random, TimeProvider clock)
    {
        _state = new(storage, DeactivateOnIdle);
        _random = random;
        _clock = clock;
    }

    public async Task<Enrolment> Enrol(string device, bool replace)
    {
        var state = _state.Value;
        bool isKnown = state.Enrolled.Contains(FogName.Check(device, "device"));
        if (isKnown && !replace)
        {
            throw new FogException(FogError.AlreadyEnrolled, $"Device '{device}' is enrolled already: revoke it first, or ask to replace its key.");
        }

        if (!isKnown && state.Enrolled.Count >= GrainLimits.DevicesMax)
        {
            throw new FogException(FogError.LimitExceeded, $"A site has at most {GrainLimits.DevicesMax} devices: revoke some first.");
        }

        var enrolment = await Node(device).Enrol();
        _state.Value = state with { Enrolled = state.Enrolled.Add(device), Revoked = state.Revoked.Remove(device) };
        await _state.Save();
        if (isKnown)
        {
            TellEnd(device);
        }

        return enrolment;
    }

    public async Task Revoke(string device)
    {
        await Node(FogName.Check(device, "device")).Revoke();
        var state = _state.Value;
        var revoked = state.Revoked.Add(device);
        _state.Value = state with
        {
            Enrolled = state.Enrolled.Remove(device),
            Revoked = revoked.Count > GrainLimits.DevicesMax ? revoked.Remove(revoked.First(name => name != device)) : revoked,
        };
        await _state.Save();
        TellEnd(device);
    }

    public Task<SiteIdentities> Describe() =>
        Task.FromResult(new SiteIdentities([.. _state.Value.Enrolled], [.. _state.Value.Revoked], [.. _state.Value.Tokens.Select(static token => token.View)]));

    public Task<ImmutableArray<NodeId>> Watch(IIdentityObserver observer)
    {
        if (_watchers.Count >= GrainLimits.WatchersMax && !_watchers.Contains(observer))
        {
            throw new FogException(FogError.LimitExceeded, $"{GrainLimits.WatchersMax} proxies watch the devices of site '{Site}' already.");
        }

        _watchers.Add(observer);
        return Task.FromResult<ImmutableArray<NodeId>>([.. _state.Value.Revoked.Select(name => new NodeId(Site, name))]);
    }

    public Task Unwatch(IIdentityObserver observer)
    {
        _watchers.Remove(observer);
        return Task.CompletedTask;
    }

    public async Task<IssuedToken> IssueToken(string name)
    {
        var tokens = _state.Value.Tokens;
        FogName.Check(name, "token");
        if (tokens.Any(token => token.Name == name))
        {
            throw new FogException(FogError.IdempotencyConflict, $"There is a token '{name}' already: revoke it, or choose another name.");
        }

        if (tokens.Length >= GrainLimits.TokensMax)
        {
            throw new FogException(FogError.LimitExceeded, $"A site has at most {GrainLimits.TokensMax} tokens: revoke some first.");
        }

        var secret = new byte[TokenBytes];
        _random.Fill(secret);
        string text = TokenPrefix + Base64Url.EncodeToString(secret);
        _state.Value = _state.Value with { Tokens = tokens.Add(new(name, [.. SHA256.HashData(Encoding.ASCII.GetBytes(text))], _clock.GetUtcNow())) };
        await _state.Save();
        return new(name, text);
    }

    public async Task RevokeToken(string name)
    {
        var left = _state.Value.Tokens.RemoveAll(token => token.Name == name);
        if (left.Length == _state.Value.Tokens.Length)
        {
            throw new FogException(FogError.UnknownToken, $"There is no token '{name}': see `fog token list`.");
        }

        _state.Value = _state.Value with { Tokens = left };
        await _state.Save();
    }

    /// <remarks>Looks at every token, whichever is right, and at each of them in the same time.</remarks>
    public Task<TokenCheck> Check(ImmutableArray<byte> hash)
    {
        bool isValid = false;
        foreach (var token in _state.Value.Tokens)
        {
            isValid |= CryptographicOperations.FixedTimeEquals(token.Hash.AsSpan(), hash.AsSpan());
        }

        return Task.FromResult(_state.Value.Tokens.IsEmpty ? TokenCheck.NoneIssued : isValid ? TokenCheck.Valid : TokenCheck.Invalid);
    }

    public async Task<KeyUse> UseKeys(ImmutableArray<string> ring)
    {
        var inUse = _state.Value.Keys;
        ImmutableArray<string> missing = [.. inUse.Except(ring)];
        if (missing.IsEmpty && !inUse.Contains(ring[^1]))
        {
            _state.Value = _state.Value with { Keys = inUse.Add(ring[^1]) };
            await _state.Save();
        }

        return new(missing, Reseal: inUse.Length != 1 || inUse[0] != ring[^1]);
    }

    public async Task Resealed(string key, ImmutableArray<string> devices)
    {
        var state = _state.Value;
        var known = devices.Where(name => !state.Revoked.Contains(name)).Take(Math.Max(0, GrainLimits.DevicesMax - state.Enrolled.Count));
        _state.Value = state with { Keys = [key], Enrolled = state.Enrolled.Union(known) };
        await _state.Save();
    }

    private string Site => this.GetPrimaryKeyString();

    private INodeGrain Node(string device) => GrainFactory.GetGrain<INodeGrain>(new NodeId(Site, device).ToString());

    private void TellEnd(string device)
    {
        foreach (var watcher in _watchers)
        {
            watcher.Ended(new NodeId(Site, device));
        }
    }
}
