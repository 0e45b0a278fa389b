namespace Fog.Client;

/// <summary>Marks a static method as a fog function: it is compiled to WebAssembly and can be deployed and invoked by name.</summary>
/// <param name="name">
/// <c>[a-z0-9-]{1,32}</c>; by default the method's name in lower case with hyphens: <c>ArcDistance</c> becomes
/// <c>arc-distance</c>.
/// </param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FogFunctionAttribute(string? name = null) : Attribute
{
    public string? Name { get; } = name;

    /// <summary>For people, 1 to 32 characters.</summary>
    public string Version { get; set; } = "1";

    /// <summary>Seats of a vote unless the call says otherwise: odd, 1 to 7.</summary>
    public int Replicas { get; set; } = 5;

    /// <summary>Fuel of one call: one unit an instruction.</summary>
    public long FuelMax { get; set; } = 10_000_000;

    /// <summary>Linear memory of one call, in bytes, in pages of 65,536.</summary>
    public int MemoryBytesMax { get; set; } = 65_536;

    /// <summary>Calls that may be open at once, 1 to 1,000.</summary>
    public int CallDepthMax { get; set; } = 64;
}
