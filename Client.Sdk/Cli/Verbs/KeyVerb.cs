using System.CommandLine;
using Fog.Client.Sdk.Cli.Output;
using Fog.Grains.Secrets;
using Fog.Silo.Host;
using Fog.Silo.Host.Keys;

namespace Fog.Client.Sdk.Cli.Verbs;

/// <summary><c>fog key list|rotate|drop --keys FILE</c></summary>
internal static class KeyVerb
{
    public static Command Make(Terminal terminal)
    {
        var file = new Option<string>("--keys") { Description = "The silo's file of master keys.", HelpName = "FILE", Required = true, Recursive = true };
        var list = new Command("list", "Show the ids of the keys; the last one is the current key.");
        list.SetAction(parsed => Act(terminal, () => MasterKeyFile.Read(parsed.GetValue(file)!), "The current key is"));
        var rotate = new Command("rotate", "Add a key. The silo seals everything under it after its next start.");
        rotate.SetAction(parsed => Act(terminal, () => MasterKeyFile.Rotate(parsed.GetValue(file)!), "Restart the silo: it seals everything under"));
        var id = new Argument<string>("ID") { Description = "Of a key that neither the state nor a backup you keep is sealed under." };
        var drop = new Command("drop", "Remove an old key.") { id };
        drop.SetAction(parsed => Act(terminal, () => MasterKeyFile.Drop(parsed.GetValue(file)!, parsed.GetValue(id)!), "The current key is still"));
        return new Command("key", "The master keys that a silo's secrets are sealed under (docs/security.md).") { file, list, rotate, drop };
    }

    private static int Act(Terminal terminal, Func<KeyRing> act, string sentence)
    {
        try
        {
            var ring = act();
            if (terminal.Json)
            {
                terminal.Answer(new { keys = ring.Ids, current = ring.Current.Id });
            }
            else
            {
                terminal.Out.WriteLine(string.Join('\n', ring.Ids));
                terminal.Line($"{sentence} {ring.Current.Id}.");
            }

            return ExitCode.Success;
        }
        catch (SiloStartException failure)
        {
            throw new CliException(CliError.BadFile(failure.Message));
        }
    }
}
