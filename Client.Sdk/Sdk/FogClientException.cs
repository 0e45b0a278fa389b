namespace Fog.Client;

/// <summary>A call that failed, by name and in one sentence that says what to do.</summary>
/// <param name="code">Name of the silo's error (<c>UnknownFunction</c>, <c>NoMajority</c>, …) or one of <see cref="FogClientError"/>.</param>
public sealed class FogClientException(string code, string message, Exception? cause = null) : Exception(message, cause)
{
    public string Code { get; } = code;

    /// <summary>The invocation that failed; null when none was accepted.</summary>
    public InvocationInfo? Invocation { get; init; }
}

/// <summary>Failures that the client names itself.</summary>
public static class FogClientError
{
    /// <summary>Nothing answers at the silo's address.</summary>
    public const string SiloUnreachable = nameof(SiloUnreachable);

    /// <summary>The fog is starting or stopping, or moves what was asked for to another silo: asking again may help.</summary>
    public const string FogUnavailable = nameof(FogUnavailable);

    /// <summary>The fog did not answer in time; what was asked for may have been done.</summary>
    public const string FogTimeout = nameof(FogTimeout);

    /// <summary>Something answers, but not a silo.</summary>
    public const string NotASilo = nameof(NotASilo);

    /// <summary>The result does not read as the type asked for.</summary>
    public const string ResultMismatch = nameof(ResultMismatch);

    /// <summary>The silo answers, but names no outcome long after the deadline.</summary>
    public const string OutcomeOverdue = nameof(OutcomeOverdue);
}
