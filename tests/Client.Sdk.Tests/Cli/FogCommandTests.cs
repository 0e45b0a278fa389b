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

    [Theory]
    [InlineData("x.txt", "", "is no file of functions: give a .cs or a .wasm file.")]
    [InlineData("x.wasm", "no module", "cannot be deployed: ")]
    [InlineData("x.cs", "class C { }", "does not compile to WebAssembly:\n")]
    [InlineData("x.cs", "using Fog.Client; static class C { [FogFunction] static object F() => new object(); }", "error FOG")]
    public async Task A_file_that_is_no_function_is_named_before_any_silo_is_asked(string name, string content, string sentence)
    {
        string file = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(file, content);

        Assert.Equal(ExitCode.Usage, await Run("deploy", file));

        Assert.Contains(sentence, _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_built_to_a_module_that_can_be_deployed()
    {
        string file = Path.Combine(_folder, "K.cs"), module = Path.Combine(_folder, "k.wasm");
        await File.WriteAllTextAsync(file, "using Fog.Client; static class K { [FogFunction] static int Twice(int x) => 2 * x; }");

        Assert.Equal(ExitCode.Success, await Run("build", file, "-o", module));
        Assert.StartsWith($"{module}: twice(x: i32) -> i32, module ", _error.ToString(), StringComparison.Ordinal);
        byte[] built = await File.ReadAllBytesAsync(module);
        Assert.Equal(ExitCode.Success, await Run("build", module));
        Assert.Equal(built, await File.ReadAllBytesAsync(module));
    }

    [Theory]
    [InlineData("x.cs", "using Fog.Client; static class C { [FogFunction] static int F(int a) => a; [FogFunction] static int G(int a) => a; }", "declares 2 functions: without -o each becomes a file NAME.wasm.", "-o", "y.wasm")]
    [InlineData("x.cs", "using Fog.Client; static class C { [FogFunction] static object F() => new object(); }", "error FOG")]
    [InlineData("x.cs", "using Fog.Client; static class C { [FogFunction] static int F(int a) => a; }", "A manifest is for a .wasm module", "--manifest", "x.json")]
    [InlineData("x.wasm", "no module", "cannot be deployed: ")]
    [InlineData("x.wasm", "\0asm\u0001\0\0\0", "has no manifest: give one with `fog build ")]
    [InlineData("x.wasm", "\0asm\u0001\0\0\0", "'/no/such.json' cannot be read", "--manifest", "/no/such.json")]
    public async Task What_cannot_be_built_is_named(string name, string content, string sentence, params string[] options)
    {
        string file = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(file, content);

        Assert.Equal(ExitCode.Usage, await Run(["build", file, .. options]));

        Assert.Contains(sentence, _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_manifest_that_is_none_is_named()
    {
        string file = Path.Combine(_folder, "x.wasm"), manifest = Path.Combine(_folder, "x.json");
        await File.WriteAllTextAsync(file, "\0asm\u0001\0\0\0");
        await File.WriteAllTextAsync(manifest, "{}");

        Assert.Equal(ExitCode.Usage, await Run("build", file, "--manifest", manifest));

        Assert.Contains($"'{manifest}' is no manifest: ", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        Assert.Equal(ExitCode.Usage, await Run("deploy", "/no/such/file.cs"));

        Assert.Equal("fog: The file '/no/such/file.cs' cannot be read: check its name and its rights.\n", _error.ToString());
    }

    [Theory]
    [InlineData("A fleet has 1 to 10000 devices, or those of --claims FILE.", "fleet", "0")]
    [InlineData("'10' is no duty cycle: use 0.1% to 100%.", "fleet", "1", "--duty", "10")]
    [InlineData("'1ms' is no period: use 100ms to 24h.", "fleet", "1", "--period", "1ms")]
    [InlineData("'esp8266' is no board: use one of esp32, esp32-s3, ideal.", "fleet", "1", "--board", "esp8266")]
    [InlineData("'Soil=1' is no sensor: use temperature=18..26 or soil=0.3, the name of a-z, 0-9 and '-'.", "fleet", "1", "--sensor", "Soil=1")]
    [InlineData("'soil=1..' is no sensor: use temperature=18..26 or soil=0.3, the name of a-z, 0-9 and '-'.", "fleet", "1", "--sensor", "soil=1..")]
    [InlineData("'soil=1.2.3' is no sensor: use temperature=18..26 or soil=0.3, the name of a-z, 0-9 and '-'.", "fleet", "1", "--sensor", "soil=1.2.3")]
    [InlineData("'soil' has two sensors' values: say each once.", "fleet", "1", "--sensor", "soil=1", "--sensor", "soil=2")]
    public async Task A_fleet_that_cannot_be_is_named(string sentence, params string[] args)
    {
        Assert.Equal(ExitCode.Usage, await Run(args));

        Assert.Equal($"fog: {sentence}\n", _error.ToString());
    }

    [Fact]
    public async Task Help_names_every_verb()
    {
        Assert.Equal(ExitCode.Success, await Run("--help"));

        foreach (string verb in (string[])["up", "demo", "fleet", "build", "deploy", "invoke", "functions", "devices", "clusters"])
        {
            Assert.Matches($@"\n  {verb}\b", _out.ToString());
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<int> Run(params string[] args) => FogCommand.Run(args, new Terminal(_out, _error, interactive: false));
}
