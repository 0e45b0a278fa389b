namespace Fog.DeviceProxy.Mqtt.Topics;

/// <summary>The last retained message of each topic (3.3.1.3): a tree with a node per level of the names.</summary>
internal sealed class RetainedMessages(int messagesMax, long bytesMax)
{
    private readonly Node root = new();
    private long bytes;
    private TimeSpan nextExpiry = TimeSpan.MaxValue;

    public int Count { get; private set; }

    /// <summary>Told of each topic whose message changes; null: there is none any more.</summary>
    public Action<string, MqttMessage?>? Changed { get; set; }

    /// <summary>
    /// Keeps the message in place of the one before (MQTT-3.3.1-5), or forgets that one if the payload is
    /// empty (MQTT-3.3.1-10). False if a limit forbids it; then the topic has no retained message, rather
    /// than an old one that looks like the last.
    /// </summary>
    public bool Set(MqttMessage message)
    {
        Remove(root, message.Topic);
        if (message.Payload.IsEmpty)
            return true;
        if (Count >= messagesMax || bytes + message.HeldBytes > bytesMax)
            return false;
        Changed?.Invoke(message.Topic, message);

        var node = root;
        foreach (var range in message.Topic.AsSpan().Split('/'))
            node = node.GetOrAddChild(message.Topic.AsSpan(range));
        node.Message = message;
        Count++;
        bytes += message.HeldBytes;
        if (message.Properties?.ExpiresAt is { } expiry && expiry < nextExpiry)
            nextExpiry = expiry;
        return true;
    }

    /// <summary>The messages whose topics the filter matches.</summary>
    public List<MqttMessage> Match(string filter)
    {
        var found = new List<MqttMessage>();
        Match(root, filter, isRoot: true, found);
        return found;
    }

    /// <summary>Forgets what is not of use any more (MQTT-3.3.2-5). Costs a walk only when something is due.</summary>
    public void RemoveExpired(TimeSpan now)
    {
        if (now < nextExpiry)
            return;
        var all = new List<MqttMessage>();
        Subtree(root, isRoot: false, all);
        foreach (var message in all.Where(m => m.Properties?.ExpiresAt <= now))
            Remove(root, message.Topic);
        nextExpiry = all.Select(m => m.Properties?.ExpiresAt).Where(at => at > now).Min() ?? TimeSpan.MaxValue;
    }

    private static void Match(Node node, ReadOnlySpan<char> rest, bool isRoot, List<MqttMessage> found)
    {
        var slash = rest.IndexOf('/');
        var level = slash < 0 ? rest : rest[..slash];
        if (level is "#")
        {
            if (!isRoot)
                node.AddTo(found); // the parent level too (4.7.1.2)
            Subtree(node, isRoot, found);
        }
        else if (level is "+")
        {
            foreach (var (name, child) in node.Children)
            {
                if (!HiddenFromWildcards(name, isRoot))
                    Descend(child, rest, slash, found);
            }
        }
        else if (node.Child(level) is { } child)
        {
            Descend(child, rest, slash, found);
        }
    }

    private static void Descend(Node node, ReadOnlySpan<char> rest, int slash, List<MqttMessage> found)
    {
        if (slash < 0)
            node.AddTo(found);
        else
            Match(node, rest[(slash + 1)..], isRoot: false, found);
    }

    private static void Subtree(Node node, bool isRoot, List<MqttMessage> found)
    {
        foreach (var (name, child) in node.Children)
        {
            if (HiddenFromWildcards(name, isRoot))
                continue;
            child.AddTo(found);
            Subtree(child, isRoot: false, found);
        }
    }

    /// <summary>MQTT-4.7.2-1.</summary>
    private static bool HiddenFromWildcards(string name, bool isRoot) => isRoot && name.StartsWith('$');

    private void Remove(Node node, ReadOnlySpan<char> rest)
    {
        var slash = rest.IndexOf('/');
        var level = slash < 0 ? rest : rest[..slash];
        if (node.Child(level) is not { } child)
            return;
        if (slash >= 0)
        {
            Remove(child, rest[(slash + 1)..]);
        }
        else if (child.Message is { } message)
        {
            child.Message = null;
            Count--;
            bytes -= message.HeldBytes;
            Changed?.Invoke(message.Topic, null);
        }

        if (child.IsEmpty)
            node.RemoveChild(level);
    }

    private sealed class Node
    {
        private static readonly Dictionary<string, Node> None = new(StringComparer.Ordinal);
        private Dictionary<string, Node> children = None;

        public IReadOnlyDictionary<string, Node> Children => children;

        public MqttMessage? Message { get; set; }

        public bool IsEmpty => Message is null && children.Count == 0;

        public Node? Child(ReadOnlySpan<char> level) =>
            children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(level, out var child) ? child : null;

        public Node GetOrAddChild(ReadOnlySpan<char> level)
        {
            if (Child(level) is { } child)
                return child;
            child = new Node();
            if (children == None)
                children = new(StringComparer.Ordinal);
            children.Add(level.ToString(), child);
            return child;
        }

        public void RemoveChild(ReadOnlySpan<char> level) => children.GetAlternateLookup<ReadOnlySpan<char>>().Remove(level);

        public void AddTo(List<MqttMessage> found)
        {
            if (Message is not null)
                found.Add(Message);
        }
    }
}
