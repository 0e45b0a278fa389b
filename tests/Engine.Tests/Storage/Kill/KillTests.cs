using System.Diagnostics;
using System.Globalization;
using Fog.Engine.Tests.Runtime;
using Xunit.Abstractions;

namespace Fog.Engine.Tests.Storage.Kill;

/// <summary>SIGKILL at random moments: while the store is opened, recovered, and written.</summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const int Kills = 50;

    /// <summary>A kill comes after so many lines at most, and that long after one.</summary>
    private const int LinesMax = 120;

    private const int SpinsMax = 200_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("fog-kills-").FullName;

    /// <summary>Of each counter, what is known to be durable: total, and largest total that has a reminder.</summary>
    private readonly (int Total, int Reminded)[] _known = new (int, int)[CountingProcess.Counters];

    private int _acknowledged;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_acknowledged_effect_outlives_fifty_kills()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (int kill = 1; kill <= Kills; kill++)
        {
            using var process = Start();
            try
            {
                int lines = random.Next(LinesMax);
                while (lines-- > 0 && await process.StandardOutput.ReadLineAsync().Come($"a line of process {kill}, seed {seed}") is { } line)
                {
                    Note(line, $"after {kill - 1} kills, seed {seed}");
                }

                Thread.SpinWait(random.Next(SpinsMax));
            }
            finally
            {
                process.Kill();
            }

            while (await process.StandardOutput.ReadLineAsync().Come("the last lines") is { } line)
            {
                // What it said before it died, and nobody had read.
                Note(line, $"in process {kill}, seed {seed}");
            }

            await process.WaitForExitAsync().Come("its end");
            Assert.Equal(128 + 9, process.ExitCode);
        }

        output.WriteLine($"{_acknowledged} acknowledged additions, {Kills} kills");
        Assert.True(_acknowledged > Kills);
    }

    private Process Start() => Process.Start(new ProcessStartInfo("dotnet", [typeof(KillTests).Assembly.Location, Path.Combine(_folder, "fog.db")])
    {
        RedirectStandardOutput = true,
        Environment = { ["DOTNET_TieredPGO"] = "0" },
    })!;

    private void Note(string line, string when)
    {
        if (line.Split(' ') is not [var what, var counter, var total, .. var reminded])
        {
            return;
        }

        ref var known = ref _known[Number(counter)];
        if (what == "counted")
        {
            Assert.Equal(known.Total + 1, Number(total));
            known = (Number(total), Number(total));
            _acknowledged++;
            return;
        }

        // What is known is there; the addition under way may be, its state before its reminder.
        var found = (Total: Number(total), Reminded: Number(reminded[0]));
        Assert.True(found.Total - known.Total is 0 or 1, $"{when}: counter {counter} had {known.Total}, and has {found.Total}.");
        Assert.True(found.Reminded >= known.Reminded && found.Reminded <= found.Total, $"{when}: counter {counter} had a reminder for {known.Reminded}, and has one for {found.Reminded} of {found.Total}.");
        known = found;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
