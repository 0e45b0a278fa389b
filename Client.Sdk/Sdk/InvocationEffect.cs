namespace Fog.Client;

/// <summary>What a function wants done once, when its result is decided.</summary>
/// <param name="Name">What it is done to, <c>[a-z0-9-]{1,32}</c>.</param>
public sealed record InvocationEffect(InvocationEffectKind Kind, string Name, string Text)
{
    internal const int CountMax = 16;
    internal const int BytesMax = 4096;
    private const int NameLengthMax = 32;

    internal static bool IsName(string name) =>
        name.Length is > 0 and <= NameLengthMax && name.All(static c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
}

public enum InvocationEffectKind
{
    /// <summary><see cref="Invocation.Emit"/>.</summary>
    Emit = 1,

    /// <summary><see cref="Invocation.StatePut"/>.</summary>
    StatePut = 2,

    /// <summary><see cref="Invocation.Call"/>.</summary>
    Call = 3,
}
