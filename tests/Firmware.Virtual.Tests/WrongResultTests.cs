using Fog.Wasm.Runtime.Values;

namespace Fog.Firmware.Virtual.Tests;

public class WrongResultTests
{
    public static TheoryData<string> Right() =>
    [
        "0100" + "00" + "0000", // void
        "0100" + "0101" + "0000", // bool
        "0100" + "02FF" + "0000", // i8
        "0100" + "06FFFF" + "0000", // char
        "0100" + "07FFFFFFFF" + "0000", // i32
        "0100" + "0A0000000000000000" + "0000", // u64
        "0100" + "0B0000807F" + "0000", // f32 infinity
        "0100" + "0B0000C07F" + "0000", // f32 NaN
        "0100" + "0C000000000000F03F" + "0000", // f64 1
        "0100" + "0C000000000000F8FF" + "0000", // f64, but not the canonical NaN: never seen, must not crash
        "0100" + "0C000000000000F87F" + "0000", // f64 NaN
        "0100" + "0D00000000" + "0000", // empty string
        "0100" + "0D010000004100" + "0000", // "A"
        "0100" + "8C00000000" + "0000", // no f64
        "0100" + "8C01000000000000000000F07F" + "0000", // infinity
        "0100" + "81020000000001" + "0000", // two bools
        "0101" + "0300000000" + "00000000", // a trap
    ];

    [Theory]
    [MemberData(nameof(Right))]
    public void A_wrong_result_is_canonical_and_another(string right)
    {
        var bytes = Convert.FromHexString(right);
        for (byte salt = 0; salt < 20; salt++)
        {
            var wrong = WrongResult.Of(bytes, [salt]);
            Assert.NotEqual(bytes, wrong);
            Assert.Equal(wrong, WrongResult.Of(bytes, [salt]));
            ValueCodec.DecodeResult(wrong);
        }
    }
}
