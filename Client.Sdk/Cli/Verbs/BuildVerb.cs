using System.CommandLine;
using Fog.Client.Sdk.Cli.Deployment;
using Fog.Client.Sdk.Cli.Output;

namespace Fog.Client.Sdk.Cli.Verbs;

/// <summary><c>fog build FILE</c></summary>
internal static class BuildVerb
{
    public static Command Make(Terminal terminal)
    {
        var file = new Argument<string>("FILE") { Description = "A .cs file with [FogFunction] methods, or a .wasm module that another compiler made." };
        var manifest = new Option<string?>("--manifest") { Description = "Puts this manifest into a module that has none.", HelpName = "FILE.json" };
        var output = new Option<string?>("-o") { Description = "Where to. Default: NAME.wasm for a function of a .cs file, the file itself for a module.", HelpName = "FILE.wasm" };
        var command = new Command("build", "Compile a file's functions to modules, or complete a module, and check them as the fog would.") { file, manifest, output };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(file)!;
            var functions = FunctionFile.Read(path, parsed.GetValue(manifest));
            if (parsed.GetValue(output) is not null && functions.Count > 1)
            {
                throw new CliException(CliError.Usage($"'{path}' declares {functions.Count} functions: without -o each becomes a file NAME.wasm."));
            }

            var built = new List<BuiltFunction>();
            foreach (var function in functions)
            {
                var target = parsed.GetValue(output) ?? (path.EndsWith(".wasm", StringComparison.Ordinal) ? path : $"{function.Name}.wasm");
                FunctionFile.Write(target, function.Wasm);
                built.Add(new(function.Name, target, function.Signature, function.Wasm.Length, function.ImageBytes));
                terminal.Line($"{target}: {function.Signature}, module {function.Wasm.Length} B, device image {function.ImageBytes} B");
            }

            if (terminal.Json)
            {
                terminal.Answer(built);
            }

            return ExitCode.Success;
        });
        return command;
    }
}

internal sealed record BuiltFunction(string Name, string File, string Signature, int ModuleBytes, int ImageBytes);
