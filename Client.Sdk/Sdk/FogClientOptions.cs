namespace Fog.Client;

/// <summary>How a client reaches its silo. Every default suits a silo on the same network.</summary>
public sealed record FogClientOptions
{
    /// <summary>Carries the requests; null: TCP.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>What the silo's owner gave this caller; null: nothing. A secret, never logged. Not for the way over Orleans.</summary>
    public string? Token { get; init; }

    /// <summary>For one answer, 35 s: longer than the 30 s that the silo gives its own parts.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(35);

    /// <summary>Silence after which a stream of events counts as broken, 15 s: the silo says something every 5 s.</summary>
    public TimeSpan StreamSilence { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Before the first retry; doubles up to <see cref="RetryDelayMax"/>.</summary>
    public TimeSpan RetryDelayMin { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan RetryDelayMax { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long after an invocation's deadline its outcome is still waited for, 30 s: a silo that was down gives it when it is up again.</summary>
    public TimeSpan OutcomeGrace { get; init; } = TimeSpan.FromSeconds(30);

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Without the token.</summary>
    public override string ToString() => nameof(FogClientOptions);
}
