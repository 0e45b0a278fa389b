namespace Fog.Firmware.Virtual.Boards;

/// <summary>The hardware that a virtual device models. Each number's origin stands beside it.</summary>
/// <remarks>Times are by the site's clock; currents are at <see cref="SupplyVolts"/>, of the module without a board's regulator and LEDs.</remarks>
public sealed record Board
{
    /// <summary>ESP32-WROOM-32 with 4 MB of flash: the defaults.</summary>
    public static readonly Board Esp32 = new();

    /// <summary>ESP32-S3-WROOM-1: a faster core; 7 µA in deep sleep with RTC memory (ESP32-S3 Series Datasheet, "Current Consumption").</summary>
    public static readonly Board Esp32S3 = new() { Name = "esp32-s3", FuelPerSecond = Calibration.Esp32S3.FuelPerSecond, DeepSleepMilliamps = 0.007 };

    /// <summary>
    /// No board that can be bought: twelve times as fast as <see cref="Esp32"/>, at once in its network, its flash without
    /// delay, its clock the site's. For demonstrations and tests whose subject is not the board.
    /// </summary>
    public static readonly Board Ideal = new()
    {
        Name = "ideal",
        FuelPerSecond = 2_000_000,
        FirmwareHeapBytes = 6 * 1024,
        Association = TimeSpan.Zero,
        SectorErase = TimeSpan.Zero,
        PageProgram = TimeSpan.Zero,
        ClockDriftPpmMax = 0,
    };

    public static IReadOnlyList<Board> All { get; } = [Esp32, Esp32S3, Ideal];

    public string Name { get; init; } = "esp32";

    /// <summary>Executing takes fuel over rate, however fast the host is. See <see cref="Calibration"/>.</summary>
    public int FuelPerSecond { get; init; } = Calibration.Esp32.FuelPerSecond;

    /// <summary>Managed heap of nanoFramework's runtime. Default 100 KB, what the design allows for on a module without PSRAM.</summary>
    public int HeapBytes { get; init; } = 100 * 1024;

    /// <summary>
    /// Managed heap that a function cannot have: 6 KB the runtime after start (measured on nanoFramework's interpreter),
    /// and the slot that runs, whose bytes stay on the heap, at its limit of 32 KB.
    /// </summary>
    public int FirmwareHeapBytes { get; init; } = (6 + 32) * 1024;

    /// <summary>RTC memory for what is known over deep sleep; larger state goes to flash. Default 8 KB of RTC slow memory (ESP32 Series Datasheet, "CPU and Memory").</summary>
    /// <remarks>nanoFramework gives managed code no way to it, so firmware built with that lives with 0: every change is a write to flash.</remarks>
    public int RtcMemoryBytes { get; init; } = 8 * 1024;

    /// <summary>Flash for two firmware slots, images, arguments, results and state. Default 256 KB: littlefs of the stock partitions.</summary>
    public int FlashBytes { get; init; } = 256 * 1024;

    /// <summary>Erasing a sector of 4 KB. Default 45 ms, at most 400 ms (Winbond W25Q32JV datasheet, "AC Electrical Characteristics").</summary>
    public TimeSpan SectorErase { get; init; } = TimeSpan.FromMilliseconds(45);

    /// <summary>Programming a page of 256 bytes. Default 0.4 ms, at most 3 ms (likewise).</summary>
    public TimeSpan PageProgram { get; init; } = TimeSpan.FromMilliseconds(0.4);

    /// <summary>How often a sector can be erased before it is worn out. Default 100,000 (Winbond W25Q32JV datasheet, "Features").</summary>
    public int EraseCyclesMax { get; init; } = 100_000;

    /// <summary>
    /// To associate with the access point, at the start of every connection. Default 800 ms: 120 ms to find it on a known
    /// channel and up to 700 ms for WPA2, with a fixed address (measured on an ESP32 at 240 MHz: Espressif's forum, topic 8942).
    /// </summary>
    public TimeSpan Association { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>
    /// Each device's clock is off by its own constant up to this, in parts per million, either way. Default 22,000: 20
    /// minutes in 15 hours of deep sleep on the internal 150 kHz oscillator (arduino-esp32, issue 7084).
    /// </summary>
    public double ClockDriftPpmMax { get; init; } = 22_000;

    public double SupplyVolts { get; init; } = 3.3;

    /// <summary>RTC timer and RTC memory only. Default 10 µA (ESP32 Series Datasheet, "Power Consumption by Power Modes").</summary>
    public double DeepSleepMilliamps { get; init; } = 0.010;

    /// <summary>Awake, radio off, CPU waiting. Default 30 mA: modem sleep at 240 MHz takes 30 to 68 mA (likewise).</summary>
    public double CpuIdleMilliamps { get; init; } = 30;

    /// <summary>Awake, radio off, CPU busy. Default 68 mA (likewise).</summary>
    public double CpuBusyMilliamps { get; init; } = 68;

    /// <summary>Radio listening, CPU waiting. Default 100 mA (ESP32 Series Datasheet, "RF Power Consumption": 95 to 100 mA).</summary>
    public double ListenMilliamps { get; init; } = 100;

    /// <summary>While it sends. Default 240 mA: 802.11b, 1 Mbit/s, 19.5 dBm (likewise).</summary>
    public double TransmitMilliamps { get; init; } = 240;

    /// <summary>Default 1 Mbit/s, at which <see cref="TransmitMilliamps"/> is rated.</summary>
    public int TransmitBitsPerSecond { get; init; } = 1_000_000;

    /// <summary>Beside the CPU's, while flash is written. Default 20 mA, at most 25 (Winbond W25Q32JV datasheet, "DC Electrical Characteristics").</summary>
    public double FlashWriteMilliamps { get; init; } = 20;

    internal int FunctionHeapBytes => HeapBytes - FirmwareHeapBytes;

    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    internal void Check()
    {
        if (FuelPerSecond < 1 || FunctionHeapBytes < 1 || FirmwareHeapBytes < 0 || TransmitBitsPerSecond < 1 || EraseCyclesMax < 1)
            throw new ArgumentException($"Board {Name}: rates, cycles and what is left of the heap are positive.");
        if (FlashBytes < FlashModel.SectorBytes || RtcMemoryBytes < 0)
            throw new ArgumentException($"Board {Name}: flash has a sector of {FlashModel.SectorBytes} bytes at least, RTC memory no less than none.");
        if (SectorErase < TimeSpan.Zero || PageProgram < TimeSpan.Zero || Association < TimeSpan.Zero)
            throw new ArgumentException($"Board {Name}: times are not negative.");
        double[] draws = [DeepSleepMilliamps, CpuIdleMilliamps, FlashWriteMilliamps, SupplyVolts];
        if (draws.Any(d => !(d >= 0)) || !(CpuBusyMilliamps >= CpuIdleMilliamps) || !(ListenMilliamps >= CpuIdleMilliamps) || !(TransmitMilliamps >= ListenMilliamps))
            throw new ArgumentException($"Board {Name}: currents are not negative, and working takes no less than waiting.");
        if (!(ClockDriftPpmMax >= 0 && ClockDriftPpmMax < 1e6))
            throw new ArgumentException($"Board {Name}: a clock drifts by 0 to less than 1,000,000 parts per million.");
    }
}
