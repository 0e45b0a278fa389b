using System.CommandLine;
using Fog.Client.Sdk.Cli.Output;
using Fog.Client.Sdk.Cli.Verbs;
using Fog.Client.Sdk.Cli.Worlds;

namespace Fog.Client.Sdk.Cli;

/// <summary>The <c>fog</c> command: its verbs, and the one place where failures become a sentence and an exit code.</summary>
public static class FogCommand
{
    public static async Task<int> Run(IReadOnlyList<string> args, Terminal terminal, CancellationToken cancel = default)
    {
        // @FILE is an argument of `fog invoke`, not a file of more command line.
        var parsed = Make(terminal).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        terminal.Json = parsed.GetValue(SharedOptions.Json);
        if (parsed.Errors.Count > 0)
        {
            return terminal.Fail(CliError.Usage($"{Mistake(parsed)}: see `{CommandLine(parsed)} --help`."));
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = terminal.Out, Error = terminal.Error },
                cancel);
        }
        catch (CliException failure)
        {
            return terminal.Fail(failure.Failure);
        }
        catch (FogClientException failure)
        {
            return terminal.Fail(CliError.Of(failure));
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Cancelled;
        }
    }

    private static RootCommand Make(Terminal terminal)
    {
        var root = new RootCommand("Functions on sleeping devices, with a vote on every result.")
        {
            SharedOptions.Silo,
            SharedOptions.Token,
            SharedOptions.Json,
            UpVerb.Make(terminal),
            DemoVerb.Make(terminal),
            FleetVerb.Make(terminal),
            EnrollVerb.Make(terminal),
            RevokeVerb.Make(terminal),
            TokenVerb.Make(terminal),
            BuildVerb.Make(terminal),
            DeployVerb.Make(terminal),
            InvokeVerb.Make(terminal),
            FunctionsVerb.Make(terminal),
            StateVerb.Make(terminal),
            DevicesVerb.Make(terminal),
            ClustersVerb.Make(terminal),
            EventsVerb.Make(terminal),
            ReleaseVerb.Make(terminal),
            RolloutVerb.Make(terminal),
            BackupVerb.Make(terminal),
            RestoreVerb.Make(terminal),
            KeyVerb.Make(terminal),
            SimVerb.Make(terminal),
            WorldCommand.Make(terminal),
        };
        return root;
    }

    private static string Mistake(ParseResult parsed) => parsed.CommandResult.Command is not RootCommand
        ? parsed.Errors[0].Message.Split('\n')[0].TrimEnd('.', ':', ' ')
        : parsed.UnmatchedTokens.Count > 0 ? $"There is no verb '{parsed.UnmatchedTokens[0]}'" : "Say what to do";

    private static string CommandLine(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "fog" : $"fog {parsed.CommandResult.Command.Name}";
}
