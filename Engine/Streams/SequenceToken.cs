using Orleans.Streams;

namespace Fog.Engine.Streams;

internal sealed class SequenceToken(long sequence) : StreamSequenceToken
{
    public override int EventIndex { get; protected set; }

    public override long SequenceNumber { get; protected set; } = sequence;

    public override int CompareTo(StreamSequenceToken? other)
        => other is null ? 1 : (SequenceNumber, EventIndex).CompareTo((other.SequenceNumber, other.EventIndex));

    public override bool Equals(StreamSequenceToken? other) => other is not null && CompareTo(other) == 0;

    public override bool Equals(object? obj) => Equals(obj as StreamSequenceToken);

    public override int GetHashCode() => HashCode.Combine(SequenceNumber, EventIndex);

    public override string ToString() => $"{SequenceNumber}";
}
