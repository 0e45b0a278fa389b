using System.CommandLine;
using Fog.Client.Sdk.Cli.Output;
using Fog.Silo.Host;
using Fog.Silo.Host.Keys;

namespace Fog.Client.Sdk.Cli.Verbs;

/// <summary><c>fog token create|list|revoke</c></summary>
internal static class TokenVerb
{
    private static readonly string[] s_columns = ["token", "issued"];

    public static Command Make(Terminal terminal)
    {
        var keys = new Option<string?>("--keys") { Description = "Acts as the silo's owner by its file of master keys, if no token is at hand.", HelpName = "FILE", Recursive = true };
        return new Command("token", "Tokens of callers. As long as there is none, only the silo's own machine may call; from the first one on, every caller needs one.")
        {
            keys, Create(terminal, keys), List(terminal, keys), Revoke(terminal, keys),
        };
    }

    private static Command Create(Terminal terminal, Option<string?> keys)
    {
        var name = new Argument<string>("NAME") { Description = "Whom it is for." };
        var command = new Command("create", "Make a token and show it, once.") { name };
        command.SetAction(async (parsed, cancel) =>
        {
            using var fog = await Connect(parsed, keys, cancel);
            var token = await fog.IssueTokenAsync(parsed.GetValue(name)!, cancel);
            if (terminal.Json)
            {
                terminal.Answer(new { token.Name, token.Token });
            }
            else
            {
                terminal.Out.WriteLine(token.Token);
                terminal.Line($"This is the token '{token.Name}'. It is a secret and is not shown again; `fog token revoke {token.Name}` ends it.");
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static Command List(Terminal terminal, Option<string?> keys)
    {
        var command = new Command("list", "List the tokens by name.");
        command.SetAction(async (parsed, cancel) =>
        {
            using var fog = await Connect(parsed, keys, cancel);
            var tokens = await fog.TokensAsync(cancel);
            if (terminal.Json)
            {
                terminal.Answer(tokens);
            }
            else if (tokens.Count == 0)
            {
                terminal.Line("There is no token: only the silo's own machine may call.");
            }
            else
            {
                terminal.Table(s_columns, [.. tokens.Select(static token => (string[])[token.Name, $"{token.IssuedAt:u}"])]);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static Command Revoke(Terminal terminal, Option<string?> keys)
    {
        var name = new Argument<string>("NAME") { Description = "The token." };
        var command = new Command("revoke", "End a token.") { name };
        command.SetAction(async (parsed, cancel) =>
        {
            using var fog = await Connect(parsed, keys, cancel);
            await fog.RevokeTokenAsync(parsed.GetValue(name)!, cancel);
            terminal.Line($"The token '{parsed.GetValue(name)}' is worth nothing from now on.");
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<FogClient> Connect(ParseResult parsed, Option<string?> keys, CancellationToken cancel)
    {
        if (parsed.GetValue(keys) is not { } file)
        {
            return await SharedOptions.Connect(parsed, cancel);
        }

        try
        {
            var ring = MasterKeyFile.Read(file);
            using var stranger = await SharedOptions.Connect(parsed, cancel);
            return await SharedOptions.Connect(parsed, OwnerTokens.Of(ring, (await stranger.SiloAsync(cancel)).Site), cancel);
        }
        catch (SiloStartException failure)
        {
            throw new CliException(CliError.BadFile(failure.Message));
        }
    }
}
