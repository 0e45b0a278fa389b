using System.CommandLine;
using Fog.Client.Sdk.Cli.Output;
using Fog.Silo.Host;
using Fog.Silo.Host.Backups;

namespace Fog.Client.Sdk.Cli.Verbs;

/// <summary><c>fog restore FILE --data FOLDER</c></summary>
internal static class RestoreVerb
{
    public static Command Make(Terminal terminal)
    {
        var file = new Argument<string>("FILE") { Description = "What `fog backup` wrote." };
        var data = new Option<string>("--data") { Description = "The folder for the state, as in `fog up --data`; no silo may be using it.", HelpName = "FOLDER", Required = true };
        var replace = new Option<bool>("--replace") { Description = "Allow a folder that is not empty. The state that is there is kept beside the new one, as fog.db.replaced." };
        var command = new Command("restore", "Make the state of a silo that is not running from a backup.") { file, data, replace };
        command.SetAction(parsed =>
        {
            try
            {
                var summary = DataFolder.Restore(parsed.GetValue(file)!, parsed.GetValue(data)!, parsed.GetValue(replace));
                if (terminal.Json)
                {
                    terminal.Answer(new { data = parsed.GetValue(data), summary.Taken, summary.Records, summary.Bytes, summary.Sha256 });
                }
                else
                {
                    terminal.Line($"{summary.Records} records as of {summary.Taken:u} are restored: start the silo with `fog up --data {parsed.GetValue(data)}`.");
                }

                return ExitCode.Success;
            }
            catch (SiloStartException failure)
            {
                throw new CliException(CliError.BadFile(failure.Message));
            }
        });
        return command;
    }
}
