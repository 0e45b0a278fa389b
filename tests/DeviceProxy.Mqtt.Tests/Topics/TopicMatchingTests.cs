using FsCheck;
using FsCheck.Fluent;
using Fog.DeviceProxy.Mqtt.Tests.Packets;
using Fog.DeviceProxy.Mqtt.Topics;

namespace Fog.DeviceProxy.Mqtt.Tests.Topics;

/// <summary>The subscription tree and the retained messages against a plain reading of 4.7.</summary>
public class TopicMatchingTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(400);

    [Theory]
    // The specification's own examples (4.7.1.2, 4.7.1.3, 4.7.2).
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/ranking", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true)]
    [InlineData("sport/#", "sport", true)]
    [InlineData("#", "sport/tennis", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1/ranking", false)]
    [InlineData("sport/+", "sport", false)]
    [InlineData("sport/+", "sport/", true)]
    [InlineData("+/+", "/finance", true)]
    [InlineData("/+", "/finance", true)]
    [InlineData("+", "/finance", false)]
    [InlineData("#", "$SYS/monitor", false)]
    [InlineData("+/monitor/Clients", "$SYS/monitor/Clients", false)]
    [InlineData("$SYS/#", "$SYS/monitor", true)]
    [InlineData("$SYS/monitor/+", "$SYS/monitor/Clients", true)]
    [InlineData("a/$x/#", "a/$x/b", true)]
    [InlineData("a/+/b", "a/$x/b", true)]
    [InlineData("ACCOUNTS", "Accounts", false)]
    [InlineData("a//b", "a//b", true)]
    [InlineData("a/+/b", "a//b", true)]
    [InlineData("a/b/#", "a/bc", false)]
    public void A_filter_matches_as_the_specification_says(string filter, string topic, bool matches)
    {
        Assert.Equal(matches, NaiveMatch(filter, topic));
        Assert.Equal(matches, SubscribersOf(Trie((filter, "s")), topic).Count == 1);
        Assert.Equal(matches, Retained(topic).Match(filter).Count == 1);
    }

    [Fact]
    public void The_tree_finds_the_subscribers_that_a_plain_search_finds() => Check.One(Runs, Prop.ForAll(
        (from filter in PacketGenerators.Filter from subscriber in Gen.Elements("x", "y", "z") select (filter, subscriber)).ListOf().ToArbitrary(),
        PacketGenerators.TopicName.NonEmptyListOf().ToArbitrary(),
        (subscriptions, topics) =>
        {
            var trie = Trie([.. subscriptions]);
            foreach (var topic in topics)
            {
                var expected = subscriptions.Distinct().Where(s => NaiveMatch(s.filter, topic)).Select(s => s.subscriber).Order();
                Assert.Equal(expected, SubscribersOf(trie, topic).Order());
            }
        }));

    [Fact]
    public void What_is_unsubscribed_is_gone_and_the_rest_is_not() => Check.One(Runs, Prop.ForAll(
        (from filter in PacketGenerators.Filter from stays in Gen.Elements(true, false) select (filter, stays)).ListOf().ToArbitrary(),
        PacketGenerators.TopicName.ToArbitrary(),
        (subscriptions, topic) =>
        {
            var byFilter = subscriptions.DistinctBy(s => s.filter).ToList();
            var trie = Trie([.. byFilter.Select(s => (s.filter, "s"))]);
            foreach (var (filter, _) in byFilter.Where(s => !s.stays))
            {
                Assert.True(trie.Remove(filter, "s"));
                Assert.False(trie.Remove(filter, "s"));
            }

            Assert.Equal(byFilter.Count(s => s.stays && NaiveMatch(s.filter, topic)), SubscribersOf(trie, topic).Count);
        }));

    [Fact]
    public void The_retained_messages_found_are_those_that_a_plain_search_finds() => Check.One(Runs, Prop.ForAll(
        (from topic in PacketGenerators.TopicName from stays in Gen.Elements(true, false) select (topic, stays)).ListOf().ToArbitrary(),
        PacketGenerators.Filter.ToArbitrary(),
        (topics, filter) =>
        {
            var byTopic = topics.DistinctBy(t => t.topic).ToList();
            var retained = Retained([.. byTopic.Select(t => t.topic)]);
            foreach (var (topic, _) in byTopic.Where(t => !t.stays))
                Assert.True(retained.Set(new MqttMessage(topic, default, Retain: true)));
            var left = byTopic.Where(t => t.stays).Select(t => t.topic).ToList();
            Assert.Equal(left.Count, retained.Count);
            Assert.Equal(left.Where(t => NaiveMatch(filter, t)).Order(), retained.Match(filter).Select(m => m.Topic).Order());
        }));

    [Theory]
    [InlineData("a", true)]
    [InlineData("/", true)]
    [InlineData("#", true)]
    [InlineData("+", true)]
    [InlineData("+/a/+/#", true)]
    [InlineData("/+/", true)]
    [InlineData("", false)]
    [InlineData("a#", false)]
    [InlineData("#/a", false)]
    [InlineData("a/#/b", false)]
    [InlineData("##", false)]
    [InlineData("a+", false)]
    [InlineData("+a", false)]
    [InlineData("a/+b/c", false)]
    [InlineData("++", false)]
    [InlineData("+#", false)]
    public void A_filter_is_valid_if_wildcards_stand_for_whole_levels(string filter, bool valid) =>
        Assert.Equal(valid, Topic.IsFilter(filter)); // MQTT-4.7.1-2, -3, MQTT-4.7.3-1

    [Theory]
    [InlineData("")]
    [InlineData("a/+")]
    [InlineData("#")]
    [InlineData("a\0b")]
    public void A_caller_may_not_publish_to_what_is_not_a_topic_name(string topic) =>
        Assert.Throws<ArgumentException>(() => Topic.RequireName(topic));

    [Fact]
    public void Half_a_surrogate_pair_is_the_callers_mistake() =>
        Assert.Throws<ArgumentException>(() => Topic.RequireName($"a{(char)0xD800}b")); // MQTT-1.5.3-1

    [Fact]
    public void A_topic_of_more_bytes_than_its_length_can_say_is_the_callers_mistake()
    {
        Topic.RequireName(new string('é', 32_767));
        Assert.Throws<ArgumentException>(() => Topic.RequireName(new string('é', 32_768))); // MQTT-4.7.3-3
    }

    /// <summary>Levels side by side, the filter's last <c>#</c> swallowing the rest; nothing shared with the trees.</summary>
    private static bool NaiveMatch(string filter, string topic)
    {
        if (topic[0] == '$' && (filter[0] == '+' || filter[0] == '#'))
            return false;
        var wanted = filter.Split('/');
        var given = topic.Split('/');
        for (var i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] == "#")
                return true;
            if (i >= given.Length || (wanted[i] != "+" && wanted[i] != given[i]))
                return false;
            if (i == given.Length - 1 && i == wanted.Length - 2 && wanted[^1] == "#")
                return true;
        }

        return wanted.Length == given.Length;
    }

    private static SubscriptionTrie<string> Trie(params (string Filter, string Subscriber)[] subscriptions)
    {
        var trie = new SubscriptionTrie<string>();
        foreach (var (filter, subscriber) in subscriptions)
            trie.Add(filter, subscriber, new Subscription(QualityOfService.AtMostOnce));
        return trie;
    }

    private static List<string> SubscribersOf(SubscriptionTrie<string> trie, string topic)
    {
        var found = new List<string>();
        trie.Match(topic, found, static (found, subscriber, _) => found.Add(subscriber));
        return found;
    }

    private static RetainedMessages Retained(params string[] topics)
    {
        var retained = new RetainedMessages(messagesMax: 1000, bytesMax: 1_000_000);
        foreach (var topic in topics)
            Assert.True(retained.Set(new MqttMessage(topic, new byte[] { 1 }, Retain: true)));
        return retained;
    }
}
