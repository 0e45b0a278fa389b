using System.Collections.Immutable;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.Grains.Interfaces.Identity;

/// <summary>Who belongs to a site: its devices by name (their keys are their node grains'), the tokens of its API, the master keys that its secrets are sealed under. Key: the site.</summary>
[Alias("fog.IIdentityGrain")]
public interface IIdentityGrain : IGrainWithStringKey
{
    /// <summary>Makes a device's identity: a new key, which ends what went by an earlier one.</summary>
    /// <param name="replace">Also where the device is enrolled already.</param>
    /// <exception cref="FogException"><see cref="FogError.AlreadyEnrolled"/>, <see cref="FogError.LimitExceeded"/>, <see cref="FogError.InvalidName"/>.</exception>
    [Alias("Enrol")]
    Task<Enrolment> Enrol(string device, bool replace);

    /// <summary>Shuts a device out: on return its key is gone, and the proxies are told to end its session and connection.</summary>
    /// <exception cref="FogException"><see cref="FogError.UnknownDevice"/>.</exception>
    [Alias("Revoke")]
    Task Revoke(string device);

    [Alias("Describe")]
    Task<SiteIdentities> Describe();

    /// <summary>Calls back when a device is revoked, or has a new key; again is harmless, and needed now and then: an activation that went away has forgotten it.</summary>
    /// <returns>The devices that are revoked now.</returns>
    [Alias("Watch")]
    Task<ImmutableArray<NodeId>> Watch(IIdentityObserver observer);

    [Alias("Unwatch")]
    Task Unwatch(IIdentityObserver observer);

    /// <summary>Makes a token for a caller of the API. It is shown here and never again.</summary>
    /// <exception cref="FogException"><see cref="FogError.IdempotencyConflict"/>: there is one of that name; <see cref="FogError.LimitExceeded"/>, <see cref="FogError.InvalidName"/>.</exception>
    [Alias("IssueToken")]
    Task<IssuedToken> IssueToken(string name);

    /// <exception cref="FogException"><see cref="FogError.UnknownToken"/>.</exception>
    [Alias("RevokeToken")]
    Task RevokeToken(string name);

    /// <param name="hash">SHA-256 of what the caller shows; empty: nothing.</param>
    [Alias("Check")]
    Task<TokenCheck> Check(ImmutableArray<byte> hash);

    /// <summary>A silo is about to seal under the last of its master keys.</summary>
    [Alias("UseKeys"), ResponseTimeout(GrainCalls.Timeout)]
    Task<KeyUse> UseKeys(ImmutableArray<string> ring);

    /// <summary>All secrets of these devices, and all that are enrolled, are sealed under this master key.</summary>
    [Alias("Resealed"), ResponseTimeout(GrainCalls.Timeout)]
    Task Resealed(string key, ImmutableArray<string> devices);
}

public interface IIdentityObserver : IGrainObserver
{
    /// <summary>What the device opened with its former key is over.</summary>
    [Alias("Ended")]
    void Ended(NodeId device);
}

/// <param name="Enrolled">Names, in order.</param>
/// <param name="Revoked">Names, in order.</param>
[GenerateSerializer, Immutable, Alias("fog.SiteIdentities")]
public sealed record SiteIdentities(ImmutableArray<string> Enrolled, ImmutableArray<string> Revoked, ImmutableArray<TokenView> Tokens);

[GenerateSerializer, Immutable, Alias("fog.TokenView")]
public sealed record TokenView(string Name, DateTimeOffset IssuedAt);

/// <summary>A new token: a secret, never logged.</summary>
[GenerateSerializer, Immutable, Alias("fog.IssuedToken")]
public sealed record IssuedToken(string Name, string Token)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => Name;
}

public enum TokenCheck : byte
{
    /// <summary>The site has no tokens: who may call is not its business.</summary>
    NoneIssued = 0,
    Valid,
    Invalid,
}

/// <param name="Missing">Master keys that secrets are sealed under and the silo does not have: it must not run.</param>
/// <param name="Reseal">Not everything is sealed under the silo's current key yet.</param>
[GenerateSerializer, Immutable, Alias("fog.KeyUse")]
public sealed record KeyUse(ImmutableArray<string> Missing, bool Reseal);
