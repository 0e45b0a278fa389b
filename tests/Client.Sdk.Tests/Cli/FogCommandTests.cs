using System.Text.Json;
using Fog.Client.Sdk.Cli;
using Fog.Client.Sdk.Cli.Output;

namespace Fog.Client.Sdk.Tests.Cli;

public sealed class FogCommandTests : IDisposable
{
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("fog-cli-").FullName;

    [Theory]
    [InlineData("There is no verb 'bogus': see `fog --help`.", "bogus")]
    [InlineData("Say what to do: see `fog --help`.")]
    [InlineData("Required argument missing for command: 'invoke': see `fog invoke --help`.", "invoke")]
    [InlineData("'{' is not JSON: write 1.5, true, '[1, 2]' or '\"text\"', or @FILE.", "invoke", "f", "{")]
    [InlineData("'hello' is not JSON: write 1.5, true, '[1, 2]' or '\"text\"', or @FILE.", "invoke", "f", "hello")]
    [InlineData("The file '/no/such/file' cannot be read: check its name and its rights.", "invoke", "f", "@/no/such/file")]
    [InlineData("'3x' is no time: use 30s, 5min or 1h.", "invoke", "f", "--timeout", "3x")]
    [InlineData("'silo' is no address of a silo: use http://HOST:PORT.", "devices", "--silo", "silo")]
    [InlineData("'x' is no value for http: use ADDRESS:PORT, as in 127.0.0.1:7400.", "up", "--http", "x")]
    [InlineData("'A B' is no value for site: use 1 to 32 of a-z, 0-9 and '-'.", "up", "--site", "A B")]
    public async Task A_mistake_is_one_sentence_and_exit_code_2(string sentence, params string[] args)
    {
        Assert.Equal(ExitCode.Usage, await Run(args));

        Assert.Equal($"fog: {sentence}\n", _error.ToString());
        Assert.Empty(_out.ToString());
    }

    [Fact]
    public async Task An_unreachable_silo_is_one_sentence_and_exit_code_3()
    {
        Assert.Equal(ExitCode.Unreachable, await Run("functions", "--silo", "http://127.0.0.1:1"));

        Assert.Equal("fog: No silo answers at http://127.0.0.1:1/: start one with `fog up`, or name another with --silo or FOG_SILO.\n", _error.ToString());
    }

    [Fact]
    public async Task A_failure_under_json_is_JSON()
    {
        await Run("clusters", "--silo", "http://127.0.0.1:1", "--json");

        Assert.Equal("SiloUnreachable", JsonElement.Parse(_error.ToString()).GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_file_of_arguments_that_is_not_JSON_is_named()
    {
        string file = Path.Combine(_folder, "x.json");
        await File.WriteAllTextAsync(file, "[1, 2");

        Assert.Equal(ExitCode.Usage, await Run("invoke", "f", $"@{file}"));

        Assert.Equal($"fog: The file {file} is not JSON: put one value in it, as in [1, 2.5].\n", _error.ToString());
    }

    [Fact]
    public async Task A_file_of_arguments_that_is_too_large_is_named()
    {
        string file = Path.Combine(_folder, "x.json");
        await File.WriteAllBytesAsync(file, new byte[(1 << 20) + 1]);

        Assert.Equal(ExitCode.Usage, await Run("invoke", "f", $"@{file}"));

        Assert.Contains("too large", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_names_every_verb()
    {
        Assert.Equal(ExitCode.Success, await Run("--help"));

        foreach (string verb in (string[])["up", "invoke", "functions", "devices", "clusters"])
        {
            Assert.Matches($@"\n  {verb}\b", _out.ToString());
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<int> Run(params string[] args) => FogCommand.Run(args, new Terminal(_out, _error, interactive: false));
}
