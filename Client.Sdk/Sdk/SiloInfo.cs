namespace Fog.Client;

/// <summary>The silo that a client is connected to.</summary>
/// <param name="Status"><c>up</c>.</param>
/// <param name="Hosts">Names of its fog hosts.</param>
public sealed record SiloInfo(string Status, string Site, int Clusters, int LiveDevices, IReadOnlyList<string> Hosts);
