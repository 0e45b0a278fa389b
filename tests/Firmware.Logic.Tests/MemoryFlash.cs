using Fog.Firmware.Loader.Flash;

namespace Fog.Firmware.Logic.Tests;

/// <summary>Flash whose power can be made to fail at any write or deletion.</summary>
internal sealed class MemoryFlash : IFlash
{
    public Dictionary<string, byte[]> Records { get; } = [];

    /// <summary>What belongs to work: no firmware, no boot record.</summary>
    public IEnumerable<string> Work => Records.Keys.Where(name => name[0] is 'b' or 'r');

    public int CapacityBytes { get; set; } = int.MaxValue;

    /// <summary>Writes and deletions so far.</summary>
    public int Steps { get; private set; }

    /// <summary>The step at which the power fails; it fails once.</summary>
    public int FailsAt { get; set; } = -1;

    public PowerFailure Failure { get; set; }

    public string[] Names() => [.. Records.Keys];

    public int Length(string name) => Records.TryGetValue(name, out var record) ? record.Length : -1;

    public bool Append(string name, byte[] data, int offset, int count)
    {
        if (Records.Values.Sum(r => (long)r.Length) + count > CapacityBytes)
            return false;
        byte[] written = [.. data.AsSpan(offset, count)];
        bool fails = ++Steps == FailsAt;
        if (fails && Failure == PowerFailure.Half)
            written = written[..(count / 2)];
        else if (fails && Failure == PowerFailure.Unwritten)
            written.AsSpan(count / 2).Fill(0xff);
        if (!fails || Failure != PowerFailure.Before)
            Records[name] = [.. Records.GetValueOrDefault(name, []), .. written];
        return fails ? throw new PowerLostException() : true;
    }

    public void Read(string name, int position, byte[] into, int offset, int count) =>
        Records[name].AsSpan(position, count).CopyTo(into.AsSpan(offset));

    public void Delete(string name)
    {
        bool fails = ++Steps == FailsAt;
        if (!fails || Failure != PowerFailure.Before)
            Records.Remove(name);
        if (fails)
            throw new PowerLostException();
    }
}

/// <summary>What is there of a write during which the power failed.</summary>
public enum PowerFailure
{
    /// <summary>Nothing.</summary>
    Before,

    /// <summary>Its first half.</summary>
    Half,

    /// <summary>Its first half, and flash that was erased but not written after it.</summary>
    Unwritten,

    /// <summary>All of it.</summary>
    After,
}

internal sealed class PowerLostException : Exception;
