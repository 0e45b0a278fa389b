namespace Fog.Client;

/// <summary>A device as its cluster sees it.</summary>
/// <param name="Cluster">Null while it waits for one; what only a cluster knows is null then.</param>
/// <param name="Presence"><c>new</c>, <c>awake</c>, <c>sleeping</c>, <c>overdue</c> or <c>lost</c>.</param>
/// <param name="VotesAgainst">Its votes that differed from a majority's.</param>
/// <param name="Revoked">It is shut out until it is enrolled anew.</param>
public sealed record DeviceInfo(
    string Name,
    string? Cluster,
    bool Leader,
    string? Presence,
    double? PeriodSeconds,
    double? DutyPercent,
    DateTimeOffset? LastConnection,
    DateTimeOffset? NextWake,
    int VotesFor,
    int VotesAgainst,
    bool Revoked = false);

/// <summary>A device as its own mirror in the fog knows it.</summary>
/// <param name="Firmware">major.minor.patch.</param>
/// <param name="Mail">Tasks and notices that wait for it.</param>
/// <param name="ObservedSeconds">Time that its energy reports cover.</param>
public sealed record DeviceDetail(
    string Name,
    string? Cluster,
    bool Leader,
    string Presence,
    double PeriodSeconds,
    double DutyPercent,
    string Firmware,
    int BatteryMillivolts,
    DateTimeOffset? LastSeen,
    DateTimeOffset? NextWake,
    int Mail,
    double ObservedSeconds,
    double Coulombs,
    double Joules,
    double AlwaysOnJoules);

/// <summary>A device's identity.</summary>
/// <param name="Key">32 bytes in base64: a secret for the device alone.</param>
public sealed record Enrolment(string Site, string Name, string Key)
{
    /// <summary>Without the key.</summary>
    public override string ToString() => $"{Site}/{Name}";
}
