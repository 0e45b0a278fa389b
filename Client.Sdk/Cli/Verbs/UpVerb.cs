using System.CommandLine;
using Fog.Client.Sdk.Cli.Output;
using Fog.Silo.Host;

namespace Fog.Client.Sdk.Cli.Verbs;

/// <summary><c>fog up</c></summary>
internal static class UpVerb
{
    public static Command Make(Terminal terminal)
    {
        var defaults = new FogHostOptions();
        Option<string?>[] settings =
        [
            Setting("--http", "ADDRESS:PORT", $"Where the HTTP API listens; port 0: a free one. Default: {defaults.Http}."),
            Setting("--mqtt", "ADDRESS:PORT", $"Where devices connect; port 0: a free one. Default: {defaults.Mqtt}."),
            Setting("--data", "FOLDER", "Keeps the state over restarts. Default: in memory."),
            Setting("--keys", "FILE", "Master keys that secrets in the state are sealed under. Default: FOLDER.keys beside the data folder, made at the first start."),
            Setting("--site", "NAME", $"Site of the devices. Default: {defaults.Site}."),
            Setting("--tenant", "NAME", $"Owner of the functions. Default: {defaults.Tenant}."),
            Setting("--host", "NAME", $"Name of this fog host. Default: {defaults.Host}."),
        ];
        var command = new Command("up", "Start a silo here: HTTP API, MQTT broker, grains. The same settings are read from FOG_HTTP… and appsettings.json.");
        foreach (var setting in settings)
        {
            command.Add(setting);
        }

        command.SetAction(async (parsed, cancel) =>
        {
            string[] flags = [.. settings.SelectMany<Option<string?>, string>(setting => parsed.GetValue(setting) is { } value ? [setting.Name, value] : [])];
            await Run(terminal, flags, cancel);
            return ExitCode.Success;
        });
        return command;
    }

    private static Option<string?> Setting(string name, string help, string description) => new(name) { HelpName = help, Description = description };

    private static async Task Run(Terminal terminal, string[] flags, CancellationToken cancel)
    {
        try
        {
            var options = FogHostOptions.Load(flags);
            await using var host = FogHost.Build(options, terminal.Json ? ConsoleLog.Structured : ConsoleLog.Plain);
            await host.StartAsync(cancel);
            if (terminal.Json)
            {
                terminal.Answer(new { http = host.Http, mqtt = host.Mqtt.ToString(), site = options.Site, data = options.Data });
            }
            else
            {
                terminal.Line($"The silo is up: HTTP {host.Http}, MQTT {host.Mqtt}, site '{options.Site}', "
                    + (options.Data is null ? "state in memory (keep it with --data FOLDER)." : $"state in {Path.GetFullPath(options.Data)}."));
                terminal.Line("Stop it with Ctrl+C.");
            }

            await host.WaitForShutdownAsync(cancel);
        }
        catch (SiloStartException failure)
        {
            throw new CliException(CliError.Usage(failure.Message));
        }
    }
}
