using Fog.Firmware.Logic;

namespace Fog.Firmware.Logic.Tests;

/// <summary>The leader topic and its election term.</summary>
public class LeaderTests
{
    private const string Topic = "fog/lab/c/c-1/leader";

    private static readonly WelcomeFields Leads = new() { Cluster = "c-1", Term = 7, Leader = true };

    private static TaskFields Task(int number, uint term) => new() { Id = TaskFields.IdOf(number), Image = [1], Term = term };

    private static Bench Awake(WelcomeFields welcome)
    {
        var bench = new Bench(c => c.DutyPermille = 900);
        bench.Fog.Welcome = welcome;
        bench.Fog.AddBlob([1]);
        bench.Fog.AddBlob([]);
        return bench.Wake();
    }

    [Fact]
    public void A_leader_takes_work_of_its_term_from_the_leader_topic()
    {
        var bench = Awake(Leads);
        bench.Fog.SendTask(Task(1, 7), Topic);
        bench.Settle();
        Assert.Single(bench.Fog.Results);
    }

    [Fact]
    public void Work_of_another_term_is_dropped()
    {
        var bench = Awake(Leads);
        bench.Fog.SendTask(Task(1, 6), Topic);
        bench.Fog.SendTask(Task(2, 8), Topic);
        bench.Settle();
        Assert.Empty(bench.Fog.Results);
        Assert.Equal(2, bench.Agent.Drops.Of(DropReason.WrongTerm));
    }

    [Fact]
    public void The_term_does_not_matter_on_the_devices_own_topic()
    {
        var bench = Awake(Leads);
        bench.Fog.SendTask(Task(1, 6));
        bench.Settle();
        Assert.Single(bench.Fog.Results);
    }

    [Fact]
    public void Nothing_but_tasks_belongs_on_the_leader_topic()
    {
        var bench = Awake(Leads);
        bench.Fog.SendSealed(0x84, new byte[16], Topic);
        bench.Settle();
        Assert.Equal(1, bench.Agent.Drops.Of(DropReason.OutOfPlace));
    }

    [Fact]
    public void The_leader_topic_shares_the_fogs_sequence_numbers()
    {
        var bench = Awake(Leads);
        bench.Fog.SendTask(Task(1, 7), Topic);
        bench.Settle();
        bench.Raise(DeviceEvent.Message(bench.Fog.DownTopic, FogCodec.Seal(bench.Fog.SessionKey, 0x84, 1, new byte[16], bench.Fog.DownTopic)));
        Assert.Equal(1, bench.Agent.Drops.Of(DropReason.Replayed));
    }

    [Fact]
    public void A_subscription_outlives_sleep_and_is_made_again_only_when_the_broker_lost_it()
    {
        var bench = Awake(Leads);
        Assert.Contains(Topic, bench.Subscriptions);
        bench.UntilAsleep();

        bench.Subscriptions.Remove(Topic);
        bench.SessionPresent = true;
        bench.WakeAgain();
        Assert.DoesNotContain(Topic, bench.Subscriptions);
        bench.UntilAsleep();

        bench.SessionPresent = false;
        bench.WakeAgain();
        Assert.Contains(Topic, bench.Subscriptions);
    }

    [Fact]
    public void A_deposed_leader_unsubscribes_and_a_moved_one_follows()
    {
        var bench = Awake(Leads);
        bench.SessionPresent = true;
        bench.Fog.Welcome = Leads with { Cluster = "c-2" };
        bench.UntilAsleep().WakeAgain();
        Assert.Equal([Topic], bench.Unsubscribed);
        Assert.Contains("fog/lab/c/c-2/leader", bench.Subscriptions);

        bench.Fog.Welcome = Leads with { Cluster = "c-2", Leader = false };
        bench.UntilAsleep().WakeAgain();
        Assert.Equal([Topic, "fog/lab/c/c-2/leader"], bench.Unsubscribed);

        bench.Raise(DeviceEvent.Message("fog/lab/c/c-2/leader", FogCodec.Seal(bench.Fog.SessionKey, 0x82, 1, FogCodec.Task(Task(1, 7)), "fog/lab/c/c-2/leader")));
        Assert.Equal(1, bench.Agent.Drops.Of(DropReason.OutOfPlace));
        bench.UntilAsleep().WakeAgain();
        Assert.Equal(2, bench.Unsubscribed.Count);
    }

    [Fact]
    public void After_losing_its_memory_it_takes_no_chances_with_an_old_subscription()
    {
        var bench = Awake(Leads);
        bench.UntilAsleep();
        bench.Rtc = null;
        bench.SessionPresent = true;
        bench.Fog.Welcome = Leads with { Leader = false };
        bench.WakeAgain();
        Assert.Equal([Topic], bench.Unsubscribed);
    }
}
