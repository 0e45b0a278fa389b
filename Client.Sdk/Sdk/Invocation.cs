namespace Fog.Client;

/// <summary>What a function may ask of the call that runs it: the same for every voter.</summary>
/// <remarks>
/// In a compiled function these are imports of module <c>fog</c>. On .NET they are the reference of that, within
/// <see cref="Begin"/>.
/// </remarks>
public static class Invocation
{
    private const int LineLengthMax = 200;
    private const int LinesMax = 8;

    private static readonly AsyncLocal<Scope?> Current = new();

    /// <summary>When the call was accepted, ms since 1970-01-01 UTC.</summary>
    /// <exception cref="InvalidOperationException">Outside of a call.</exception>
    public static long Now => Here.Now;

    /// <summary>The next of the call's random numbers, of all 64 bits (SplitMix64). Not for secrets.</summary>
    /// <exception cref="InvalidOperationException">Outside of a call.</exception>
    public static long Random() => Here.Random();

    /// <summary>
    /// A line for people, in the log of the site: no part of the result. 200 characters and 8 lines a call; what is more is
    /// cut and dropped, and a site takes 8 lines a minute of a node.
    /// </summary>
    /// <exception cref="InvalidOperationException">Outside of a call.</exception>
    public static void Log(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Here.Log(text);
    }

    /// <summary>A good place to stop: a device whose time is nearly up puts the call off here rather than later.</summary>
    /// <exception cref="InvalidOperationException">Outside of a call.</exception>
    public static void Checkpoint() => _ = Here;

    /// <summary>Runs what follows on .NET as a call of its own, until it is disposed.</summary>
    /// <param name="now">Its timestamp, ms since 1970-01-01 UTC.</param>
    /// <param name="seed">Of its random numbers.</param>
    /// <param name="log">Takes its lines.</param>
    public static IDisposable Begin(long now, long seed, Action<string>? log = null) => Current.Value = new(now, seed, log, Current.Value);

    private static Scope Here => Current.Value ?? throw new InvalidOperationException("Outside of a call: begin one with Invocation.Begin.");

    private sealed class Scope(long now, long seed, Action<string>? log, Scope? outer) : IDisposable
    {
        private ulong state = (ulong)seed;
        private int lines;

        public long Now => now;

        public long Random()
        {
            state += 0x9E3779B97F4A7C15;
            var z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return (long)(z ^ (z >> 31));
        }

        public void Log(string text)
        {
            if (lines++ >= LinesMax) return;
            var line = text.Length <= LineLengthMax ? text : text[..LineLengthMax];
            log?.Invoke(string.Concat(line.Select(c => char.IsSurrogate(c) ? '\uFFFD' : c)));
        }

        public void Dispose() => Current.Value = outer;
    }
}
