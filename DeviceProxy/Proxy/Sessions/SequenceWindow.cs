namespace Fog.DeviceProxy.Proxy.Sessions;

/// <summary>Which sequence numbers of one direction were seen: the highest, and the 63 below it.</summary>
internal struct SequenceWindow
{
    private const int Size = 64;

    /// <summary>Number of the next that would be the highest, and so 0 at first. Bit n of <see cref="seen"/> is number <c>end − 1 − n</c>.</summary>
    private ulong end;
    private ulong seen;

    public readonly Drop Check(uint sequence)
    {
        if (sequence >= end)
            return Drop.None;
        ulong below = end - 1 - sequence;
        return below >= Size ? Drop.OutOfWindow
            : (seen >> (int)below & 1) == 1 ? Drop.Replayed
            : Drop.None;
    }

    /// <summary>Marks a number that <see cref="Check"/> let pass.</summary>
    public void Accept(uint sequence)
    {
        if (sequence < end)
        {
            seen |= 1UL << (int)(end - 1 - sequence);
            return;
        }

        ulong advance = sequence + 1UL - end;
        seen = (advance >= Size ? 0 : seen << (int)advance) | 1;
        end = sequence + 1UL;
    }
}
