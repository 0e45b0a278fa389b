using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using Fog.Client.Sdk.Cli.Fleet;
using Fog.Client.Sdk.Cli.Output;
using Fog.Firmware.Virtual;
using Fog.Firmware.Virtual.Boards;

namespace Fog.Client.Sdk.Cli.Verbs;

/// <summary><c>fog fleet N</c></summary>
internal static class FleetVerb
{
    /// <summary>Devices of one fleet. Ours: what one process and one port range carry.</summary>
    private const int DevicesMax = 10_000;

    private static string Boards => string.Join(", ", Board.All.Select(board => board.Name));

    public static Command Make(Terminal terminal)
    {
        var count = new Argument<int?>("N") { Description = "How many devices.", Arity = ArgumentArity.ZeroOrOne };
        var claims = new Option<string?>("--claims") { Description = "In place of N: the devices of this file of claims, one a line, as `fog enroll` makes them.", HelpName = "FILE" };
        var period = new Option<string>("--period") { Description = "From wake to wake, 100ms to 24h.", HelpName = "TIME", DefaultValueFactory = _ => "2s" };
        var duty = new Option<string>("--duty") { Description = "Share of the period spent listening, 0.1% to 100%.", HelpName = "SHARE", DefaultValueFactory = _ => "10%" };
        var prefix = new Option<string>("--prefix") { Description = "Names are PREFIX-1 to PREFIX-N.", HelpName = "PREFIX", DefaultValueFactory = _ => "esp" };
        var broker = new Option<string?>("--broker") { Description = "MQTT broker. Default: port 1883 where the silo is.", HelpName = "HOST:PORT" };
        var releaseKey = new Option<string?>("--release-key") { Description = "RSA public key in PEM whose releases the devices take.", HelpName = "FILE" };
        var board = new Option<string>("--board") { Description = $"What they are made of: {Boards}.", HelpName = "NAME", DefaultValueFactory = _ => Board.Esp32.Name };
        var sensor = new Option<string[]>("--sensor") { Description = "A sensor of each device: a wave of a day, or one value. May be said again.", HelpName = "NAME=LOW..HIGH", DefaultValueFactory = _ => [] };
        var command = new Command("fleet", "Run virtual devices against a silo until Ctrl+C.") { count, claims, period, duty, prefix, broker, board, sensor, releaseKey };
        command.SetAction(async (parsed, cancel) =>
        {
            string? file = parsed.GetValue(claims);
            if (file is null ? parsed.GetValue(count) is not (>= 1 and <= DevicesMax) : parsed.GetValue(count) is not null)
            {
                throw new CliException(CliError.Usage($"A fleet has 1 to {DevicesMax} devices, or those of --claims FILE."));
            }

            var wake = Units.ParseDuration(parsed.GetValue(period)!) is { } time && time >= TimeSpan.FromMilliseconds(100) && time <= TimeSpan.FromHours(24)
                ? time
                : throw new CliException(CliError.Usage($"'{parsed.GetValue(period)}' is no period: use 100ms to 24h."));
            int permille = Units.ParsePermille(parsed.GetValue(duty)!)
                ?? throw new CliException(CliError.Usage($"'{parsed.GetValue(duty)}' is no duty cycle: use 0.1% to 100%."));
            var hardware = BoardOf(parsed.GetValue(board)!);
            SensorWave[] waves = [.. parsed.GetValue(sensor)!.Select(SensorWave.Parse)];
            if (waves.GroupBy(static wave => wave.Name).FirstOrDefault(static named => named.Count() > 1) is { } twice)
            {
                throw new CliException(CliError.Usage($"'{twice.Key}' has two sensors' values: say each once."));
            }

            var at = BrokerAt(parsed.GetValue(broker), SharedOptions.Address(parsed));
            IReadOnlyList<VirtualDeviceOptions> options;
            if (file is not null)
            {
                options = Enrolled.Devices(file, wake, permille, hardware);
            }
            else
            {
                using var fog = await SharedOptions.Connect(parsed, cancel);
                options = await Enrolled.Devices(fog, at, parsed.GetValue(prefix)!, parsed.GetValue(count)!.Value, wake, permille, hardware, cancel);
            }

            if (waves.Length > 0)
            {
                options = [.. options.Select((device, i) => device with { Sensors = waves.ToDictionary(static wave => wave.Name, wave => wave.Of((double)i / options.Count)) })];
            }

            if (parsed.GetValue(releaseKey) is { } keyFile)
            {
                ReadOnlyMemory<byte> modulus = Modulus(keyFile);
                options = [.. options.Select(device => device with { ReleaseKeys = [modulus] })];
            }

            terminal.Line($"{options.Count} devices wake every {Units.Seconds(wake.TotalSeconds)} for {Units.Percent(permille / 1000.0)} of it, on {hardware.Name}, at {(file is null ? $"the broker {at.Host}:{at.Port}" : "the brokers that their claims name")}. Stop them with Ctrl+C.");
            await FleetView.Show(terminal, options.Select(device => device.Node), observe =>
                new VirtualFleet(VirtualFleet.Staggered(options), TimeProvider.System, observe).RunAsync(cancel));
            return ExitCode.Success;
        });
        return command;
    }

    /// <exception cref="CliException">Not HOST:PORT.</exception>
    internal static DnsEndPoint BrokerAt(string? text, Uri silo) => text?.Split(':') switch
    {
        null => new DnsEndPoint(silo.Host, 1883),
        [{ Length: > 0 } host, var port] when ushort.TryParse(port, out ushort number) => new DnsEndPoint(host, number),
        _ => throw new CliException(CliError.Usage($"'{text}' is no broker: use HOST:PORT.")),
    };

    private static Board BoardOf(string name) =>
        Board.All.FirstOrDefault(board => board.Name == name) ?? throw new CliException(CliError.Usage($"'{name}' is no board: use one of {Boards}."));

    private static byte[] Modulus(string keyFile)
    {
        using var key = RSA.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(keyFile));
            return key.KeySize is 2048 or 3072
                ? key.ExportParameters(includePrivateParameters: false).Modulus!
                : throw new CliException(CliError.BadFile($"The key in {keyFile} has {key.KeySize} bits: devices verify keys of 2048 or 3072."));
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            throw new CliException(CliError.BadFile($"The file {keyFile} cannot be read as an RSA key in PEM: check its name and its rights."));
        }
    }
}
