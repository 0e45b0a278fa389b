using System.Globalization;
using Fog.Engine.Backup;
using Fog.Engine.Hosting;
using Fog.Engine.Storage;
using Fog.Engine.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.Streams;

namespace Fog.Engine.Tests.Streams;

public interface IFeedGrain : IGrainWithStringKey
{
    Task Publish(string item);
}

/// <summary>Publishes to the stream of its key.</summary>
public sealed class FeedGrain : Grain, IFeedGrain
{
    public Task Publish(string item) => this.GetStreamProvider("feeds").GetStream<string>(StreamId.Create("feed", this.GetPrimaryKeyString())).OnNextAsync(item);
}

public interface IReaderGrain : IGrainWithStringKey
{
    Task Subscribe();

    Task SubscribeToBatches();

    Task Unsubscribe();

    Task Leave();
}

/// <summary>Reads "feed/a" and logs it. What an item does stands in it.</summary>
public class ReaderGrain(Gate gate) : Grain, IReaderGrain
{
    private string Name => this.GetPrimaryKeyString();

    private IAsyncStream<string> Stream => this.GetStreamProvider("feeds").GetStream<string>(StreamId.Create("feed", "a"));

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        gate.Log.Enqueue($"{Name} activates");
        foreach (var handle in Name.StartsWith("forgetful", StringComparison.Ordinal) ? [] : await Stream.GetAllSubscriptionHandles())
        {
            await handle.ResumeAsync(Next, Error);
        }
    }

    public Task Subscribe() => Stream.SubscribeAsync(Next, Error);

    public Task SubscribeToBatches() => Stream.SubscribeAsync(async items =>
    {
        gate.Log.Enqueue($"{Name}: {string.Join(' ', items.Select(static i => i.Item))}");
        await gate.Pass($"{Name} {items[0].Item}");
    });

    public async Task Unsubscribe()
    {
        foreach (var handle in await Stream.GetAllSubscriptionHandles())
        {
            await handle.UnsubscribeAsync();
            await Assert.ThrowsAsync<InvalidOperationException>(() => handle.UnsubscribeAsync());
        }
    }

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private async Task Next(string item, StreamSequenceToken? token)
    {
        gate.Log.Enqueue($"{Name}: {item}");
        if (item.StartsWith("fails", StringComparison.Ordinal) && Name.StartsWith("weak", StringComparison.Ordinal))
        {
            throw new TooHotException("An item.", 97);
        }

        if (item.StartsWith("holds", StringComparison.Ordinal) && Name.StartsWith("slow", StringComparison.Ordinal))
        {
            await gate.Pass($"{Name} {item}");
        }
    }

    private Task Error(Exception error)
    {
        gate.Log.Enqueue($"{Name}! {error.GetType().Name}");
        return Task.CompletedTask;
    }
}

/// <summary>What the embedded engine promises of streams beyond Orleans' contracts: durability, limits, and the time of each retry.</summary>
public sealed class StreamTests : IDisposable
{
    private readonly Gate _gate = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("fog-streams-").FullName;
    private readonly MemoryRecordStore _memory = new();
    private SqliteRecordStore? _file;

    public static TheoryData<bool> Stores => [false, true];

    /// <summary>Beside the folder, which has to be empty.</summary>
    private string Backup => _folder + ".backup";

    private IRecordStore Store => _file is null ? _memory : _file;

    private IEnumerable<string> Read => _gate.Log.Where(static line => !line.EndsWith("activates", StringComparison.Ordinal));

    public void Dispose()
    {
        _file?.Dispose();
        Directory.Delete(_folder, recursive: true);
        File.Delete(Backup);
    }

    private Task<EngineHost> Start(bool file = false)
    {
        _file = file ? SqliteRecordStore.Open(Path.Combine(_folder, "fog.db")) : null;
        return EngineHost.StartAsync(
            options =>
            {
                options.AddGrain<FeedGrain>().AddGrain<ReaderGrain>().AddStreams("feeds");
                options.Store = Store;
            },
            services => services.AddSingleton(_gate));
    }

