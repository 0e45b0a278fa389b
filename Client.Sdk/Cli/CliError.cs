namespace Fog.Client.Sdk.Cli;

/// <summary>A failure as the user sees it.</summary>
/// <param name="Message">One sentence that says what to do.</param>
public sealed record CliError(string Code, string Message, int ExitCode)
{
    public static CliError Usage(string message) => new("Usage", message, Cli.ExitCode.Usage);

    public static CliError BadFile(string message) => new("BadFile", message, Cli.ExitCode.Usage);

    public static CliError Of(FogClientException failure) => new(
        failure.Code,
        failure.Message,
        failure.Code is FogClientError.SiloUnreachable or FogClientError.NotASilo ? Cli.ExitCode.Unreachable : Cli.ExitCode.Failed);
}

/// <summary>Ends a verb with its failure.</summary>
public sealed class CliException(CliError failure) : Exception(failure.Message)
{
    public CliError Failure { get; } = failure;
}
