using System.Text;

namespace Fog.DeviceProxy.Mqtt.Topics;

/// <summary>The rules for topic names and topic filters (4.7).</summary>
internal static class Topic
{
    /// <summary>Bytes of UTF-8 (MQTT-4.7.3-3).</summary>
    private const int BytesMax = 65_535;

    public static bool HasWildcard(string topic) => topic.AsSpan().ContainsAny('+', '#');

    /// <summary>Levels, of which there is one more than separators; an empty one counts (4.7.1.1).</summary>
    public static int Levels(string topic) => topic.AsSpan().Count('/') + 1;

    /// <summary>
    /// At least one character (MQTT-4.7.3-1); <c>#</c> only alone in the last level (MQTT-4.7.1-2),
    /// <c>+</c> only alone in a level (MQTT-4.7.1-3).
    /// </summary>
    public static bool IsFilter(string filter)
    {
        if (filter.Length == 0)
            return false;
        for (var i = filter.AsSpan().IndexOfAny('+', '#'); i >= 0; i = NextWildcard(filter, i))
        {
            var opens = i == 0 || filter[i - 1] == '/';
            var closes = i == filter.Length - 1 || (filter[i] == '+' && filter[i + 1] == '/');
            if (!opens || !closes)
                return false;
        }

        return true;
    }

    /// <summary>Refuses what a caller may not publish to.</summary>
    /// <exception cref="ArgumentException"/>
    public static void RequireName(string topic)
    {
        RequireText(topic);
        if (HasWildcard(topic))
            throw new ArgumentException($"'{topic}' has a wildcard: it is a topic filter, not a topic name.", nameof(topic));
    }

    /// <summary>Refuses what a caller may not subscribe to.</summary>
    /// <exception cref="ArgumentException"/>
    public static void RequireFilter(string filter)
    {
        RequireText(filter);
        if (!IsFilter(filter))
            throw new ArgumentException($"'{filter}' is not a topic filter: '+' stands for a whole level, '#' for the whole rest.", nameof(filter));
    }

    private static void RequireText(string topic)
    {
        ArgumentException.ThrowIfNullOrEmpty(topic);
        if (topic.Contains('\0'))
            throw new ArgumentException("A topic must not contain U+0000.", nameof(topic));
        if (!IsWellFormed(topic))
            throw new ArgumentException("A topic must be well-formed Unicode.", nameof(topic));
        if (Encoding.UTF8.GetByteCount(topic) > BytesMax)
            throw new ArgumentException($"A topic has at most {BytesMax} bytes.", nameof(topic));
    }

    /// <summary>No half of a surrogate pair without the other, which UTF-8 cannot say.</summary>
    private static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var used) != System.Buffers.OperationStatus.Done)
                return false;
            text = text[used..];
        }

        return true;
    }

    private static int NextWildcard(string filter, int after)
    {
        var next = filter.AsSpan(after + 1).IndexOfAny('+', '#');
        return next < 0 ? -1 : after + 1 + next;
    }
}
