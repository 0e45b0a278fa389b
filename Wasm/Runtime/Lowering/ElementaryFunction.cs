using System.Collections.Frozen;
using System.Reflection;
using Fog.Wasm.Math;
using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Lowering;

/// <summary>A function of Wasm/Math that engines run as it stands, in place of the WebAssembly that our compiler makes of it.</summary>
/// <param name="Name">Its method.</param>
/// <param name="Operands">1 or 2, of f64 like the result.</param>
/// <param name="Op">What devices run.</param>
/// <param name="Fuel">
/// Of a call, beside the 1 of the instruction: a tenth of what the dearest way through its WebAssembly costs, but for sine,
/// cosine and tangent from 10⁶ on. A test measures it.
/// </param>
/// <param name="Digest">Of its WebAssembly, as <see cref="ElementaryCalls"/> takes it. A test compares.</param>
internal sealed record ElementaryFunction(string Name, int Operands, DeviceOp Op, int Fuel, string Digest)
{
    public static ElementaryFunction[] All { get; } =
    [
        new("Sin", 1, DeviceOp.F64Sin, 19, "52C8FB9003616000051B45C5A64AF799AFFB7D90C15A2F0C575032B0044F4214"),
        new("Cos", 1, DeviceOp.F64Cos, 19, "22AF569A5AF9AC019F3218CFA8D3070B58C5DA02281349751E3CB4A9772D5C54"),
        new("Tan", 1, DeviceOp.F64Tan, 34, "7C7F2F55769955B281C56C5DE847DE42002F1F99A5EE72476B741963DD3F9113"),
        new("Asin", 1, DeviceOp.F64Asin, 46, "E6F78AB860D70A66B2FFAFE21D90DF60E22BF8163002D638F1C408AD124AD96E"),
        new("Acos", 1, DeviceOp.F64Acos, 46, "C5C1C06815FA4DB48C73EBBBD0C07E6B4975E083CBB14402013F9A5521D1B85F"),
        new("Atan", 1, DeviceOp.F64Atan, 30, "46B1DCBAF6A430F74D388737539D1F0E348EE0A51031793E2B3C4E1240A4251C"),
        new("Atan2", 2, DeviceOp.F64Atan2, 36, "221873D056C2DB9BAFBD6D7970273EC691FE2F5959CB1763F72E4CC13A967C71"),
        new("Exp", 1, DeviceOp.F64Exp, 18, "C3BA48B5197EB9F4CE4AA121244E6D975A23D56286BC25401C9A61C55B1466B6"),
        new("Log", 1, DeviceOp.F64Log, 46, "F627DEF43DAAD0024B8F4C1FB284DD76622FE4685EEA272A3AACD2F737595C81"),
        new("Log2", 1, DeviceOp.F64Log2, 53, "076AE0201E0BC2DD954F410C6983AD07632B0826B674213D17363B367591A1C0"),
        new("Log10", 1, DeviceOp.F64Log10, 53, "525A58AB9C8ECB09601DC6A96FEEFF1CA1626DBBE19F10963A6AAE4E7C1FEBF4"),
        new("Pow", 2, DeviceOp.F64Pow, 75, "0084FED2F0A672B7AA476797978E0409FF1B497C7A8975B5653655EFBE519058"),
        new("Sinh", 1, DeviceOp.F64Sinh, 24, "42A145D9535208BE335F21BC89125442699DD28DAE5B5A0CB5067D9399A564E4"),
        new("Cosh", 1, DeviceOp.F64Cosh, 22, "09ACCC0A0CCE2A2B2986F4408C29765B3593ABE173BEC6AB12D28202FCE93BF9"),
        new("Tanh", 1, DeviceOp.F64Tanh, 28, "9033FE4FFFD3E72E9EA1EE144A27A54E07C591FD40B3E2EC29E5F261331DDE0D"),
        new("Asinh", 1, DeviceOp.F64Asinh, 67, "211BA7676651F70BCCF94FBB4B2A0E65B9CA3E5A52A1736E137F686F74439AE6"),
        new("Acosh", 1, DeviceOp.F64Acosh, 65, "6CCAFCB34266749C2C2BD05B65BD28EDE77C1E37D247A92EC1D1C50177921067"),
        new("Atanh", 1, DeviceOp.F64Atanh, 61, "2B65B5A7C402BA5AB6187A66EEAC8BF8EAC2A75F19E6D61604FBEF077BD80BE8"),
        new("Cbrt", 1, DeviceOp.F64Cbrt, 34, "6157FCD9F222A707B21E43D2D2EA9649929119FB117AABB450D3766F9CC91F5D"),
    ];

    private static readonly FrozenDictionary<string, ElementaryFunction> ByDigest = All.ToFrozenDictionary(f => f.Digest);

    public MethodInfo Method { get; } = typeof(DeterministicMath).GetMethod(Name, [.. Enumerable.Repeat(typeof(double), Operands)])!;

    /// <summary>The one with this digest, or null.</summary>
    public static ElementaryFunction? Of(string digest) => ByDigest.GetValueOrDefault(digest);
}
