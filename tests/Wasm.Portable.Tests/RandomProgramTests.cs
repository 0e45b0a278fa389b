using FsCheck;
using FsCheck.Fluent;

namespace Fog.Wasm.Portable.Tests;

public class RandomProgramTests
{
    [Fact]
    public void A_random_program_computes_what_plain_evaluation_does() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(1_500),
            Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Agrees(seed)));

    [Fact]
    public void A_random_program_in_slices_is_the_same_program() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300),
            Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), Gen.Choose(1, 60).ToArbitrary(), (seed, slice) =>
            {
                var program = new RandomProgram(seed);
                var arguments = Arguments(new Random(seed));
                var whole = new Invocation(program.Emit());
                var sliced = new Invocation(program.Emit());
                return whole.Call(0, arguments) == sliced.CallInSlices(0, slice, arguments)
                    && whole.Executor.FuelLeft == sliced.Executor.FuelLeft
                    && whole.Executor.TrapOffset == sliced.Executor.TrapOffset;
            }));

    private static bool Agrees(int seed)
    {
        var program = new RandomProgram(seed);
        var random = new Random(seed);
        var module = program.Emit();
        for (var call = 0; call < 3; call++)
        {
            var arguments = Arguments(random);
            var actual = new Invocation(module).Call(0, arguments);
            var expected = program.Evaluate(arguments);
            Assert.True(expected == actual, $"seed {seed}, call {call}: {actual}, expected {expected}");
        }

        return true;
    }

    private static long[] Arguments(Random random) =>
    [
        random.Next(-9, 9), random.Next(), random.Next(-9, 9), random.NextInt64(),
        BitConverter.SingleToInt32Bits(random.Next(-9, 9)), BitConverter.SingleToInt32Bits((float)random.NextDouble() * 1e10f),
        BitConverter.DoubleToInt64Bits(random.Next(-9, 9)), BitConverter.DoubleToInt64Bits(random.NextDouble() * 1e20),
    ];
}
