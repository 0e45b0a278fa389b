using Fog.Engine.Hosting;

namespace Fog.Silo.Host.Backups;

/// <summary>Backups of the embedded engine.</summary>
internal sealed class EmbeddedBackup(EngineBackup engine, FogHostOptions options) : SpooledBackup(options.Data)
{
    protected override void Write(Stream to) => engine.Write(to);
}
