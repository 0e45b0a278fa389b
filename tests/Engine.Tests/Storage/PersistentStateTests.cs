using System.Collections.Immutable;
using Fog.Engine.Hosting;
using Fog.Engine.Storage;
using Fog.Engine.Tests.Runtime;
using Orleans.Storage;

namespace Fog.Engine.Tests.Storage;

public sealed record Ledger
{
    public int Total { get; init; }

    public ImmutableArray<byte> Key { get; init; }

    public ReadOnlyMemory<byte> Seal { get; init; }

    public ImmutableArray<Entry> Entries { get; init; } = [];

    public double Worst { get; init; }
}

public sealed record Entry(string Name, TimeSpan Time, DateTimeOffset? At);

public sealed record Unborn(int Needed);

public interface ILedgerGrain : IGrainWithStringKey
{
    Task<int> Add(int amount);

    Task<int> AddWithoutWriting(int amount);

    Task WriteAll();

    Task<Ledger> Read();

    Task<(string? Etag, bool Exists)> Version();

    Task Clear();

    Task SpoilEtag();

    Task<int> Other();
}

public sealed class LedgerGrain(
    [PersistentState("ledger", "fog")] IPersistentState<Ledger> ledger,
    [PersistentState("other")] IPersistentState<int> other) : Grain, ILedgerGrain
{
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Assert.NotNull(ledger.State); // It is read by now.
        return Task.CompletedTask;
    }

    public async Task<int> Add(int amount)
    {
        ledger.State = ledger.State with { Total = ledger.State.Total + amount };
        await ledger.WriteStateAsync();
        other.State++;
        await other.WriteStateAsync();
        return ledger.State.Total;
    }

    public Task<int> AddWithoutWriting(int amount)
    {
        ledger.State = ledger.State with { Total = ledger.State.Total + amount };
        return Task.FromResult(ledger.State.Total);
    }

    public Task WriteAll()
    {
        ledger.State = new Ledger
        {
            Total = 1,
            Key = [0, 1, 254, 255],
            Seal = new byte[] { 7, 8 },
            Entries = [new("a", TimeSpan.FromSeconds(1.5), DateTimeOffset.UnixEpoch), new("b", TimeSpan.Zero, null)],
            Worst = double.NaN,
        };
        return ledger.WriteStateAsync();
    }

    public Task<Ledger> Read() => Task.FromResult(ledger.State);

    public Task<(string? Etag, bool Exists)> Version() => Task.FromResult((ledger.Etag, ledger.RecordExists));

    public Task Clear() => ledger.ClearStateAsync();

    /// <summary>Writes behind the back of this activation's own state, by its store.</summary>
    public Task SpoilEtag()
    {
        var store = (IRecordStore)ServiceProvider.GetService(typeof(IRecordStore))!;
        var key = new RecordKey(RecordKind.State, this.GetGrainId().ToString(), "ledger");
        store.Commit([new RecordWrite(key, store.Read(key)?.Version, "{\"Total\":1000}"u8.ToArray())]);
        return Task.CompletedTask;
    }

    public Task<int> Other() => Task.FromResult(other.State);
}

public interface IUnbornGrain : IGrainWithStringKey
{
    Task Use();
}

public sealed class UnbornGrain([PersistentState("s")] IPersistentState<Unborn> state) : Grain, IUnbornGrain
{
    public Task Use() => Task.FromResult(state);
}

