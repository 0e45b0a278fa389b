using Fog.Firmware.Loader.Flash;
using Fog.Firmware.Logic.Flash;

namespace Fog.Firmware.Virtual;

/// <summary>Flash records in memory, within a capacity.</summary>
internal sealed class VirtualFlash(int capacityBytes) : IFlash
{
    private readonly Dictionary<string, byte[]> records = [];
    private int usedBytes;

    public string[] Names() => [.. records.Keys];

    public int Length(string name) => records.TryGetValue(name, out var record) ? record.Length : -1;

    public bool Append(string name, byte[] data, int offset, int count)
    {
        if (usedBytes + count > capacityBytes)
            return false;
        records[name] = [.. records.GetValueOrDefault(name, []), .. data.AsSpan(offset, count)];
        usedBytes += count;
        return true;
    }

    public void Read(string name, int position, byte[] into, int offset, int count) =>
        records[name].AsSpan(position, count).CopyTo(into.AsSpan(offset));

    public void Delete(string name)
    {
        if (records.Remove(name, out var record))
            usedBytes -= record.Length;
    }
}
