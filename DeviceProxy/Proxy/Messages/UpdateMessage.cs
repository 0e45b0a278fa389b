using System.Collections.Immutable;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Interfaces.Rollouts;

namespace Fog.DeviceProxy.Proxy.Messages;

/// <summary>0x87, fog → device: run this release. <c>| attempt, 1 | length, 2 | manifest |</c></summary>
internal static class UpdateMessage
{
    public static UpdateDownlink? Read(ReadOnlySpan<byte> bytes)
    {
        var body = new BodyReader(bytes);
        int attempt = body.U8(byte.MaxValue);
        ImmutableArray<byte> manifest = [.. body.Bytes16UpTo(ReleaseManifest.BytesMax)];
        return body.Complete() && ReleaseManifest.Read(manifest.AsSpan()) is var (release, id, length) && length == manifest.Length
            ? new(new(id, attempt, release.Version, manifest, release.Image))
            : null;
    }

    public static void Write(ref BodyWriter body, UpdateDownlink update)
    {
        body.U8((byte)update.Offer.Attempt);
        body.Bytes16(update.Offer.Manifest.AsSpan());
    }
}
