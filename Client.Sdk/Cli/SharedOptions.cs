using System.CommandLine;

namespace Fog.Client.Sdk.Cli;

/// <summary>Options that every verb takes.</summary>
internal static class SharedOptions
{
    /// <summary>The address a silo has by default.</summary>
    public const string SiloDefault = "http://127.0.0.1:7400";

    private const string SiloVariable = "FOG_SILO";

    private const string TokenVariable = "FOG_TOKEN";

    public static Option<string?> Silo { get; } = new("--silo")
    {
        Description = $"Address of the silo. Default: {SiloVariable} from the environment, else {SiloDefault}.",
        HelpName = "URL",
        Recursive = true,
    };

    public static Option<string?> Token { get; } = new("--token")
    {
        Description = $"What the silo's owner gave you to call it. Default: {TokenVariable} from the environment, which the machine's other users do not see.",
        HelpName = "TOKEN",
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Answer in JSON.",
        Recursive = true,
    };

    /// <exception cref="CliException">The address is no URL.</exception>
    public static Uri Address(ParseResult parsed)
    {
        string address = parsed.GetValue(Silo) ?? Environment.GetEnvironmentVariable(SiloVariable) ?? SiloDefault;
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            ? uri
            : throw new CliException(CliError.Usage($"'{address}' is no address of a silo: use http://HOST:PORT."));
    }

    /// <exception cref="CliException">The address is no URL.</exception>
    /// <exception cref="FogClientException">No silo answers there.</exception>
    public static Task<FogClient> Connect(ParseResult parsed, CancellationToken cancel) =>
        Connect(parsed, parsed.GetValue(Token) ?? Environment.GetEnvironmentVariable(TokenVariable), cancel);

    /// <inheritdoc cref="Connect(ParseResult, CancellationToken)"/>
    public static Task<FogClient> Connect(ParseResult parsed, string? token, CancellationToken cancel) =>
        FogClient.ConnectAsync(Address(parsed), new FogClientOptions { Token = token is { Length: > 0 } ? token : null }, cancel);
}
