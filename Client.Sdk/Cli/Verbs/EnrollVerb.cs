using System.CommandLine;
using System.Security.Cryptography;
using Fog.Client.Sdk.Cli.Fleet;
using Fog.Client.Sdk.Cli.Output;

namespace Fog.Client.Sdk.Cli.Verbs;

/// <summary><c>fog enroll [NAME]</c></summary>
internal static class EnrollVerb
{
    public static Command Make(Terminal terminal)
    {
        var name = new Argument<string?>("NAME") { Description = "Of the device. Default: a fresh one.", Arity = ArgumentArity.ZeroOrOne };
        var output = new Option<string?>("--out") { Description = "Writes the claim into this file, for its owner's eyes, in place of the terminal; a file that is there is not overwritten.", HelpName = "FILE" };
        var replace = new Option<bool>("--replace") { Description = "Also if the device is enrolled: its former key ends." };
        var broker = new Option<string?>("--broker") { Description = "MQTT broker that the device is to connect to. Default: port 1883 where the silo is.", HelpName = "HOST:PORT" };
        var command = new Command("enroll", "Make a device's identity, and show its claim: what the device must be given, once.") { name, output, replace, broker };
        command.SetAction(async (parsed, cancel) =>
        {
            using var file = parsed.GetValue(output) is { } path ? Create(path) : null;
            var at = FleetVerb.BrokerAt(parsed.GetValue(broker), SharedOptions.Address(parsed));
            using var fog = await SharedOptions.Connect(parsed, cancel);
            var device = await fog.EnrolAsync(parsed.GetValue(name) ?? $"esp-{RandomNumberGenerator.GetHexString(6, lowercase: true)}", parsed.GetValue(replace), cancel);
            string claim = ClaimText.Of(device, at);
            file?.WriteLine(claim);
            if (terminal.Json)
            {
                terminal.Answer(new { device.Site, device.Name, claim = file is null ? claim : null, file = parsed.GetValue(output) });
                return ExitCode.Success;
            }

            if (file is null)
            {
                terminal.Out.WriteLine(claim);
            }

            terminal.Line($"{device.Name} is enrolled. Its claim is a secret, and is not shown again: give it to the device, then destroy it. `fog revoke {device.Name}` shuts the device out.");
            return ExitCode.Success;
        });
        return command;
    }

    /// <exception cref="CliException">It is there, or cannot be written.</exception>
    private static StreamWriter Create(string path)
    {
        var file = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            file.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            return new StreamWriter(path, file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CliException(CliError.BadFile($"The file '{path}' cannot be made: choose another name, or check its folder's rights."));
        }
    }
}
