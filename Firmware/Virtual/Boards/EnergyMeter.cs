namespace Fog.Firmware.Virtual.Boards;

/// <summary>Charge that a device has drawn: each state's current over the time spent in it.</summary>
/// <remarks>The radio's state and the CPU's are independent: what the radio adds to a waiting CPU it adds to a busy one.</remarks>
internal sealed class EnergyMeter(Board board, TimeProvider clock)
{
    // Of a publication beside its payload: 802.11, IP, TCP and MQTT headers.
    private const int FrameBytes = 100;

    private long since = clock.GetTimestamp();
    private double milliampSeconds;
    private bool awake;
    private bool radio;
    private bool busy;
    private bool writing;

    public double MilliampHours => Settled() / 3600;

    public double Joules => Settled() / 1000 * board.SupplyVolts;

    public bool Awake { set => Change(ref awake, value); }

    /// <summary>Listening, from the start of association to the end of the connection.</summary>
    public bool Radio { set => Change(ref radio, value); }

    /// <summary>Executing a function.</summary>
    public bool Busy { set => Change(ref busy, value); }

    public bool WritesFlash { set => Change(ref writing, value); }

    /// <summary>One message on the air.</summary>
    public void Send(int payloadBytes) =>
        milliampSeconds += (board.TransmitMilliamps - board.ListenMilliamps) * (payloadBytes + FrameBytes) * 8 / board.TransmitBitsPerSecond;

    /// <summary>All of it ends with power.</summary>
    public void SwitchOff()
    {
        Settled();
        (awake, radio, busy, writing) = (false, false, false, false);
    }

    private void Change(ref bool state, bool value)
    {
        Settled();
        state = value;
    }

    private double Settled()
    {
        var now = clock.GetTimestamp();
        milliampSeconds += Milliamps() * clock.GetElapsedTime(since, now).TotalSeconds;
        since = now;
        return milliampSeconds;
    }

    private double Milliamps() => !awake
        ? board.DeepSleepMilliamps
        : (busy ? board.CpuBusyMilliamps : board.CpuIdleMilliamps)
            + (radio ? board.ListenMilliamps - board.CpuIdleMilliamps : 0)
            + (writing ? board.FlashWriteMilliamps : 0);
}
