using Orleans.Storage;

namespace Fog.Engine.Contracts.Tests;

[GenerateSerializer, Immutable, Alias("contracts.Ledger")]
public sealed record Ledger
{
    [Id(0)]
    public int Total { get; init; }
}

public interface ILedgerGrain : IGrainWithStringKey
{
    Task<int> Add(int amount);

    Task<int> AddWithoutWriting(int amount);

    Task<int> Total();

    Task<bool> HasRecord();

    Task Clear();

    Task<string> WriteBehindItsBack();

    Task WriteAfterSomebodyElse();
}

/// <summary>Holds one record twice, as two activations would.</summary>
public sealed class LedgerGrain([PersistentState("ledger")] IPersistentState<Ledger> ledger, [PersistentState("ledger")] IPersistentState<Ledger> twin) : Grain, ILedgerGrain
{
    private bool _wasReadFirst;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _wasReadFirst = ledger.State is not null;
        return Task.CompletedTask;
    }

    public async Task<int> Add(int amount)
    {
        ledger.State = ledger.State with { Total = ledger.State.Total + amount };
        await ledger.WriteStateAsync();
        return ledger.State.Total;
    }

    public Task<int> AddWithoutWriting(int amount)
    {
        ledger.State = ledger.State with { Total = ledger.State.Total + amount };
        return Task.FromResult(ledger.State.Total);
    }

    public Task<int> Total() => Task.FromResult(_wasReadFirst ? ledger.State.Total : -1);

    public Task<bool> HasRecord() => Task.FromResult(ledger.RecordExists && ledger.Etag is not null);

    public Task Clear() => ledger.ClearStateAsync();

    public async Task<string> WriteBehindItsBack()
    {
        await ledger.WriteStateAsync();
        try
        {
            await twin.WriteStateAsync();
            return "written";
        }
        catch (InconsistentStateException e)
        {
            await twin.ReadStateAsync();
            await twin.WriteStateAsync();
            return e.CurrentEtag == e.StoredEtag ? "the same etag" : "refused until it was read";
        }
    }

    public async Task WriteAfterSomebodyElse()
    {
        ledger.State = ledger.State with { Total = 1000 };
        await ledger.WriteStateAsync();
        ledger.State = ledger.State with { Total = 2000 };
        await twin.WriteStateAsync();
    }
}

public sealed class StateTests : ContractTests
{
    private ILedgerGrain Books => Grain<ILedgerGrain>();

    [Fact]
    public async Task Written_state_survives_a_restart_and_is_read_before_the_grain_is_active()
    {
        Assert.False(await Books.HasRecord());
        Assert.Equal(0, await Books.Total());
        Assert.Equal(3, await Books.Add(3));
        Assert.Equal(8, await Books.AddWithoutWriting(5));
        await Restart();
        Assert.Equal(3, await Books.Total());
        Assert.True(await Books.HasRecord());
    }

    [Fact]
    public async Task A_write_over_a_version_it_has_not_seen_is_refused_until_it_reads()
        => Assert.Equal("refused until it was read", await Books.WriteBehindItsBack());

    [Fact]
    public async Task A_conflict_that_leaves_its_grain_ends_the_activation_and_the_next_one_reads_anew()
    {
        await Assert.ThrowsAsync<InconsistentStateException>(() => Books.WriteAfterSomebodyElse());
        Assert.Equal(1000, await Books.Total());
    }

    [Fact]
    public async Task Cleared_state_is_new()
    {
        await Books.Add(3);
        await Books.Clear();
        Assert.False(await Books.HasRecord());
        Assert.Equal(0, await Books.Total());
        Assert.Equal(2, await Books.Add(2));
    }
}
