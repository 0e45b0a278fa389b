namespace Fog.Engine.Invocation;

/// <summary>What the engine knows of an interface method. The generator makes one per method.</summary>
public sealed class GrainMethod
{
    /// <param name="interfaceName">Full name of the interface; empty for what the engine itself sends.</param>
    /// <param name="methodName">Name of the method.</param>
    /// <param name="options">Its attributes.</param>
    /// <param name="responseTimeout">Its <see cref="ResponseTimeoutAttribute"/>, "hh:mm:ss"; null for the engine's.</param>
    public GrainMethod(string interfaceName, string methodName, CallOptions options, string? responseTimeout)
    {
        InterfaceName = interfaceName;
        MethodName = methodName;
        IsReadOnly = options.HasFlag(CallOptions.ReadOnly);
        IsAlwaysInterleave = options.HasFlag(CallOptions.AlwaysInterleave);
        ResponseTimeout = responseTimeout is null ? null : new ResponseTimeoutAttribute(responseTimeout).Timeout;
    }

    internal string InterfaceName { get; }

    internal string MethodName { get; }

    internal bool IsReadOnly { get; }

    internal bool IsAlwaysInterleave { get; }

    internal TimeSpan? ResponseTimeout { get; }

    public override string ToString() => InterfaceName.Length == 0 ? MethodName : $"{InterfaceName[(InterfaceName.LastIndexOf('.') + 1)..]}.{MethodName}";
}

[Flags]
public enum CallOptions
{
    None = 0,
    ReadOnly = 1,
    AlwaysInterleave = 2,
}
