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

    /// <summary>
    /// Publishes a text among the events of the site, under a name: an effect, that is, once for the call, when its result is
    /// decided; a call that fails has none. A call has 16 effects, of 4,096 bytes together (4, the name and 2 for each
    /// character of the text).
    /// </summary>
    /// <param name="stream"><c>[a-z0-9-]{1,32}</c>.</param>
    /// <exception cref="ArgumentException"><paramref name="stream"/> is no name.</exception>
    /// <exception cref="InvalidOperationException">More effects than a call may have, or outside of a call.</exception>
    public static void Emit(string stream, string text)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(text);
        Here.Take(new(InvocationEffectKind.Emit, stream, text));
    }

    /// <summary>
    /// Keeps a text under a key, for later calls of this function at this site, which take it as a parameter marked
    /// <see cref="FogStateAttribute"/>: an effect, within the same limits as <see cref="Emit"/>. This call does not see it.
    /// Of two calls that put the same key, the one that was accepted later counts.
    /// </summary>
    /// <param name="key"><c>[a-z0-9-]{1,32}</c>; a function keeps 32 of them.</param>
    /// <param name="text">The text itself for a parameter that is a string, JSON for any other; empty: as if nothing was kept.</param>
    /// <exception cref="ArgumentException"><paramref name="key"/> is no name.</exception>
    /// <exception cref="InvalidOperationException">More effects than a call may have, or outside of a call.</exception>
    public static void StatePut(string key, string text)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(text);
        Here.Take(new(InvocationEffectKind.StatePut, key, text));
    }

    /// <summary>
    /// Calls a function at this site when this call has its result, and does not wait for it: an effect, within the same limits
    /// as <see cref="Emit"/>. It runs as its manifest says, where this one was wanted, and for as long. All calls that follow
    /// from one are at most 64.
    /// </summary>
    /// <param name="function">Name of a deployed one, perhaps this.</param>
    /// <param name="argumentsJson">A JSON array.</param>
    /// <exception cref="ArgumentException"><paramref name="function"/> is no name.</exception>
    /// <exception cref="InvalidOperationException">More effects than a call may have, or outside of a call.</exception>
    public static void Call(string function, string argumentsJson)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(argumentsJson);
        Here.Take(new(InvocationEffectKind.Call, function, argumentsJson));
    }

    /// <summary>
    /// What a sensor of the device reads now. A function that asks is called on one device, which the call names
    /// (<see cref="CallOptions.Device"/>), and its result is that device's word: nobody else can vote on it.
    /// </summary>
    /// <param name="name"><c>[a-z0-9-]{1,32}</c>, as the device's owner has named it.</param>
    /// <returns>In the unit that the owner has chosen; NaN when the sensor cannot be read.</returns>
    /// <exception cref="KeyNotFoundException">The device has no such sensor.</exception>
    /// <exception cref="InvalidOperationException">Outside of a call.</exception>
    public static double Sensor(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Here.Sensor(name);
    }

    /// <summary>A good place to stop: a device whose time is nearly up puts the call off here rather than later.</summary>
    /// <exception cref="InvalidOperationException">Outside of a call.</exception>
    public static void Checkpoint() => _ = Here;

    /// <summary>Runs what follows on .NET as a call of its own, until it is disposed.</summary>
    /// <param name="now">Its timestamp, ms since 1970-01-01 UTC.</param>
    /// <param name="seed">Of its random numbers.</param>
    /// <param name="log">Takes its lines.</param>
    /// <param name="effect">Takes its effects, at once; a call that then fails has none.</param>
    /// <param name="sensor">Reads a sensor by its name; null for one that is not there.</param>
    public static IDisposable Begin(long now, long seed, Action<string>? log = null, Action<InvocationEffect>? effect = null, Func<string, double?>? sensor = null) =>
        Current.Value = new(now, seed, log, effect, sensor, Current.Value);

    private static Scope Here => Current.Value ?? throw new InvalidOperationException("Outside of a call: begin one with Invocation.Begin.");

    private sealed class Scope(long now, long seed, Action<string>? log, Action<InvocationEffect>? effect, Func<string, double?>? sensor, Scope? outer) : IDisposable
    {
        private ulong state = (ulong)seed;
        private int lines;
        private int effects;
        private int effectBytes = 2;

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

        public double Sensor(string name) => (InvocationEffect.IsName(name) ? sensor?.Invoke(name) : null) ?? throw new KeyNotFoundException("The device has no sensor of that name.");

        public void Take(InvocationEffect wanted)
        {
            if (!InvocationEffect.IsName(wanted.Name)) throw new ArgumentException($"'{wanted.Name}' is no name: use 1 to 32 of a-z, 0-9 and '-'.");
            effectBytes += 4 + wanted.Name.Length + (2 * wanted.Text.Length);
            if (++effects > InvocationEffect.CountMax || effectBytes > InvocationEffect.BytesMax) throw new InvalidOperationException("More effects than a call may have.");
            effect?.Invoke(wanted);
        }

        public void Dispose() => Current.Value = outer;
    }
}
