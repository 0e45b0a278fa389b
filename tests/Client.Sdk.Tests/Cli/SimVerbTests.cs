using System.Text.Json;
using Fog.Client.Sdk.Cli;
using Fog.Client.Sdk.Cli.Output;

namespace Fog.Client.Sdk.Tests.Cli;

public class SimVerbTests
{
    [Fact]
    public async Task Each_world_of_a_run_is_the_run_that_its_command_replays()
    {
        // A process has more than one to run.
        int count = Math.Min(Environment.ProcessorCount + 2, 7);
        var run = await Run("sim", "--nodes", "23", "--hours", "0.05", "--seed", "7", "--faults", "heavy", "--tasks", "0.3", "--period", "10s", "--worlds", $"{count}");

        var worlds = run.GetProperty("worlds").EnumerateArray().ToList();
        Assert.Equal(count, worlds.Count);
        Assert.Equal(23, worlds.Sum(static w => w.GetProperty("nodes").GetInt32()));
        long events = 0;
        foreach (var world in worlds)
        {
            var replay = await Run([.. world.GetProperty("replay").GetString()!.Split(' ')[1..]]);
            Assert.Equal(world.GetProperty("digest").GetString(), replay.GetProperty("digest").GetString());
            events += replay.GetProperty("events").GetInt64();
        }

        Assert.Equal(events, run.GetProperty("events").GetInt64());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("4")]
    public async Task A_world_has_devices_enough_for_a_vote(string worlds)
    {
        var error = new StringWriter();

        Assert.Equal(ExitCode.Usage, await FogCommand.Run(["sim", "--nodes", "10", "--worlds", worlds], new Terminal(TextWriter.Null, error, interactive: false)));

        Assert.Equal("fog: 10 devices make 1 to 3 worlds of at least 3: see `fog sim --help`.\n", error.ToString());
    }

    private static async Task<JsonElement> Run(params string[] args)
    {
        var output = new StringWriter();
        var error = new StringWriter();

        int code = await FogCommand.Run([.. args, "--json"], new Terminal(output, error, interactive: false));

        Assert.True(code == ExitCode.Success, $"{code}: {error}{output}");
        return JsonElement.Parse(output.ToString());
    }
}
