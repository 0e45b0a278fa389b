namespace Fog.DeviceProxy.Mqtt.Broker;

/// <summary>Where a broker keeps what is to outlive its process: sessions with an expiry, what waits or is in flight in them, and retained messages.</summary>
public interface ISessionStore
{
    /// <summary>All records, in any order. Called once, before the first <see cref="WriteAsync"/>.</summary>
    IEnumerable<SessionRecord> ReadAll();

    /// <summary>
    /// Completes when all changes are durable; if it fails, none of them is. The broker writes one batch at a
    /// time; one that failed comes again, with what has changed meanwhile, within some seconds.
    /// </summary>
    Task WriteAsync(IReadOnlyList<SessionRecord> changes);
}

/// <summary>A record, named by two texts.</summary>
/// <param name="Group">At most 13 bytes and a client identifier.</param>
/// <param name="Name">At most 65,535 bytes of UTF-8.</param>
/// <param name="Body">As docs/mqtt.md, "What is stored", has it; null removes the record.</param>
public readonly record struct SessionRecord(string Group, string Name, byte[]? Body);

/// <summary>A stored record that this version cannot read. The message names it.</summary>
public sealed class UnreadableSessionException(SessionRecord record, string why)
    : Exception($"The stored MQTT record '{record.Group}' '{record.Name}' cannot be read: {why}.");
