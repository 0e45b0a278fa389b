using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Interfaces.Rollouts;

namespace Fog.DeviceProxy.Proxy.Messages;

/// <summary>0x09, device → fog: how far it is with a release. <c>| release, 32 | attempt, 1 | state, 1 | reason, 1 | have, 4 |</c></summary>
internal static class UpdateStatusMessage
{
    public static UpdateUplink? Read(ReadOnlySpan<byte> bytes)
    {
        var body = new BodyReader(bytes);
        var release = body.Digest();
        int attempt = body.U8(byte.MaxValue);
        var state = (UpdateState)body.U8((byte)UpdateState.Failed);
        var fault = (UpdateFault)body.U8((byte)UpdateFault.Damaged);
        body.Require(state == UpdateState.Failed == (fault != UpdateFault.None));
        int have = body.U32(ReleaseManifest.ImageBytesMax);
        return body.Complete() ? new(release, attempt, state, fault, have) : null;
    }

    public static void Write(ref BodyWriter body, UpdateUplink update)
    {
        body.Digest(update.Release);
        body.U8((byte)update.Attempt);
        body.U8((byte)update.State);
        body.U8((byte)update.Fault);
        body.U32(update.HaveBytes);
    }
}
