using System.CommandLine;
using Fog.Client.Sdk.Cli.Output;
using Fog.Engine.Backup;

namespace Fog.Client.Sdk.Cli.Verbs;

/// <summary><c>fog backup FILE</c></summary>
internal static class BackupVerb
{
    public static Command Make(Terminal terminal)
    {
        var file = new Argument<string>("FILE") { Description = "Where to write it; a file that is there is not overwritten." };
        var command = new Command("backup", "Write everything that the silo keeps into a file, while it runs. Works on the silo's own machine.") { file };
        command.SetAction(async (parsed, cancel) =>
        {
            string path = parsed.GetValue(file)!;
            using var fog = await SharedOptions.Connect(parsed, cancel);
            var summary = await Write(fog, path, cancel);
            if (terminal.Json)
            {
                terminal.Answer(new { file = path, summary.Taken, summary.Records, summary.Bytes, summary.Sha256 });
            }
            else
            {
                terminal.Line($"{path}: {summary.Records} records as of {summary.Taken:u}, {summary.Bytes} B, SHA-256 {summary.Sha256}");
                terminal.Line("Its secrets are sealed: keep the silo's file of master keys too, and elsewhere.");
            }

            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>Under another name until it is whole, checked, and on the disk.</summary>
    private static async Task<BackupSummary> Write(FogClient fog, string path, CancellationToken cancel)
    {
        if (File.Exists(path))
        {
            throw new CliException(CliError.BadFile($"{path} is there already: choose another name."));
        }

        string part = path + ".part";
        try
        {
            BackupSummary summary;
            await using (var file = Create(part))
            {
                await fog.BackupAsync(file, cancel);
                file.Position = 0;
                summary = BackupReader.Verify(file, path);
                file.Flush(flushToDisk: true);
            }

            File.Move(part, path);
            return summary;
        }
        catch (UnusableBackupException failure)
        {
            throw new CliException(new CliError("BackupBroken", $"{failure.Message} What the silo sent was not kept.", ExitCode.Failed));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CliException(CliError.BadFile($"{path} cannot be written: {failure.Message}"));
        }
        finally
        {
            if (File.Exists(part))
            {
                File.Delete(part);
            }
        }
    }

    /// <summary>For its owner's eyes.</summary>
    private static FileStream Create(string path)
    {
        var file = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            file.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, file);
    }
}
