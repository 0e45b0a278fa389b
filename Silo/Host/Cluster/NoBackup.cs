using Fog.Silo.Gateway.Backups;

namespace Fog.Silo.Host;

/// <summary>A state that is not the silo's to back up; says whose.</summary>
internal sealed class NoBackup(string why) : IStateBackup
{
    public Task<TakenBackup> Take(CancellationToken cancel) => throw new BackupUnavailableException(why);
}
