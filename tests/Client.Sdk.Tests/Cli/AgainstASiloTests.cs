using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Fog.Client.Sdk.Cli;
using Fog.Client.Sdk.Cli.Output;
using Fog.Firmware.Virtual;
using Fog.Firmware.Virtual.Boards;
using Fog.Silo.Host;

namespace Fog.Client.Sdk.Tests.Cli;

/// <summary>The verbs against a silo in this process; what needs devices runs on its fog host.</summary>
public sealed class AgainstASiloTests : IAsyncLifetime
{
    private const string Source = """
        using Fog.Client;

        public static class Kernels
        {
            [FogFunction]
            public static double Mean(double[] x)
            {
                var sum = 0.0;
                for (var i = 0; i < x.Length; i++) sum += x[i];
                return sum / x.Length;
            }
        }
        """;

    private readonly FogHost _silo = FogHost.Build(new FogHostOptions { Http = new(IPAddress.Loopback, 0), Mqtt = new(IPAddress.Loopback, 0) });
    private readonly string _folder = Directory.CreateTempSubdirectory("fog-cli-").FullName;

    public Task InitializeAsync() => _silo.StartAsync();

    public async Task DisposeAsync()
    {
        await _silo.StopAsync();
        await _silo.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_function_is_deployed_listed_and_called()
    {
        string file = Path.Combine(_folder, "Mean.cs"), numbers = Path.Combine(_folder, "numbers.json");
        await File.WriteAllTextAsync(file, Source);
        await File.WriteAllTextAsync(numbers, "[1, 2, 4.5]");

        Assert.Contains("mean(x: f64[]) -> f64, version 1", (await Run("deploy", file)).Error, StringComparison.Ordinal);
        Assert.Contains("mean(x: f64[]) -> f64", (await Run("functions")).Out, StringComparison.Ordinal);
        Assert.Equal("2.5\n", (await Run("invoke", "mean", $"@{numbers}", "--placement", "host")).Out);
    }

    [Fact]
    public async Task A_trap_is_the_exception_with_its_message_and_its_line()
    {
        string file = Path.Combine(_folder, "Mean.cs");
        await File.WriteAllTextAsync(file, Source.Replace("i < x.Length", "i <= x.Length", StringComparison.Ordinal));
        await Run("deploy", file);

        var (code, _, error) = await Run("invoke", "mean", "[1, 2]", "--placement", "host");

        Assert.Equal(ExitCode.Failed, code);
        Assert.EndsWith("fog: IndexOutOfRangeException at Mean.cs:9: an index is outside of its array. (FunctionTrapped)\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_listing_is_JSON_when_asked()
    {
        string file = Path.Combine(_folder, "Mean.cs");
        await File.WriteAllTextAsync(file, Source);

        Assert.Equal("mean", JsonElement.Parse((await Run("deploy", file, "--json")).Out)[0].GetProperty("name").GetString());
        Assert.Equal(1, JsonElement.Parse((await Run("functions", "--json")).Out).GetArrayLength());
        Assert.Equal(0, JsonElement.Parse((await Run("devices", "--json")).Out).GetArrayLength());
        Assert.Equal(0, JsonElement.Parse((await Run("clusters", "--json")).Out).GetArrayLength());
        var call = JsonElement.Parse((await Run("invoke", "mean", "[3]", "--placement", "host", "--json")).Out);
        Assert.Equal(3, call.GetProperty("outcome").GetProperty("result").GetDouble());
    }

    [Fact]
    public async Task Events_are_printed_as_sentences_or_as_JSON_and_followed()
    {
        string file = Path.Combine(_folder, "Mean.cs");
        await File.WriteAllTextAsync(file, Source);
        await Run("deploy", file);
        Assert.Contains("Nothing has happened yet", (await Run("events")).Error, StringComparison.Ordinal);
        await Run("invoke", "mean", "[3]", "--placement", "host");

        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var output = new StopAtLine(2, stop);
        int code = await FogCommand.Run(["events", "--follow", "--silo", _silo.Http.ToString()], new Terminal(output, TextWriter.Null, interactive: false), stop.Token);
        Assert.Equal(ExitCode.Cancelled, code);
        Assert.Matches("^ +1  .* mean was called: ", output.Lines[0]);
        Assert.Matches("^ +2  .* mean has its result: ", output.Lines[1]);

        var last = JsonElement.Parse((await Run("events", "--after", "1", "--json")).Out);
        Assert.Equal("callDecided", last[0].GetProperty("kind").GetString());
    }

    [Fact]
    public async Task What_functions_emit_is_printed_by_its_name_and_moves_no_cursor()
    {
        string file = Path.Combine(_folder, "Say.cs");
        await File.WriteAllTextAsync(file, """
            using Fog.Client;
            public static class F { [FogFunction] public static void Say(string what) { Invocation.Emit("words", what); Invocation.Emit("lengths", $"{what.Length}"); } }
            """);
        await Run("deploy", file);
        Assert.Contains("Nothing was emitted under 'words' yet", (await Run("events", "--stream", "words")).Error, StringComparison.Ordinal);
        await Run("invoke", "say", @"""a\n\u001b[2Jb""", "--placement", "host");

        Assert.Matches(@"^ +[0-9]+  .* say emits words: a  \[2Jb\n$", (await Run("events", "--stream", "words")).Out);
        var told = JsonElement.Parse((await Run("events", "--stream", "lengths", "--json")).Out);
        Assert.Equal(("emitted", "7"), (told[0].GetProperty("kind").GetString(), told[0].GetProperty("text").GetString()));
        Assert.Equal(1, told.GetArrayLength());
    }

    [Fact]
    public async Task What_a_function_keeps_is_shown()
    {
        string file = Path.Combine(_folder, "Keep.cs");
        await File.WriteAllTextAsync(file, """
            using Fog.Client;
            public static class F { [FogFunction] public static void Keep(string what) => Invocation.StatePut("last", what); }
            """);
        await Run("deploy", file);
        Assert.Contains("Nothing is kept by a function 'keep'", (await Run("state", "keep")).Error, StringComparison.Ordinal);
        await Run("invoke", "keep", @"""a\nb""", "--placement", "host", "--key", "put-1");

        Assert.Matches("(?m)^last +[0-9-]+ [0-9:]+Z +put-1 +a b", (await Run("state", "keep")).Out);
        var kept = JsonElement.Parse((await Run("state", "keep", "--json")).Out)[0];
        Assert.Equal(("last", "a\nb", "put-1"), (kept.GetProperty("key").GetString(), kept.GetProperty("text").GetString(), kept.GetProperty("call").GetString()));
    }

    [Fact]
    public async Task Nothing_to_list_says_what_to_do()
    {
        Assert.Contains("`fog fleet 7`", (await Run("devices")).Error, StringComparison.Ordinal);
        Assert.Contains("`fog deploy FILE.cs`", (await Run("functions")).Error, StringComparison.Ordinal);
        Assert.Contains("`fog devices`", (await Run("clusters")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_is_written_once_and_restored_into_an_empty_folder()
    {
        string file = Path.Combine(_folder, "Mean.cs"), backup = Path.Combine(_folder, "fog.backup"), data = Path.Combine(_folder, "data");
        await File.WriteAllTextAsync(file, Source);
        await Run("deploy", file);

        Assert.Contains("records as of", (await Run("backup", backup)).Error, StringComparison.Ordinal);
        var (code, _, error) = await Run("backup", backup);
        Assert.Equal((ExitCode.Usage, $"fog: {backup} is there already: choose another name.\n"), (code, error));
        Assert.False(File.Exists(backup + ".part"));

        var restored = JsonElement.Parse((await Run("restore", backup, "--data", data, "--json")).Out);
        Assert.True(restored.GetProperty("records").GetInt64() >= 4);
        Assert.True(File.Exists(Path.Combine(data, "fog.db")));
        (code, _, error) = await Run("restore", backup, "--data", data);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("is not empty", error, StringComparison.Ordinal);
        Assert.Contains("fog up --data", (await Run("restore", backup, "--data", data, "--replace")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_is_signed_listed_rolled_out_paused_resumed_and_aborted()
    {
        string image = Path.Combine(_folder, "agent.pe"), key = Path.Combine(_folder, "release.pem");
        await File.WriteAllTextAsync(image, "an agent");
        using (var rsa = RSA.Create(2048))
        {
            await File.WriteAllTextAsync(key, rsa.ExportRSAPrivateKeyPem());
        }

        Assert.Contains("no release yet", (await Run("release", "list")).Error, StringComparison.Ordinal);
        Assert.Contains("`fog rollout start esp32-1.2.3`", (await Run("release", "create", image, "--version", "1.2.3", "--sign", key)).Error, StringComparison.Ordinal);
        Assert.Contains("esp32-1.2.3", (await Run("release", "list")).Out, StringComparison.Ordinal);
        Assert.Contains("start devices", (await Run("rollout", "start", "esp32-1.2.3")).Error, StringComparison.Ordinal);
        Assert.Contains("`fog rollout start`", (await Run("rollout", "status")).Error, StringComparison.Ordinal);

        await ComeAndGo("esp-1");
        var (code, started, error) = await Run("rollout", "start", "esp32-1.2.3", "--stages", "50%,100%", "--success", "90%", "--pause-on", "3", "--missed-wakes", "7", "--json");
        Assert.Equal((ExitCode.Success, ""), (code, error));
        var running = JsonElement.Parse(started);
        Assert.Equal("running", running.GetProperty("phase").GetString());
        Assert.Equal([500, 1000], running.GetProperty("stagesPermille").EnumerateArray().Select(static s => s.GetInt32()));
        Assert.Equal((900, 3, 7), (running.GetProperty("successPermille").GetInt32(), running.GetProperty("pauseOn").GetInt32(), running.GetProperty("missedWakesMax").GetInt32()));
        Assert.Contains("has not ended: abort it first", (await Run("rollout", "start", "esp32-1.2.3")).Error, StringComparison.Ordinal);
        Assert.Matches("phase +paused: by hand", (await Run("rollout", "pause")).Out);
        Assert.Matches("phase +paused: by hand", (await Run("rollout", "status")).Out);
        Assert.Equal(2, JsonElement.Parse((await Run("rollout", "resume", "--json")).Out).GetProperty("attempt").GetInt32());
        Assert.Matches("phase +aborted: by hand", (await Run("rollout", "abort")).Out);
        Assert.Equal(ExitCode.Failed, (await Run("rollout", "resume")).Code);
    }

    [Theory]
    [InlineData("1.2", "release.pem")]
    [InlineData("1.256.0", "release.pem")]
    [InlineData("0.0.0", "release.pem")]
    [InlineData("1.2.3", "none.pem")]
    [InlineData("1.2.3", "small.pem")]
    public async Task What_cannot_be_signed_is_said_before_anything_is_sent(string version, string keyName)
    {
        string image = Path.Combine(_folder, "agent.pe");
        await File.WriteAllTextAsync(image, "an agent");
        foreach (var (name, bits) in (IEnumerable<(string, int)>)[("release.pem", 2048), ("small.pem", 1024)])
        {
            using var rsa = RSA.Create(bits);
            await File.WriteAllTextAsync(Path.Combine(_folder, name), rsa.ExportRSAPrivateKeyPem());
        }

        var (code, _, error) = await Run("release", "create", image, "--version", version, "--sign", Path.Combine(_folder, keyName));
        Assert.Equal(ExitCode.Usage, code);
        Assert.StartsWith("fog: ", error, StringComparison.Ordinal);
        Assert.Contains("no release yet", (await Run("release", "list")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_is_enrolled_once_replaced_revoked_and_admitted_no_more()
    {
        string claim = (await Run("enroll", "esp-1")).Out.Trim();
        Assert.Equal(ExitCode.Failed, (await Run("enroll", "esp-1")).Code);
        string replaced = (await Run("enroll", "esp-1", "--replace")).Out.Trim();
        Assert.NotEqual(claim, replaced);
        Assert.Equal(ExitCode.Success, (await Run("revoke", "esp-1")).Code);
        Assert.Equal(ExitCode.Failed, (await Run("revoke", "esp-9")).Code);
    }

    [Fact]
    public async Task A_refusal_is_one_sentence_and_exit_code_1()
    {
        var (code, output, error) = await Run("invoke", "no-such");

        Assert.Equal(ExitCode.Failed, code);
        Assert.Equal("fog: No function 'no-such' is deployed: deploy it first.\n", error);
        Assert.Empty(output);
    }

    /// <summary>Interrupts the verb that writes here once so many lines have come.</summary>
    private sealed class StopAtLine(int count, CancellationTokenSource stop) : StringWriter
    {
        public List<string> Lines { get; } = [];

        public override void WriteLine(string? value)
        {
            Lines.Add(value!);
            if (Lines.Count == count)
            {
                stop.Cancel();
            }
        }
    }

    /// <summary>A device joins a cluster, and is off before it could be offered anything.</summary>
    private async Task ComeAndGo(string name)
    {
        using var fog = await FogClient.ConnectAsync(_silo.Http);
        var identity = await fog.EnrolAsync(name, replace: false);
        var device = new VirtualDevice(
            new VirtualDeviceOptions
            {
                Site = identity.Site,
                Node = identity.Name,
                Key = Convert.FromBase64String(identity.Key),
                Broker = Brokers.Tcp(_silo.Mqtt.Address.ToString(), _silo.Mqtt.Port),
                Board = Board.Ideal,
                Seed = (ulong)Random.Shared.NextInt64(),
            },
            TimeProvider.System);
        using var off = new CancellationTokenSource();
        var life = device.RunAsync(off.Token);
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!(await fog.ClustersAsync()).Any(cluster => cluster.Members.Contains(name)) && !life.IsCompleted)
        {
            await look.WaitForNextTickAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        }

        off.Cancel();
        await life;
    }

    private async Task<(int Code, string Out, string Error)> Run(params string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = await FogCommand.Run([.. args, "--silo", _silo.Http.ToString()], new Terminal(output, error, interactive: false));
        return (code, output.ToString(), error.ToString());
    }
}
