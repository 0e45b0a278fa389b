using System.CommandLine;
using System.Globalization;
using Fog.Client.Sdk.Cli.Output;

namespace Fog.Client.Sdk.Cli.Verbs;

/// <summary><c>fog state NAME</c></summary>
internal static class StateVerb
{
    private static readonly string[] s_columns = ["key", "since", "call", "text"];

    public static Command Make(Terminal terminal)
    {
        var name = new Argument<string>("NAME") { Description = "The function." };
        var command = new Command("state", "Show what a function keeps at the site.") { name };
        command.SetAction(async (parsed, cancel) =>
        {
            using var fog = await SharedOptions.Connect(parsed, cancel);
            string function = parsed.GetValue(name)!;
            var kept = await fog.StateAsync(function, cancel);
            if (terminal.Json)
            {
                terminal.Answer(kept);
            }
            else if (kept.Count == 0)
            {
                terminal.Line($"Nothing is kept by a function '{function}'.");
            }
            else
            {
                terminal.Table(s_columns, [.. kept.Select(Row)]);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static string[] Row(KeptValueInfo kept) =>
        [kept.Key, kept.AcceptedAt.ToString("u", CultureInfo.InvariantCulture), kept.Call, Terminal.OneLine(kept.Text)];
}
