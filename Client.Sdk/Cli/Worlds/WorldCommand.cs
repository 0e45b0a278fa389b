using System.CommandLine;
using Fog.Client.Sdk.Cli.Output;

namespace Fog.Client.Sdk.Cli.Worlds;

/// <summary><c>fog sim-worlds</c>: what <c>fog sim</c> starts on each core for a run of several worlds. Nobody else does.</summary>
internal static class WorldCommand
{
    public static Command Make(Terminal terminal)
    {
        var command = new Command(WorldProcess.Command, "Worlds of `fog sim`, as it is told on its input.") { Hidden = true };
        command.SetAction(_ =>
        {
            WorldProcess.Answer(Console.In, terminal.Out);
            return ExitCode.Success;
        });
        return command;
    }
}
