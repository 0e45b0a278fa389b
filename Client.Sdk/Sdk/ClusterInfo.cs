namespace Fog.Client;

/// <summary>A group of devices that vote together.</summary>
/// <param name="Term">Election term of its leader.</param>
public sealed record ClusterInfo(string Name, uint Term, string? Leader, IReadOnlyList<string> Members, int OpenVotes);
