namespace Fog.Client;

/// <summary>
/// Marks a parameter of a fog function that no caller gives: it is what the function has put under the key
/// (<see cref="Invocation.StatePut"/>), as it stood when the call was accepted, the same for every voter. Zero, or empty, where
/// nothing is kept.
/// </summary>
/// <param name="key"><c>[a-z0-9-]{1,32}</c>; by default the parameter's name in lower case with hyphens.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class FogStateAttribute(string? key = null) : Attribute
{
    public string? Key { get; } = key;
}