    [Fact]
    public async Task What_nobody_had_taken_yet_is_in_a_backup_and_comes_where_that_is_restored()
    {
        await using (var host = await Start())
        {
            await Reader(host, "slow").Subscribe();
            await Publish(host, "one", "holds", "three");
            await _gate.Reached("slow holds");
            await using var file = File.Create(Backup);
            host.Services.GetRequiredService<EngineBackup>().Write(file);
            await Publish(host, "after the backup");
            _gate.Open("slow holds");
            await host.SettleAsync();
        }

        StoreRestore.Restore(Backup, Path.Combine(_folder, "fog.db"), replace: false);
        _gate.Log.Clear();
        await using var restored = await Start(file: true);
        await restored.SettleAsync();
        Assert.Equal(["slow: holds", "slow: three"], Read.SkipWhile(static line => line == "slow: one"));
        await Publish(restored, "new");
        await restored.SettleAsync();
        Assert.Equal("slow: new", Read.Last());
        Assert.Equal(0, Items);
    }

    private static IReaderGrain Reader(EngineHost host, string name) => host.GrainFactory.GetGrain<IReaderGrain>(name);

    private static async Task Publish(EngineHost host, params string[] items)
    {
        foreach (var item in items)
        {
            await host.GrainFactory.GetGrain<IFeedGrain>("a").Publish(item).Come($"'{item}' is kept");
        }
    }

