using System.CommandLine;
using Fog.Client.Sdk.Cli.Output;

namespace Fog.Client.Sdk.Cli.Verbs;

/// <summary><c>fog functions</c></summary>
internal static class FunctionsVerb
{
    private static readonly string[] s_columns = ["function", "version", "replicas", "module", "image", "signature"];

    public static Command Make(Terminal terminal)
    {
        var command = new Command("functions", "List the deployed functions.");
        command.SetAction(async (parsed, cancel) =>
        {
            using var fog = await SharedOptions.Connect(parsed, cancel);
            var functions = await fog.FunctionsAsync(cancel);
            if (terminal.Json)
            {
                terminal.Answer(functions);
            }
            else if (functions.Count == 0)
            {
                terminal.Line("No function is deployed: deploy one with `fog deploy FILE.cs`.");
            }
            else
            {
                terminal.Table(s_columns, [.. functions.Select(Row)]);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static string[] Row(FunctionInfo function) =>
        [function.Name, $"{function.Version}", $"{function.Replicas}", $"{function.ModuleBytes} B", $"{function.ImageBytes} B", function.Signature];
}
