using Xunit.Abstractions;

namespace Fog.Wasm.Compiler.Tests;

/// <summary>Differential test: random programs, compiled by Roslyn for .NET and by us for the device.</summary>
public sealed class RandomProgramTests(ITestOutputHelper output)
{
    // More on demand: FOG_RANDOM_PROGRAMS=2000 dotnet test tests/Wasm.Compiler.Tests --filter RandomProgram
    private static readonly int Programs = int.TryParse(Environment.GetEnvironmentVariable("FOG_RANDOM_PROGRAMS"), out var programs) ? programs : 60;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_programs_do_what_they_do_on_DotNet(int series)
    {
        var invalid = 0;
        var failing = 0;
        for (var i = 0; i < Programs; i++)
        {
            var seed = (series * 1_000_000) + i;
            var source = RandomProgram.Of(seed);
            if (DotNet.TryCompile(source, out _) is not { } oracle)
            {
                // A constant expression that overflows or divides by zero.
                invalid++;
                continue;
            }

            var artifact = Guest.Load(Guest.Compile(source));
            var random = new Random(seed);
            for (var call = 0; call < 4; call++)
            {
                object[] arguments =
                [
                    random.Next(-10, 10), random.NextInt64(), (random.NextDouble() - 0.5) * 1e6, random.Next(2) == 0,
                    new[] { random.Next(), 0, -1, call }, new[] { 1.5, random.NextDouble(), -1e18 },
                ];
                var expected = DotNet.Run(oracle["Run"], arguments);
                var actual = Guest.Run(artifact, arguments);
                if (expected.Exception is not null) failing++;
                Assert.True(expected.Agrees(actual), $"seed {seed}, arguments {string.Join(", ", arguments.Select(a => new Outcome(a, null, 0)))}: {actual}, .NET gives {expected}\n{source}");
            }
        }

        output.WriteLine($"{Programs - invalid} programs, {failing} of {4 * (Programs - invalid)} calls failed on both sides");
        Assert.True(invalid < Programs / 3, $"{invalid} of {Programs} programs are not valid C#");
    }
}
