using System.Collections.Immutable;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Messages;

/// <summary>0x01, device → fog, under the device key: it woke.</summary>
/// <remarks>
/// <code>
/// | device nonce, 16 | firmware, 4 | period ms, 4 | duty ‰, 2 | battery mV, 2 | heap free, 4 | wake cause, 1 |
/// | clock error ms, i32 | connect back-off ms, 4 | fuel rate, 4 | count, 1 | count × digest, 32 |
/// </code>
/// </remarks>
internal static class HelloMessage
{
    public static HelloFacts? Read(ReadOnlySpan<byte> bytes)
    {
        var body = new BodyReader(bytes);
        ImmutableArray<byte> nonce = [.. body.Bytes(ProtocolLimits.NonceBytes)];
        uint firmware = body.U32();
        var period = body.Milliseconds();
        body.Require(period >= ProtocolLimits.PeriodMin && period <= ProtocolLimits.PeriodMax);
        int duty = body.U16();
        body.Require(duty is >= 1 and <= ProtocolLimits.DutyPermilleMax);
        int battery = body.U16();
        long heapFree = body.U32();
        var cause = (WakeCause)body.U8((byte)WakeCause.Other);
        var clockError = TimeSpan.FromMilliseconds(body.I32());
        var backoff = body.Milliseconds();
        long fuelRate = body.U32();
        int count = body.U8(ProtocolLimits.CachedImagesMax);
        var images = ImmutableArray.CreateBuilder<Digest>(count);
        for (int i = 0; i < count; i++)
            images.Add(body.Digest());
        return body.Complete()
            ? new(nonce, firmware, new DutyCycle(period, duty), battery, heapFree, cause, clockError, backoff, fuelRate, images.ToImmutable())
            : null;
    }

    public static void Write(ref BodyWriter body, HelloFacts hello)
    {
        body.Bytes(hello.DeviceNonce.AsSpan());
        body.U32(hello.FirmwareVersion);
        body.Milliseconds(hello.DutyCycle.Period);
        body.U16(hello.DutyCycle.ListenPermille);
        body.U16(hello.BatteryMillivolts);
        body.U32(hello.FreeHeapBytes);
        body.U8((byte)hello.WakeCause);
        body.I32(hello.ClockError.Ticks / TimeSpan.TicksPerMillisecond);
        body.Milliseconds(hello.ConnectBackoff);
        body.U32(hello.FuelPerSecond);
        body.U8(hello.CachedImages.Length);
        foreach (var image in hello.CachedImages)
            body.Digest(image);
    }
}
