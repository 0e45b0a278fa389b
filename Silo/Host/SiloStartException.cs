namespace Fog.Silo.Host;

/// <summary>The silo cannot start as it was told to; one sentence that says what to do.</summary>
public sealed class SiloStartException(string message, Exception? cause = null) : Exception(message, cause);
