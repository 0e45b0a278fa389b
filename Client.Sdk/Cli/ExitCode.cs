namespace Fog.Client.Sdk.Cli;

/// <summary>What the process returns.</summary>
public static class ExitCode
{
    public const int Success = 0;

    /// <summary>The fog refused or failed, by name.</summary>
    public const int Failed = 1;

    /// <summary>The command line, or a file it names, is wrong.</summary>
    public const int Usage = 2;

    /// <summary>No silo answers.</summary>
    public const int Unreachable = 3;

    /// <summary>Interrupted: 128 + SIGINT, as shells have it.</summary>
    public const int Cancelled = 130;
}
