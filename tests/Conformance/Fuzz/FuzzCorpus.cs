using Fog.Samples;
using Fog.Wasm.Compiler;
using Fog.Wasm.Format;
using Fog.Wasm.Portable.Tests;

namespace Fog.Conformance.Fuzz;

/// <summary>Modules to start from: the sample kernels, random modules and programs, and the modules of a folder.</summary>
internal sealed class FuzzCorpus
{
    // As many random modules, and random programs, each the same in every run.
    private const int RandomMax = 200;

    private readonly byte[]?[] modules = new byte[]?[RandomMax];
    private readonly byte[]?[] programs = new byte[]?[RandomMax];
    // All that module fog has.
    private const string Dice = """
        using Fog.Client;

        public static class Games
        {
            [FogFunction]
            public static long[] Dice(int count, string player, [FogState] int games)
            {
                var sums = new long[11];
                for (var i = 0; i < count; i++)
                {
                    sums[(int)((ulong)Invocation.Random() % 6) + (int)((ulong)Invocation.Random() % 6)] += Invocation.Now % 7;
                    if (i % 3 == 0) Invocation.Checkpoint();
                    if (i % 5 == 0) Invocation.Log(player + i);
                    if (i % 7 == 0) Invocation.Emit("throws", player + i);
                }

                if (count > 4 && Invocation.Sensor(player.Length > 3 ? player : "temperature") < 0) sums[0]--;
                if (count > 8) Invocation.Call("dice", $"[{count - 1},\"{player}\"]");
                Invocation.StatePut("games", $"{games + 1}");
                return sums;
            }
        }
        """;

    private readonly byte[][] samples =
    [
        .. SampleFunctions.All.Select(s => FunctionCompiler.Compile(s.Source, s.File)).Append(FunctionCompiler.Compile(Dice, "Dice.cs"))
            .Select(r => r.Functions.Single().Wasm.ToArray()),
    ];
    private readonly byte[][] files;

    /// <param name="folder">Of .wasm files; null for none. Only those that decode count.</param>
    public FuzzCorpus(string? folder) =>
        files = folder is null ? [] : [.. Directory.EnumerateFiles(folder, "*.wasm").Order(StringComparer.Ordinal).Select(File.ReadAllBytes).Where(IsModule)];

    public byte[] Pick(Random random) => random.Next(files.Length > 0 ? 4 : 3) switch
    {
        0 => samples[random.Next(samples.Length)],
        1 => Cached(modules, random.Next(RandomMax), seed => new RandomModule(seed).Emit()),
        2 => Cached(programs, random.Next(RandomMax), seed => new RandomProgram(seed).Emit()),
        _ => files[random.Next(files.Length)],
    };

    private static byte[] Cached(byte[]?[] pool, int seed, Func<int, ModuleBuilder> emit) => pool[seed] ??= emit(seed).ToBytes();

    private static bool IsModule(byte[] bytes)
    {
        try
        {
            ModuleReader.Read(bytes);
            return true;
        }
        catch (ModuleException)
        {
            return false;
        }
    }
}
