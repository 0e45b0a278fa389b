using System.CommandLine;
using Fog.Client.Sdk.Cli.Output;

namespace Fog.Client.Sdk.Cli.Verbs;

/// <summary><c>fog revoke NAME</c></summary>
internal static class RevokeVerb
{
    public static Command Make(Terminal terminal)
    {
        var name = new Argument<string>("NAME") { Description = "The device." };
        var command = new Command("revoke", "Shut a device out: its connection ends, and its key is worth nothing from now on.") { name };
        command.SetAction(async (parsed, cancel) =>
        {
            string device = parsed.GetValue(name)!;
            using var fog = await SharedOptions.Connect(parsed, cancel);
            await fog.RevokeAsync(device, cancel);
            if (terminal.Json)
            {
                terminal.Answer(new { device, revoked = true });
            }
            else
            {
                terminal.Line($"{device} is revoked; `fog enroll {device}` makes a new key for it.");
            }

            return ExitCode.Success;
        });
        return command;
    }
}
