namespace Fog.Firmware.Virtual.Boards;

/// <summary>How fast a board runs device images, and how that is known.</summary>
/// <param name="Board">Chip and clock.</param>
/// <param name="StepNanos">
/// One step of the executor's loop, on the computer that it was measured on. A step is the least that a unit of fuel
/// can cost: superinstructions, which do several units in one, are what a board may be faster by.
/// </param>
/// <param name="ReferenceCoreMark">CoreMark 1.0 of one core of that computer's class.</param>
/// <param name="BoardCoreMark">CoreMark 1.0 of one core of the board.</param>
/// <remarks>
/// Nobody has timed images on these boards yet: the rate is the measured time of a step, stretched by the ratio of two
/// CoreMark results. The self-test of Firmware/Device prints the rate of the board that it runs on; that is
/// the figure to put here.
/// </remarks>
public sealed record Calibration(string Board, double StepNanos, double ReferenceCoreMark, double BoardCoreMark)
{
    // A switch over twelve opcodes in nanoFramework's interpreter on a server's core.
    private const double InterpretedStepNanos = 156;

    // Intel i5-8250U, GCC 7.4, 64 bits: wasm3, docs/Performance.md.
    private const double ServerCoreMark = 19_145;

    /// <summary>504.85 a core: ESP32 Series Datasheet, "CPU and Memory".</summary>
    public static readonly Calibration Esp32 = new("ESP32 at 240 MHz", InterpretedStepNanos, ServerCoreMark, 504.85);

    /// <summary>613.86 a core: ESP32-S3 Series Datasheet, "CPU and Memory".</summary>
    public static readonly Calibration Esp32S3 = new("ESP32-S3 at 240 MHz", InterpretedStepNanos, ServerCoreMark, 613.86);

    public static IReadOnlyList<Calibration> Table { get; } = [Esp32, Esp32S3];

    /// <summary>To two digits, since more are not known.</summary>
    public int FuelPerSecond
    {
        get
        {
            var exact = 1e9 / (StepNanos * ReferenceCoreMark / BoardCoreMark);
            var unit = Math.Pow(10, Math.Floor(Math.Log10(exact)) - 1);
            return (int)(Math.Round(exact / unit) * unit);
        }
    }
}
