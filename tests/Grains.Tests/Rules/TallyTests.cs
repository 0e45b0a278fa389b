using System.Collections.Immutable;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Rules;
using FsCheck;
using FsCheck.Fluent;

namespace Fog.Grains.Tests.Rules;

public class TallyTests
{
    private static readonly TaskId Task = TaskId.Of(new InvocationId("t", "call"), 1);

    private static Digest Value(char value) => BlobValue.Of([(byte)value]).Digest;

    private static SeatVote Vote(char value) => value == '!'
        ? new(Task, DeviceFailure.ComputeBudgetExceeded, null, 0, TimeSpan.Zero, 0)
        : new(Task, DeviceFailure.None, BlobValue.Of([(byte)value]), 10, TimeSpan.FromMilliseconds(1), 0.5);

    /// <summary>One character a seat: '.' open, '!' a failure, anything else a value.</summary>
    private static ImmutableArray<Seat> Seats(string votes) =>
        [.. votes.Select((vote, i) => Seat.Of(Nodes.Id($"n{i}")) with { Vote = vote == '.' ? null : Vote(vote) })];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(5, 3)]
    [InlineData(7, 4)]
    public void A_majority_is_more_than_half_of_the_seats(int seats, int majority) => Assert.Equal(majority, Tally.Majority(seats));

    [Theory]
    [InlineData(".", Verdict.Open)]
    [InlineData("a", Verdict.Majority)]
    [InlineData("!", Verdict.NoMajority)]
    [InlineData("a..", Verdict.Open)]
    [InlineData("aa.", Verdict.Majority)]
    [InlineData("ab.", Verdict.Open)]
    [InlineData("abc", Verdict.NoMajority)]
    [InlineData("!!.", Verdict.NoMajority)]
    [InlineData("a!.", Verdict.Open)]
    [InlineData("aaa..", Verdict.Majority)]  // the first majority, stragglers or not
    [InlineData("aabb.", Verdict.Open)]
    [InlineData("aabbc", Verdict.NoMajority)]
    [InlineData("abcd.", Verdict.NoMajority)] // at most two agree
    [InlineData("ab!!.", Verdict.NoMajority)]
    [InlineData("aaabbbc", Verdict.NoMajority)]
    [InlineData("aaabbb.", Verdict.Open)]
    [InlineData("abababa", Verdict.Majority)]
    public void A_verdict_falls_as_early_as_it_can(string votes, Verdict verdict) => Assert.Equal(verdict, Tally.Count(Seats(votes)).Verdict);

    [Fact]
    public void The_winner_is_the_value_of_the_majority()
    {
        Assert.Equal(Value('a'), Tally.Count(Seats("babaa")).Winner);
        Assert.Null(Tally.Count(Seats("ab.")).Winner);
    }

    [Fact]
    public void A_seat_votes_once()
    {
        var once = Tally.Cast(Seats("..."), Nodes.Id("n1"), Vote('a'));
        Assert.Equal([null, Value('a'), null], once!.Value.Select(s => s.Choice));
        Assert.Null(Tally.Cast(once.Value, Nodes.Id("n1"), Vote('b')));
    }

    [Fact]
    public void Who_has_no_seat_has_no_vote() => Assert.Null(Tally.Cast(Seats("..."), Nodes.Id("stranger"), Vote('a')));

    [Fact]
    public void A_vacant_seat_stays_open() => Assert.Equal(Verdict.Open, Tally.Count([.. Seats("a!"), Seat.Of(null)]).Verdict);

    [Theory]
    [InlineData("aab..", 2, 1, 2, "n2")]
    [InlineData("aaa!b", 3, 2, 0, "n3 n4")]
    [InlineData(".....", 0, 0, 5, "")]
    [InlineData("!....", 0, 1, 4, "n0")]
    [InlineData("ab.", 1, 1, 1, "n1")]
    public void A_view_counts_for_against_and_missing(string votes, int votesFor, int against, int missing, string dissenters)
    {
        var view = Tally.View(Seats(votes), attempt: 2);
        Assert.Equal((votes.Length, votesFor, against, missing, 2), (view.Seats, view.For, view.Against, view.Missing, view.Attempt));
        Assert.Equal(dissenters, string.Join(' ', view.Dissenters.Select(n => n.Name)));
    }

    [Theory]
    [InlineData("aabc!", "n2 n3 n4")]
    [InlineData("aabb!", "n0 n1 n2 n3 n4")] // neither pair is to be believed
    [InlineData("!..", "n0")]
    public void Dissenters_of_a_failed_vote_are_all_but_the_single_most_frequent_group(string votes, string dissenters) =>
        Assert.Equal(dissenters, string.Join(' ', Tally.Dissenters(Seats(votes)).Select(n => n.Name)));

    private static readonly Arbitrary<string> AnyVotes = Arb.From(
        from half in Gen.Choose(0, 3)
        from votes in Gen.Elements('a', 'b', 'c', '!', '.').ArrayOf(2 * half + 1)
        select new string(votes));

    [Fact]
    public void A_winner_always_has_a_majority_of_the_seats() => Prop.ForAll(AnyVotes, votes =>
    {
        var (verdict, winner) = Tally.Count(Seats(votes));
        return (verdict == Verdict.Majority) == (winner is not null)
            && (winner is null || Seats(votes).Count(s => s.Choice == winner) > votes.Length / 2);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_majority_is_said_exactly_when_no_completion_of_the_vote_has_one() => Prop.ForAll(AnyVotes, votes =>
    {
        bool possible = "abcd".Any(value => votes.Replace('.', value).Count(v => v == value) > votes.Length / 2);
        return possible == (Tally.Count(Seats(votes)).Verdict != Verdict.NoMajority);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void At_most_half_of_the_seats_lying_together_never_win() => Prop.ForAll(
        Arb.From(Gen.Choose(0, 3)), Arb.From(Gen.Choose(0, 3)), Arb.From(Gen.Choose(0, 7)),
        (half, liars, answered) =>
        {
            liars = Math.Min(liars, half);
            string votes = new string('x', liars) + new string('a', 2 * half + 1 - liars);
            votes = votes[..Math.Min(answered, votes.Length)].PadRight(votes.Length, '.');
            return Tally.Count(Seats(votes)).Winner != Value('x');
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_verdict_once_fallen_stands_whatever_follows() => Prop.ForAll(AnyVotes, Arb.From(Gen.Elements('a', 'b', 'c', '!')), (votes, late) =>
    {
        var before = Tally.Count(Seats(votes));
        return before.Verdict == Verdict.Open || Tally.Count(Seats(votes.Replace('.', late))) == before;
    }).QuickCheckThrowOnFailure();
}
