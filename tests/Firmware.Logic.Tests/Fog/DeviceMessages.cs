using System.Text;

namespace Fog.Firmware.Logic.Tests;

/// <summary>A message of a device as the fog reads it.</summary>
internal abstract record DeviceMessage
{
    public static DeviceMessage Read(byte type, byte[] body)
    {
        var r = new BodyReader(body);
        switch (type)
        {
            case 0x01:
                var hello = new HelloMessage(
                    r.Raw(16), r.U32(), r.U32(), r.U16(), r.U16(), r.U32(), r.U8(), r.I32(), r.U32(), r.U32(), []);
                var count = r.U8();
                return r.Last(hello with { CachedImages = [.. Enumerable.Range(0, count).Select(_ => Convert.ToHexString(r.Raw(32)))] });
            case 0x02:
                return r.Last(new KeepaliveMessage(r.U32()));
            case 0x03:
                return r.Last(new ResultMessage(r.Raw(16), r.U8(), r.U8(), r.Raw(32), r.U32(), r.Bytes16(), r.U64(), r.U64(), r.U64()));
            case 0x04:
                return r.Last(new NeedMessage(r.Raw(32), r.U32(), r.U8()));
            case 0x05:
                return r.Last(new ChunkMessage(r.Raw(32), r.U32(), r.U32(), r.Bytes16()));
            case 0x06:
                return r.Last(new SleepMessage(r.U32(), r.U16(), [r.U64(), r.U64(), r.U64(), r.U64(), r.U64(), r.U64()]));
            case 0x07:
                return r.Last(new LogMessage(r.U8(), Encoding.UTF8.GetString(r.Bytes16())));
            case 0x08:
                return r.Last(new SnapshotMessage(r.Raw(16), r.Raw(32), r.U32(), r.Bytes16(), r.U64(), r.U64(), r.U64()));
            case 0x09:
                return r.Last(new UpdateStatusMessage(r.Raw(32), r.U8(), r.U8(), r.U8(), r.U32()));
            default:
                throw new InvalidDataException($"type {type}");
        }
    }
}

internal sealed record HelloMessage(
    byte[] DeviceNonce, uint FirmwareVersion, uint PeriodMillis, int DutyPermille, int BatteryMillivolts, uint HeapFreeBytes,
    int WakeCause, int ClockErrorMillis, uint ConnectBackOffMillis, uint FuelPerSecond, string[] CachedImages) : DeviceMessage;

internal sealed record KeepaliveMessage(uint HeapFreeBytes) : DeviceMessage;

internal sealed record ResultMessage(
    byte[] TaskId, int Status, int Reason, byte[] Digest, uint SizeBytes, byte[] Value, long FuelUsed, long ExecuteMicros, long TransferMicros)
    : DeviceMessage;

internal sealed record NeedMessage(byte[] Digest, uint Offset, int Count) : DeviceMessage;

internal sealed record ChunkMessage(byte[] Digest, uint TotalBytes, uint Offset, byte[] Data) : DeviceMessage;

internal sealed record SleepMessage(uint SleepMillis, int BatteryMillivolts, long[] StateMicros) : DeviceMessage;

internal sealed record SnapshotMessage(
    byte[] TaskId, byte[] Digest, uint SizeBytes, byte[] Value, long FuelUsed, long ExecuteMicros, long TransferMicros) : DeviceMessage;

internal sealed record UpdateStatusMessage(byte[] Release, int Attempt, int State, int Reason, uint HaveBytes) : DeviceMessage;

internal sealed record LogMessage(int Level, string Text) : DeviceMessage;
