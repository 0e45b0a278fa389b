namespace Fog.DeviceProxy.Mqtt.Topics;

/// <summary>Who subscribed to what: a tree with a node per level of the filters, wildcards as nodes of their own.</summary>
/// <remarks><code>
/// a/+/c, a/#, b       (root) ── a ── + ── c ●
///                        │      └── # ●
///                        └── b ●
/// </code>
/// Matching costs at most two to the number of levels, whoever subscribed to whatever; nodes that lead to
/// no subscriber are removed, so that nothing is left of those who went.
/// </remarks>
internal sealed class SubscriptionTrie<TSubscriber> where TSubscriber : notnull
{
    private readonly Node root = new();

    /// <summary>Adds, or replaces the options (MQTT-3.8.4-3). True if the subscription is new.</summary>
    public bool Add(string filter, TSubscriber subscriber, in Subscription subscription)
    {
        var node = root;
        foreach (var range in filter.AsSpan().Split('/'))
            node = node.GetOrAddChild(filter.AsSpan(range));
        var isNew = !node.Subscribers.ContainsKey(subscriber);
        node.Subscribers[subscriber] = subscription;
        return isNew;
    }

    /// <summary>True if there was such a subscription. Filters are compared character by character (MQTT-3.10.4-1).</summary>
    public bool Remove(string filter, TSubscriber subscriber) => Remove(root, filter, subscriber);

    /// <summary>Calls back for every subscription whose filter matches; overlapping ones of one subscriber call repeatedly.</summary>
    public void Match<TState>(string topic, TState state, Action<TState, TSubscriber, Subscription> found)
    {
        // MQTT-4.7.2-1: a filter that begins with a wildcard is not meant for the server's own topics.
        Match(root, topic, wildcards: topic[0] != '$', state, found);
    }

    private static void Match<TState>(
        Node node, ReadOnlySpan<char> rest, bool wildcards, TState state, Action<TState, TSubscriber, Subscription> found)
    {
        var slash = rest.IndexOf('/');
        var level = slash < 0 ? rest : rest[..slash];
        if (wildcards && node.Rest is { } all)
            all.Visit(state, found);
        if (node.Child(level) is { } exact)
            Descend(exact, rest, slash, state, found);
        if (wildcards && node.Any is { } any)
            Descend(any, rest, slash, state, found);
    }

    private static void Descend<TState>(
        Node node, ReadOnlySpan<char> rest, int slash, TState state, Action<TState, TSubscriber, Subscription> found)
    {
        if (slash >= 0)
        {
            Match(node, rest[(slash + 1)..], wildcards: true, state, found);
            return;
        }

        node.Visit(state, found);
        node.Rest?.Visit(state, found); // "sport/#" matches "sport" too (4.7.1.2)
    }

    private static bool Remove(Node node, ReadOnlySpan<char> rest, TSubscriber subscriber)
    {
        var slash = rest.IndexOf('/');
        var level = slash < 0 ? rest : rest[..slash];
        if (node.Child(level) is not { } child)
            return false;
        var removed = slash < 0 ? child.Subscribers.Remove(subscriber) : Remove(child, rest[(slash + 1)..], subscriber);
        if (child.IsEmpty)
            node.RemoveChild(level);
        return removed;
    }

    private sealed class Node
    {
        private Dictionary<string, Node>? children;
        private Dictionary<TSubscriber, Subscription>? subscribers;

        public Dictionary<TSubscriber, Subscription> Subscribers => subscribers ??= [];

        /// <summary>The child for '+'.</summary>
        public Node? Any { get; private set; }

        /// <summary>The child for '#'.</summary>
        public Node? Rest { get; private set; }

        public bool IsEmpty => children is not { Count: > 0 } && Any is null && Rest is null && subscribers is not { Count: > 0 };

        /// <summary>The wildcards have fields of their own: matching asks for them at every level, and they are mostly not there.</summary>
        public Node? Child(ReadOnlySpan<char> level) =>
            level is "#" ? Rest
            : level is "+" ? Any
            : children is not null && children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(level, out var child) ? child : null;

        public Node GetOrAddChild(ReadOnlySpan<char> level)
        {
            if (Child(level) is { } child)
                return child;
            child = new Node();
            if (level is "#")
                Rest = child;
            else if (level is "+")
                Any = child;
            else
                (children ??= new(StringComparer.Ordinal)).Add(level.ToString(), child);
            return child;
        }

        public void RemoveChild(ReadOnlySpan<char> level)
        {
            if (level is "#")
                Rest = null;
            else if (level is "+")
                Any = null;
            else
                children?.GetAlternateLookup<ReadOnlySpan<char>>().Remove(level);
        }

        public void Visit<TState>(TState state, Action<TState, TSubscriber, Subscription> found)
        {
            if (subscribers is null)
                return;
            foreach (var (subscriber, subscription) in subscribers)
                found(state, subscriber, subscription);
        }
    }
}
