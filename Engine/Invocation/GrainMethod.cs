namespace Fog.Engine.Invocation;

/// <summary>What the engine knows of an interface method. The generator makes one per method.</summary>
public sealed class GrainMethod
{
    /// <param name="name">Interface and method, for people.</param>
    /// <param name="options">Its attributes.</param>
    /// <param name="responseTimeout">Its <see cref="ResponseTimeoutAttribute"/>, "hh:mm:ss"; null for the engine's.</param>
    public GrainMethod(string name, CallOptions options, string? responseTimeout)
    {
        Name = name;
        IsReadOnly = options.HasFlag(CallOptions.ReadOnly);
        IsAlwaysInterleave = options.HasFlag(CallOptions.AlwaysInterleave);
        ResponseTimeout = responseTimeout is null ? null : new ResponseTimeoutAttribute(responseTimeout).Timeout;
    }

    internal string Name { get; }

    internal bool IsReadOnly { get; }

    internal bool IsAlwaysInterleave { get; }

    internal TimeSpan? ResponseTimeout { get; }

    public override string ToString() => Name;
}

[Flags]
public enum CallOptions
{
    None = 0,
    ReadOnly = 1,
    AlwaysInterleave = 2,
}
