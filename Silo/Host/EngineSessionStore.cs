using Fog.DeviceProxy.Mqtt.Broker;
using Fog.Engine.Hosting;
using Microsoft.Extensions.Logging;

namespace Fog.Silo.Host;

/// <summary>The broker's sessions among the engine's records: one file, one group commit, one backup.</summary>
/// <param name="records">Asked for when they are needed: the file is opened, and its trouble named, when the silo starts and not while it is composed.</param>
internal sealed partial class EngineSessionStore(Func<EngineRecords> records, ILogger<EngineSessionStore> logger) : ISessionStore
{
    public IEnumerable<SessionRecord> ReadAll() => records().ReadAll().Select(static record => new SessionRecord(record.Owner, record.Name, record.Body));

    public async Task WriteAsync(IReadOnlyList<SessionRecord> changes)
    {
        try
        {
            await records().Write(changes.Select(static change => new HostRecord(change.Group, change.Name, change.Body)));
        }
        catch (Exception e)
        {
            LogRefused(changes.Count, e.Message);
            throw;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The broker's sessions cannot be stored ({Count} changes wait; they are tried again, and nothing of them is acknowledged): {Why}")]
    private partial void LogRefused(int count, string why);
}
