namespace Fog.Engine;

/// <summary>Bounds of the engine.</summary>
public static class EngineLimits
{
    /// <summary>How long OnActivateAsync may take. Orleans' default.</summary>
    public static readonly TimeSpan ActivationTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long OnDeactivateAsync may take before the activation ends without it. Orleans' default.</summary>
    public static readonly TimeSpan DeactivationTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Records in one commit, of any number that wait. Larger ones only make each of them wait longer.</summary>
    public const int WritesPerCommitMax = 1000;

    /// <summary>Bytes of one serialised state. SQLite reads a record whole; larger content belongs in records of its own.</summary>
    public const int RecordBytesMax = 16 * 1024 * 1024;
}
