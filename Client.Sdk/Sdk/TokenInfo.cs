namespace Fog.Client;

/// <summary>A token of a site's API, as its owner names it.</summary>
public sealed record TokenInfo(string Name, DateTimeOffset? IssuedAt);

/// <summary>A new token.</summary>
/// <param name="Token">A secret for the caller that it is for.</param>
public sealed record IssuedToken(string Name, string Token)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => Name;
}
