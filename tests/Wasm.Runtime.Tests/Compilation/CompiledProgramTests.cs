using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Portable.Tests;
using Fog.Wasm.Runtime.Compilation;
using Fog.Wasm.Runtime.Values;
using FsCheck;
using FsCheck.Fluent;

namespace Fog.Wasm.Runtime.Tests.Compilation;

/// <summary>Random programs end the same way on both engines: result, trap and its place, fuel, memory.</summary>
public class CompiledProgramTests
{
    [Fact]
    public void A_random_program_is_the_same_compiled() => ForAll(200, seed =>
    {
        var both = new BothEngines(new RandomProgram(seed).Emit());
        var random = new Random(seed);
        for (var call = 0; call < 3; call++) both.Call(0, Arguments(random));
    });

    [Fact]
    public void A_random_program_runs_out_of_fuel_at_the_same_block() => ForAll(60, seed =>
    {
        const long Plenty = 1_000_000;
        var program = new RandomProgram(seed);
        var random = new Random(seed);
        var arguments = Arguments(random);
        var whole = new BothEngines(program.Emit(), Plenty);
        whole.Call(0, arguments);
        var used = Plenty - whole.FuelLeft;
        new BothEngines(program.Emit(), used).Call(0, arguments);
        for (var i = 0; i < 3; i++) new BothEngines(program.Emit(), random.NextInt64(used)).Call(0, arguments);
    });

    [Fact]
    public void A_random_program_in_slices_is_the_same_program() => ForAll(60, seed =>
        new BothEngines(new RandomProgram(seed).Emit(), slices: new SmallSlices(new Random(seed), 40)).Call(0, Arguments(new Random(seed))));

    [Fact]
    public void A_random_module_gives_the_same_canonical_result_for_the_same_fuel() => ForAll(40, seed =>
    {
        var random = new Random(seed);
        var module = ModuleReader.Read(new RandomModule(seed).Emit().ToBytes());
        var artifact = FunctionArtifact.Load(new RandomModule(seed).Emit().ToBytes());
        var arguments = ValueCodec.EncodeArguments(artifact.Manifest, Enumerable.Range(0, random.Next(20)).Select(_ => random.NextDouble()).ToArray(), random.Next(8));
        var code = CompiledModule.Compile(module);
        var depth = random.Next(4) == 0 ? random.Next(1, 8) : 100;
        var used = Compare(300_000);
        Compare(used);
        Compare(random.NextInt64(1, used));

        long Compare(long fuel)
        {
            var portable = new FunctionRun([.. artifact.Image], arguments, fuel, 1 << 20, depth);
            while (!portable.Step(long.MaxValue))
            {
            }

            var compiled = new CompiledRun(code, artifact.Manifest, arguments, fuel, 1 << 20, depth, new SmallSlices(new Random(seed), 5_000));
            Assert.True(compiled.Run());
            Assert.Equal(portable.Result, compiled.Result);
            Assert.Equal(portable.FuelUsed, compiled.FuelUsed);
            return portable.FuelUsed;
        }
    });

    private static void ForAll(int count, Action<int> agrees) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(count),
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), agrees));

    private static long[] Arguments(Random random) =>
    [
        random.Next(-9, 9), random.Next(), random.Next(-9, 9), random.NextInt64(),
        BitConverter.SingleToInt32Bits(random.Next(-9, 9)), BitConverter.SingleToInt32Bits((float)random.NextDouble() * 1e10f),
        BitConverter.DoubleToInt64Bits(random.Next(-9, 9)), BitConverter.DoubleToInt64Bits(random.NextDouble() * 1e20),
    ];

    private sealed class SmallSlices(Random random, int max) : ISliceSource
    {
        public long Next() => random.Next(1, max);
    }
}
