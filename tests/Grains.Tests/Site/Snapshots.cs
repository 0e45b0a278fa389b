using System.Collections.Immutable;
using System.Security.Cryptography;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Functions;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime;
using Fog.Wasm.Runtime.Values;

namespace Fog.Grains.Tests.Site;

/// <summary>Snapshots of the deployed function, before its first step.</summary>
internal static class Snapshots
{
    private static readonly FunctionManifest s_square = new("square", "2", [new("x", new FogType(FogKind.I32))], new FogType(FogKind.I32), 3);

    public static async Task<ImmutableArray<byte>> One(TestSite site) => (await Many(site, 1))[0];

    /// <summary>On arguments of their own, so that they differ.</summary>
    public static async Task<ImmutableArray<byte>[]> Many(TestSite site, int count)
    {
        var digest = (await site.Host.GrainFactory.GetGrain<IFunctionGrain>($"{TestSite.Tenant}/square").Describe()).Image;
        var image = (await site.Host.GrainFactory.GetGrain<IBlobGrain>(digest.Hex).Get())!.Bytes.ToArray();
        return
        [
            .. Enumerable.Range(0, count).Select(i => new FunctionRun(image, ValueCodec.EncodeArguments(s_square, i), 1_000_000, 65_536, 64)
                .Snapshot(SHA256.HashData(image), new Sha256Digest()).ToImmutableArray()),
        ];
    }
}