    private int Items => Store.ReadAll(RecordKind.StreamItem).Count;

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task What_was_published_and_not_taken_comes_after_a_crash_in_order(bool file)
    {
        await using var host = await Start(file);
        await Reader(host, "slow").Subscribe();
        await Publish(host, "one", "holds", "three");
        await _gate.Reached("slow holds");
        await host.CrashAsync();
        _gate.Open("slow holds");
        await host.SettleAsync();
        Assert.Equal(["slow: one", "slow: holds", "slow: holds", "slow: three"], Read);
        Assert.Equal(0, Items);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task What_was_taken_does_not_come_again_after_a_restart_and_news_wakes_the_subscriber(bool file)
    {
        await using var host = await Start(file);
        await Reader(host, "r").Subscribe();
        await Publish(host, "one", "two");
        await host.SettleAsync();
        await host.RestartAsync();
        await host.SettleAsync();
        Assert.Empty(host.Census.Live);
        await Publish(host, "three");
        await host.SettleAsync();
        Assert.Equal(["r: one", "r: two", "r: three"], Read);
        Assert.Equal(0, Items);
    }

    [Fact]
    public async Task A_restart_while_an_item_is_being_taken_waits_for_it_and_notes_that()
    {
        await using var host = await Start();
        await Reader(host, "slow").Subscribe();
        await Publish(host, "holds", "two");
        await _gate.Reached("slow holds");
        var restart = host.RestartAsync();
        _gate.Open("slow holds");
        await restart.Come("the restart");
        await host.SettleAsync();
        Assert.Equal(["slow: holds", "slow: two"], Read);
    }

    [Fact]
    public async Task A_slow_subscriber_keeps_nobody_waiting()
    {
        await using var host = await Start();
        await Reader(host, "slow").Subscribe();
        await Reader(host, "quick").Subscribe();
        await Publish(host, "holds", "two", "three");
        await host.SettleAsync();
        Assert.Equal(["quick: holds", "quick: three", "quick: two", "slow: holds"], Read.Order());
        Assert.Equal(3, Items);
        _gate.Open("slow holds");
        await host.SettleAsync();
        Assert.Equal(["slow: holds", "slow: two", "slow: three"], Read.Where(static line => line.StartsWith("slow", StringComparison.Ordinal)));
        Assert.Equal(0, Items);
    }

    [Fact]
    public async Task An_item_that_fails_comes_again_after_growing_pauses_and_is_passed_over_after_a_minute()
    {
        await using var host = await Start();
        await Reader(host, "weak").Subscribe();
        await Reader(host, "quick").Subscribe();
        await Publish(host, "fails", "two");
        await host.SettleAsync();
        Assert.Equal(["quick: fails", "quick: two"], Read.Where(static line => line.StartsWith("quick", StringComparison.Ordinal)));
        await host.AdvanceAsync(TimeSpan.FromSeconds(7)); // After 1, 2 and 4 s.
        Assert.Equal(4, Read.Count(static line => line == "weak: fails"));
        Assert.DoesNotContain("weak: two", Read);
        await host.AdvanceAsync(TimeSpan.FromSeconds(24)); // After 8 and 16 s.
        Assert.Equal(6, Read.Count(static line => line == "weak: fails"));
        await host.AdvanceAsync(TimeSpan.FromSeconds(30)); // After 30 s: one minute is over.
        Assert.Equal(["weak: fails", "weak! StreamEventDeliveryFailureException", "weak: two"], Read.Where(static line => line.StartsWith("weak", StringComparison.Ordinal)).TakeLast(3));
        Assert.Equal(0, Items);
    }

    [Fact]
    public async Task A_stream_keeps_so_many_items_and_who_misses_some_is_told()
    {
        await using var host = await Start();
        await Reader(host, "slow").Subscribe();
        await Publish(host, "holds");
        await _gate.Reached("slow holds");
        await Publish(host, [.. Enumerable.Range(1, EngineLimits.StreamItemsMax + 2).Select(static i => i.ToString(CultureInfo.InvariantCulture))]);
        await host.SettleAsync();
        Assert.Equal(EngineLimits.StreamItemsMax, Items);
        _gate.Open("slow holds");
        await host.SettleAsync();
        Assert.Equal(["slow: holds", "slow! QueueCacheMissException", "slow: 3", "slow: 4"], Read.Take(4));
        Assert.Equal($"slow: {EngineLimits.StreamItemsMax + 2}", Read.Last());
        Assert.Equal(0, Items);
    }

    [Fact]
    public async Task Who_does_not_resume_gets_nothing_and_holds_nothing_up()
    {
        await using var host = await Start();
        await Reader(host, "forgetful").Subscribe();
        await Reader(host, "forgetful").Leave();
        await Publish(host, "one");
        await host.SettleAsync();
        Assert.Equal(["forgetful activates", "forgetful activates"], _gate.Log);
        Assert.Equal(0, Items);
    }

    [Fact]
    public async Task Batches_hold_what_has_gathered()
    {
        await using var host = await Start();
        await Reader(host, "b").SubscribeToBatches();
        await Publish(host, "one");
        await _gate.Reached("b one");
        await Publish(host, "two", "three", "four");
        _gate.Open("b one");
        await _gate.Reached("b two");
        Assert.Equal(["b: one", "b: two three four"], Read);
        _gate.Open("b two");
        await host.SettleAsync();
        Assert.Equal(0, Items);
    }

    [Fact]
    public async Task Without_a_subscription_nothing_is_kept()
    {
        await using var host = await Start();
        await Publish(host, "nobody reads this");
        Assert.Equal(0, Items);
        await Reader(host, "r").Subscribe();
        await Reader(host, "r").Unsubscribe();
        await Publish(host, "nor this");
        await host.SettleAsync();
        Assert.Empty(Read);
        Assert.Equal(0, Items + Store.ReadAll(RecordKind.StreamSubscription).Count);
    }

    [Fact]
    public async Task The_last_subscription_takes_its_backlog_with_it()
    {
        await using var host = await Start();
        await Reader(host, "weak").Subscribe();
        await Publish(host, "fails", "two");
        await host.SettleAsync();
        await Reader(host, "weak").Unsubscribe().Come("the end of the subscription");
        await host.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(0, Items);
        Assert.Equal(["weak: fails"], Read);
    }

    [Fact]
    public async Task Large_items_and_more_subscriptions_than_a_stream_has_are_refused()
    {
        await using var host = await Start();
        await Assert.ThrowsAsync<ArgumentException>(() => host.GrainFactory.GetGrain<IFeedGrain>("a").Publish(new string('x', EngineLimits.StreamItemBytesMax))).Come("the refusal of an item");
        for (var i = 0; i < EngineLimits.StreamSubscriptionsMax; i++)
        {
            await Reader(host, $"r{i}").Subscribe();
        }

        await Assert.ThrowsAsync<OrleansException>(() => Reader(host, "one more").Subscribe()).Come("the refusal of a subscription");
    }

    [Fact]
    public async Task A_publisher_whose_item_could_not_be_stored_learns_so()
    {
        await using var host = await Start(file: true);
        await Reader(host, "r").Subscribe();
        _file!.Dispose();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => host.GrainFactory.GetGrain<IFeedGrain>("a").Publish("lost")).Come("the failure");
        Assert.Empty(Read);
    }
}
