using System.CommandLine;
using Fog.Client.Sdk.Cli.Deployment;
using Fog.Client.Sdk.Cli.Output;

namespace Fog.Client.Sdk.Cli.Verbs;

/// <summary><c>fog deploy FILE</c></summary>
internal static class DeployVerb
{
    public static Command Make(Terminal terminal)
    {
        var file = new Argument<string>("FILE") { Description = "A .cs file with [FogFunction] methods, or a .wasm module with a fog manifest." };
        var command = new Command("deploy", "Compile a file's functions, if need be, and make them callable.") { file };
        command.SetAction(async (parsed, cancel) =>
        {
            var functions = FunctionFile.Read(parsed.GetValue(file)!);
            using var fog = await SharedOptions.Connect(parsed, cancel);
            var deployed = new List<FunctionInfo>();
            foreach (var function in functions)
            {
                var info = await fog.DeployAsync(function.Name, function.Wasm, cancel);
                deployed.Add(info);
                terminal.Line($"{info.Signature}, version {info.Version}: module {info.ModuleBytes} B, device image {info.ImageBytes} B");
            }

            if (terminal.Json)
            {
                terminal.Answer(deployed);
            }

            return ExitCode.Success;
        });
        return command;
    }
}
