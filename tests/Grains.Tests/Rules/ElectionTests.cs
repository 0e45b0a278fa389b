using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Rules;
using FsCheck;
using FsCheck.Fluent;

namespace Fog.Grains.Tests.Rules;

public class ElectionTests
{
    private static readonly Candidate Slow = Nodes.Candidate("slow", periodSeconds: 60);
    private static readonly Candidate Fast = Nodes.Candidate("fast", periodSeconds: 10);
    private static readonly Candidate Faster = Nodes.Candidate("faster", periodSeconds: 5);

    [Fact]
    public void The_shortest_period_leads() =>
        Assert.Equal(new Leadership(Faster.Node, 1), Election.Run(default, [Slow, Faster, Fast]));

    [Fact]
    public void Equal_periods_are_ordered_by_the_next_connection_then_by_the_node_id()
    {
        var late = Nodes.Candidate("a", lastSecondsAgo: 1);
        var soon = Nodes.Candidate("c", lastSecondsAgo: 8);
        var soonToo = Nodes.Candidate("b", lastSecondsAgo: 8);
        Assert.Equal(["b", "c", "a"], Election.Order([late, soon, soonToo]).Select(c => c.Node.Name));
    }

    [Fact]
    public void A_leader_stays_while_nobody_is_faster()
    {
        var current = new Leadership(Fast.Node, 4);
        var rival = Nodes.Candidate("a-rival", periodSeconds: 10, lastSecondsAgo: 9);
        Assert.Equal(current, Election.Run(current, [Slow, rival, Fast]));
    }

    [Fact]
    public void A_faster_node_deposes_the_leader_in_a_new_term() =>
        Assert.Equal(new Leadership(Faster.Node, 5), Election.Run(new(Fast.Node, 4), [Slow, Fast, Faster]));

    [Fact]
    public void A_lost_leader_is_replaced_in_a_new_term() =>
        Assert.Equal(new Leadership(Slow.Node, 5), Election.Run(new(Fast.Node, 4), [Slow]));

    [Fact]
    public void Without_live_members_nobody_leads_and_the_old_leader_comes_back_in_a_new_term()
    {
        var nobody = Election.Run(new(Fast.Node, 4), []);
        Assert.Equal(new Leadership(null, 5), nobody);
        Assert.Equal(nobody, Election.Run(nobody, []));
        Assert.Equal(new Leadership(Fast.Node, 6), Election.Run(nobody, [Fast]));
    }

    /// <summary>Against the rule in words: the best of the order, unless the leader lives and nobody's period is shorter.</summary>
    [Fact]
    public void An_election_is_what_its_order_says() => Prop.ForAll(
        Arb.From(Gen.Choose(0, 2).ListOf(4)), Arb.From(Gen.Choose(0, 2).ListOf(4)), Arb.From(Gen.Choose(-1, 5)),
        (periods, ages, leader) =>
        {
            var live = periods.Zip(ages).Select((x, i) => Nodes.Candidate($"n{i}", periodSeconds: x.First + 1, lastSecondsAgo: x.Second)).ToList();
            var current = new Leadership(leader < 0 ? null : Nodes.Candidate($"n{leader}").Node, 4);
            var best = Election.Order(live).FirstOrDefault();
            bool stays = live.Any(c => c.Node == current.Leader && c.DutyCycle.Period == best!.DutyCycle.Period) || best?.Node == current.Leader;
            return Election.Run(current, live) == (stays ? current : new(best?.Node, 5));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_is_total_and_does_not_depend_on_the_input_order() => Prop.ForAll(
        Arb.From(Gen.Choose(0, 3).ListOf(8)), Arb.From(Gen.Choose(0, 3).ListOf(8)),
        (periods, ages) =>
        {
            var nodes = periods.Zip(ages).Select((x, i) => Nodes.Candidate($"n{i}", periodSeconds: x.First + 1, lastSecondsAgo: x.Second)).ToList();
            var order = Election.Order(nodes).ToList();
            return order.SequenceEqual(Election.Order(Enumerable.Reverse(nodes)))
                && order.Zip(order.Skip(1)).All(pair => pair.First.DutyCycle.Period <= pair.Second.DutyCycle.Period);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_elected_leader_is_never_slower_than_a_live_member() => Prop.ForAll(
        Arb.From(Gen.Choose(1, 5).ListOf()), Arb.From(Gen.Choose(0, 9)),
        (periods, incumbent) =>
        {
            var nodes = periods.Select((p, i) => Nodes.Candidate($"n{i}", periodSeconds: p)).ToList();
            var before = new Leadership(Nodes.Id($"n{incumbent}"), 7);
            var after = Election.Run(before, nodes);
            return (after.Leader == before.Leader) == (after.Term == before.Term)
                && (nodes.Count == 0 ? after.Leader is null : nodes.Single(n => n.Node == after.Leader).DutyCycle.Period == nodes.Min(n => n.DutyCycle.Period));
        }).QuickCheckThrowOnFailure();
}
