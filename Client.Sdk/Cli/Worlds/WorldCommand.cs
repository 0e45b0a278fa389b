using System.CommandLine;
using Fog.Client.Sdk.Cli.Output;

namespace Fog.Client.Sdk.Cli.Worlds;

/// <summary><c>fog sim-world</c>: what <c>fog sim</c> starts for each world of a run of several. Nobody else does.</summary>
internal static class WorldCommand
{
    public static Command Make(Terminal terminal)
    {
        var options = new Argument<string>("OPTIONS");
        var command = new Command(WorldProcess.Command, "One world of `fog sim`.") { options };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            terminal.Out.WriteLine(WorldProcess.Answer(parsed.GetValue(options)!));
            return ExitCode.Success;
        });
        return command;
    }
}
