namespace Fog.Wasm.Portable.Tests;

public class FloatOpsTests
{
    [Fact]
    public void Bits_of_singles_are_taken_and_made_as_the_platform_does()
    {
        for (var high = 0; high < 0x10000; high++)
        {
            foreach (var low in new[] { 0, 1, 0x8000, 0xFFFF, high * 40503 & 0xFFFF })
            {
                var bits = (high << 16) | low;
                Assert.Equal(bits, BitConverter.SingleToInt32Bits(FloatOps.FromBits(bits)));
                Assert.Equal(bits, FloatOps.ToBits(BitConverter.Int32BitsToSingle(bits)));
            }
        }
    }

    [Fact]
    public void Division_by_zero_is_made_without_dividing()
    {
        double[] values = [0.0, -0.0, 1, -1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon];
        foreach (var value in values)
        {
            foreach (var zero in new[] { 0.0, -0.0 })
            {
                var expected = value / zero;
                var actual = FloatOps.DivideByZero(value, zero);
                Assert.Equal(double.IsNaN(expected) ? 0x7FF8000000000000 : BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(actual));
            }
        }
    }

    [Fact]
    public void The_canonical_NaN_is_positive_and_quiet_in_both_widths()
    {
        Assert.Equal(0x7FF8000000000000, BitConverter.DoubleToInt64Bits(FloatOps.CanonicalNaN));
        Assert.Equal(0x7FC00000, BitConverter.SingleToInt32Bits(FloatOps.Demote(double.NaN)));
    }
}