public sealed class PersistentStateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fog-state-").FullName;
    private readonly List<IDisposable> _stores = [];

    public static TheoryData<bool> Stores => [false, true];

    public void Dispose()
    {
        _stores.ForEach(static store => store.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    private Task<EngineHost> Start(bool file)
    {
        IRecordStore store = file ? SqliteRecordStore.Open(Path.Combine(_folder, "fog.db")) : new MemoryRecordStore();
        _stores.Add(store);
        return EngineHost.StartAsync(
            options =>
            {
                options.AddGrain<LedgerGrain>().AddGrain<UnbornGrain>();
                options.Store = store;
            },
            services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton(services, store));
    }

    private static ILedgerGrain Grain(EngineHost host) => host.GrainFactory.GetGrain<ILedgerGrain>("a");

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Written_state_survives_restarts_and_crashes(bool file)
    {
        await using var host = await Start(file);
        Assert.Equal((null, false), await Grain(host).Version());
        Assert.Equal(3, await Grain(host).Add(3));
        await host.CrashAsync();
        Assert.Equal(7, await Grain(host).Add(4));
        await host.RestartAsync();
        Assert.Equal(7, (await Grain(host).Read()).Total);
        Assert.Equal(2, await Grain(host).Other());
        Assert.True((await Grain(host).Version()).Exists);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task State_that_was_not_written_does_not_survive(bool file)
    {
        await using var host = await Start(file);
        await Grain(host).Add(3);
        Assert.Equal(8, await Grain(host).AddWithoutWriting(5));
        await host.RestartAsync();
        Assert.Equal(3, (await Grain(host).Read()).Total);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Bytes_lists_times_and_odd_numbers_come_back_as_they_were(bool file)
    {
        await using var host = await Start(file);
        await Grain(host).WriteAll();
        await host.RestartAsync();
        var read = await Grain(host).Read();
        Assert.Equal([0, 1, 254, 255], read.Key.ToArray());
        Assert.Equal([7, 8], read.Seal.ToArray());
        Assert.Equal([new("a", TimeSpan.FromSeconds(1.5), DateTimeOffset.UnixEpoch), new Entry("b", TimeSpan.Zero, null)], read.Entries.ToArray());
        Assert.True(double.IsNaN(read.Worst));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_write_over_a_version_it_has_not_seen_is_refused_until_it_reads(bool file)
    {
        await using var host = await Start(file);
        await Grain(host).Add(1);
        await Grain(host).SpoilEtag();
        var conflict = await Assert.ThrowsAsync<InconsistentStateException>(() => Grain(host).Add(1)).Come("the refusal");
        Assert.NotEqual(conflict.StoredEtag, conflict.CurrentEtag);
        Assert.NotNull(conflict.StoredEtag);
        Assert.Equal(1001, await Grain(host).Add(1)); // By the next activation, which has read it.
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_first_write_is_refused_when_somebody_was_faster(bool file)
    {
        await using var host = await Start(file);
        await Grain(host).Version();
        await Grain(host).SpoilEtag();
        var conflict = await Assert.ThrowsAsync<InconsistentStateException>(() => Grain(host).Add(1)).Come("the refusal");
        Assert.Null(conflict.CurrentEtag);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Cleared_state_is_new_and_its_etag_never_comes_again(bool file)
    {
        await using var host = await Start(file);
        await Grain(host).Add(1);
        var (before, _) = await Grain(host).Version();
        await Grain(host).Clear();
        await Grain(host).Clear(); // Nothing to clear is no conflict.
        Assert.Equal(new Ledger().Total, (await Grain(host).Read()).Total);
        Assert.Equal((null, false), await Grain(host).Version());
        Assert.Equal(2, await Grain(host).Add(2));
        Assert.NotEqual(before, (await Grain(host).Version()).Etag);
    }

    [Fact]
    public async Task A_state_without_parameterless_constructor_is_refused_by_name()
    {
        await using var host = await Start(file: false);
        Assert.Contains(nameof(Unborn), (await Assert.ThrowsAsync<ArgumentException>(() => host.GrainFactory.GetGrain<IUnbornGrain>("a").Use())).Message);
    }

    [Fact]
    public async Task Stored_state_that_no_longer_fits_fails_its_grain_by_name()
    {
        await using var host = await Start(file: false);
        var store = (IRecordStore)_stores[0];
        var key = new RecordKey(RecordKind.State, "ledger/a", "ledger");
        store.Commit([new RecordWrite(key, null, "{\"Total\":\"many\"}"u8.ToArray())]);
        var failure = await Assert.ThrowsAsync<UnreadableStateException>(() => Grain(host).Read()).Come("the failure");
        Assert.Contains("'ledger' of ledger/a", failure.Message);
    }
}
