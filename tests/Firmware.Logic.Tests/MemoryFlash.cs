using Fog.Firmware.Loader.Flash;
using Fog.Firmware.Logic.Flash;

namespace Fog.Firmware.Logic.Tests;

internal sealed class MemoryFlash : IFlash
{
    public Dictionary<string, byte[]> Records { get; } = [];

    public int CapacityBytes { get; set; } = int.MaxValue;

    public string[] Names() => [.. Records.Keys];

    public int Length(string name) => Records.TryGetValue(name, out var record) ? record.Length : -1;

    public bool Append(string name, byte[] data, int offset, int count)
    {
        if (Records.Values.Sum(r => (long)r.Length) + count > CapacityBytes)
            return false;
        Records[name] = [.. Records.GetValueOrDefault(name, []), .. data.AsSpan(offset, count)];
        return true;
    }

    public void Read(string name, int position, byte[] into, int offset, int count) =>
        Records[name].AsSpan(position, count).CopyTo(into.AsSpan(offset));

    public void Delete(string name) => Records.Remove(name);
}
