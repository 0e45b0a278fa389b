using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.TestingHost;

namespace Fog.Engine.Contracts.Tests.Clusters;

/// <summary>The grains of this suite on one silo of Microsoft Orleans in this process, with storage and reminders that outlive restarts.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly Gate _gate;
    private readonly Disk _disk = new();
    private readonly ReminderDisk _reminders = new();
    private InProcessTestCluster _cluster = null!;

    private Cluster(Gate gate) => _gate = gate;

    public IGrainFactory Grains => _cluster.Client;

    public static async Task<Cluster> Start(Gate gate)
    {
        var cluster = new Cluster(gate);
        await cluster.Start();
        return cluster;
    }

    /// <summary>Stops with every grain told, and starts on what was stored.</summary>
    public async Task Restart()
    {
        await DisposeAsync();
        await Start();
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }

    private async Task Start()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(_gate);
            silo.Services.AddKeyedSingleton<IGrainStorage>("Default", _disk);
            silo.Services.AddSingleton<IGrainStorage>(_disk);
            silo.Services.AddKeyedSingleton<IGrainStorage>("PubSubStore", _disk);
            silo.AddReminders();
            silo.Services.AddSingleton<IReminderTable>(_reminders);
            silo.AddMemoryStreams(FeedGrain.Provider);
            silo.AddIncomingGrainCallFilter<OuterFilter>();
            silo.AddIncomingGrainCallFilter<InnerFilter>();
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    /// <summary>States by reference: whoever reads gets what was written last.</summary>
    private sealed class Disk : IGrainStorage
    {
        private readonly ConcurrentDictionary<(string Name, GrainId Grain), (object State, string Etag)> _records = new();

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            (grainState.State, grainState.ETag, grainState.RecordExists) = _records.TryGetValue((stateName, grainId), out var record)
                ? ((T)record.State, record.Etag, true)
                : (Activator.CreateInstance<T>(), null, false);
            return Task.CompletedTask;
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            Check(stateName, grainId, grainState.ETag);
            grainState.ETag = Guid.NewGuid().ToString();
            grainState.RecordExists = true;
            _records[(stateName, grainId)] = (grainState.State!, grainState.ETag);
            return Task.CompletedTask;
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            Check(stateName, grainId, grainState.ETag);
            _records.TryRemove((stateName, grainId), out _);
            (grainState.State, grainState.ETag, grainState.RecordExists) = (Activator.CreateInstance<T>(), null, false);
            return Task.CompletedTask;
        }

        private void Check(string stateName, GrainId grainId, string? etag)
        {
            string? stored = _records.TryGetValue((stateName, grainId), out var record) ? record.Etag : null;
            if (stored != etag)
            {
                throw new InconsistentStateException("The record changed.", stored, etag);
            }
        }
    }

    private sealed class ReminderDisk : IReminderTable
    {
        private readonly ConcurrentDictionary<(GrainId, string), ReminderEntry> _entries = new();

        public Task<ReminderTableData> ReadRows(GrainId grainId) => Task.FromResult(new ReminderTableData(_entries.Values.Where(e => e.GrainId == grainId)));

        public Task<ReminderTableData> ReadRows(uint begin, uint end) => Task.FromResult(new ReminderTableData(_entries.Values.Where(e =>
        {
            uint hash = e.GrainId.GetUniformHashCode();
            return begin < end ? hash > begin && hash <= end : hash > begin || hash <= end;
        })));

        public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) => Task.FromResult(_entries.GetValueOrDefault((grainId, reminderName)));

        public Task<string?> UpsertRow(ReminderEntry entry)
        {
            entry.ETag = Guid.NewGuid().ToString();
            _entries[(entry.GrainId, entry.ReminderName)] = entry;
            return Task.FromResult<string?>(entry.ETag);
        }

        public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) => Task.FromResult(
            _entries.TryGetValue((grainId, reminderName), out var entry) && entry.ETag == eTag && _entries.TryRemove((grainId, reminderName), out _));

        public Task TestOnlyClearTable()
        {
            _entries.Clear();
            return Task.CompletedTask;
        }
    }
}
