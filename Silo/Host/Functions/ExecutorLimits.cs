namespace Fog.Silo.Host.Functions;

/// <summary>Bounds of the function executor.</summary>
internal static class ExecutorLimits
{
    /// <summary>Runs admitted for each core that runs them: the others wait for their turn, on stacks of their own.</summary>
    public const int RunsPerCore = 8;

    /// <summary>Compiled modules kept, the least recently used goes first.</summary>
    public const int CachedModulesMax = 64;

    /// <summary>Stack reserved for one run, in bytes; what could take more runs on the portable executor.</summary>
    public const int StackBytesMax = 256 << 20;

    /// <summary>Fuel between two looks at cancellation and clock: well below a millisecond of compiled code, some milliseconds of the portable executor's.</summary>
    public const long FuelQuantum = 200_000;

    /// <summary>A new run's first turn until arrivals have been seen (SFS, design of short functions first).</summary>
    public static readonly TimeSpan FirstTurn = TimeSpan.FromMilliseconds(20);

    /// <summary>The shortest first turn, and every later one.</summary>
    public static readonly TimeSpan ShortestTurn = TimeSpan.FromMilliseconds(6);

    /// <summary>The longest first turn.</summary>
    public static readonly TimeSpan LongestTurn = TimeSpan.FromMilliseconds(100);

    /// <summary>Arrivals over whose mean distance the first turn is chosen.</summary>
    public const int ArrivalsObserved = 200;

    /// <summary>First turns in a row while later ones wait.</summary>
    public const int FirstTurnsInARow = 4;
}
