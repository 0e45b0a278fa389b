namespace Fog.Client;

/// <summary>What a function keeps under a key.</summary>
/// <param name="Text">As <see cref="Invocation.StatePut"/> put it.</param>
/// <param name="Call">Which call put it.</param>
/// <param name="AcceptedAt">When that was accepted.</param>
public sealed record KeptValueInfo(string Key, string Text, string Call, DateTimeOffset AcceptedAt);
