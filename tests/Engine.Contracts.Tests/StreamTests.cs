using Orleans.Streams;

namespace Fog.Engine.Contracts.Tests;

public interface IFeedGrain : IGrainWithStringKey
{
    Task Publish(int first, int count);
}

/// <summary>Publishes to the stream of its key.</summary>
public sealed class FeedGrain : Grain, IFeedGrain
{
    public const string Provider = "feeds";

    public async Task Publish(int first, int count)
    {
        var stream = this.GetStreamProvider(Provider).GetStream<int>(StreamId.Create("feed", this.GetPrimaryKeyString()));
        for (var i = first; i < first + count; i++)
        {
            await stream.OnNextAsync(i);
        }
    }
}

public interface IReaderGrain : IGrainWithStringKey
{
    Task Subscribe(string feed);

    Task SubscribeToBatches(string feed);

    Task<int> Unsubscribe(string feed);

    Task<bool> UseAHandleTwice(string feed);

    Task Leave();
}

/// <summary>Key: whom it reads and a name. It tells "name took 1", and logs that.</summary>
public sealed class ReaderGrain(Gate gate) : Grain, IReaderGrain
{
    private string Name => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        gate.Log.Enqueue($"{Name} activates");
        foreach (var handle in await Feed(Name.Split('/')[0]).GetAllSubscriptionHandles())
        {
            await handle.ResumeAsync(Next);
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        gate.Tell($"{Name} left");
        return Task.CompletedTask;
    }

    public Task Subscribe(string feed) => Feed(feed).SubscribeAsync(Next);

    public Task SubscribeToBatches(string feed) => Feed(feed).SubscribeAsync(async items =>
    {
        foreach (var item in items)
        {
            await Next(item.Item, item.Token);
        }
    });

    public async Task<int> Unsubscribe(string feed)
    {
        var handles = await Feed(feed).GetAllSubscriptionHandles();
        foreach (var handle in handles)
        {
            await handle.UnsubscribeAsync();
        }

        return handles.Count;
    }

    public async Task<bool> UseAHandleTwice(string feed)
    {
        var handle = (await Feed(feed).GetAllSubscriptionHandles()).Single();
        var next = await handle.ResumeAsync(Next);
        try
        {
            await handle.ResumeAsync(Next);
            return true;
        }
        catch (InvalidOperationException)
        {
            return handle.HandleId != next.HandleId;
        }
    }

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private IAsyncStream<int> Feed(string key) => this.GetStreamProvider(FeedGrain.Provider).GetStream<int>(StreamId.Create("feed", key));

    private Task Next(int item, StreamSequenceToken? token)
    {
        gate.Log.Enqueue(token is null ? $"{Name} took {item} without a token" : $"{Name} took {item}");
        gate.Tell($"{Name} took {item}");
        return Task.CompletedTask;
    }
}

public sealed class StreamTests : ContractTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_subscriber_takes_what_is_published_in_order(bool batches)
    {
        await (batches ? Grain<IReaderGrain>("a/r").SubscribeToBatches("a") : Grain<IReaderGrain>("a/r").Subscribe("a"));
        await Grain<IFeedGrain>("a").Publish(1, 50);
        await Gate.Reached("a/r took 50");
        Assert.Equal(Enumerable.Range(1, 50).Select(static i => $"a/r took {i}"), Taken("a/r"));
    }

    [Fact]
    public async Task Every_subscriber_takes_everything_of_its_stream_and_nothing_else()
    {
        await Grain<IReaderGrain>("a/r").Subscribe("a");
        await Grain<IReaderGrain>("a/s").Subscribe("a");
        await Grain<IReaderGrain>("b/t").Subscribe("b");
        await Grain<IFeedGrain>("a").Publish(1, 5);
        await Grain<IFeedGrain>("b").Publish(10, 5);
        await Gate.Reached("a/r took 5");
        await Gate.Reached("a/s took 5");
        await Gate.Reached("b/t took 14");
        Assert.Equal(Enumerable.Range(1, 5).Select(static i => $"a/r took {i}"), Taken("a/r"));
        Assert.Equal(Enumerable.Range(1, 5).Select(static i => $"a/s took {i}"), Taken("a/s"));
        Assert.Equal(Enumerable.Range(10, 5).Select(static i => $"b/t took {i}"), Taken("b/t"));
    }

    [Fact]
    public async Task A_subscription_outlives_its_activation_and_items_wake_the_next_one()
    {
        await Grain<IReaderGrain>("a/r").Subscribe("a");
        await Grain<IFeedGrain>("a").Publish(1, 1);
        await Gate.Reached("a/r took 1");
        await Grain<IReaderGrain>("a/r").Leave();
        await Gate.Reached("a/r left");
        await Grain<IFeedGrain>("a").Publish(2, 2);
        await Gate.Reached("a/r took 3");
        Assert.Equal(["a/r activates", "a/r took 1", "a/r activates", "a/r took 2", "a/r took 3"], Gate.Log);
    }

    [Fact]
    public async Task A_subscription_survives_a_restart()
    {
        await Grain<IReaderGrain>("a/r").Subscribe("a");
        await Grain<IFeedGrain>("a").Publish(1, 1);
        await Gate.Reached("a/r took 1");
        await Restart();
        await Grain<IFeedGrain>("a").Publish(2, 1);
        await Gate.Reached("a/r took 2");
        Assert.Equal(["a/r took 1", "a/r took 2"], Taken("a/r"));
    }

    [Fact]
    public async Task Who_has_unsubscribed_gets_no_more()
    {
        await Grain<IReaderGrain>("a/r").Subscribe("a");
        await Grain<IReaderGrain>("a/s").Subscribe("a");
        await Grain<IFeedGrain>("a").Publish(1, 1);
        await Gate.Reached("a/r took 1");
        await Gate.Reached("a/s took 1");
        Assert.Equal(1, await Grain<IReaderGrain>("a/r").Unsubscribe("a"));
        Assert.Equal(0, await Grain<IReaderGrain>("a/r").Unsubscribe("a"));
        await Grain<IFeedGrain>("a").Publish(2, 1);
        await Gate.Reached("a/s took 2");
        Assert.Equal(["a/r took 1"], Taken("a/r"));
    }

    [Fact]
    public async Task A_handle_is_good_for_one_use()
    {
        await Grain<IReaderGrain>("a/r").Subscribe("a");
        Assert.False(await Grain<IReaderGrain>("a/r").UseAHandleTwice("a"));
    }

    private IEnumerable<string> Taken(string reader) => Gate.Log.Where(line => line.StartsWith($"{reader} took", StringComparison.Ordinal));
}
