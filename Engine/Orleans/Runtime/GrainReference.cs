using Fog.Engine.Invocation;

namespace Orleans.Runtime;

/// <summary>Stands for a grain or an observer wherever one is passed or called. Generated classes derive from it, one per interface.</summary>
public class GrainReference : IAddressable, IEquatable<GrainReference>
{
    internal GrainReference(ReferenceOrigin origin) => Origin = origin;

    internal ReferenceOrigin Origin { get; }

    public GrainId GrainId => Origin.GrainId;

    public bool Equals(GrainReference? other) => other is not null && (ReferenceEquals(Origin, other.Origin) || GrainId.Equals(other.GrainId));

    public override bool Equals(object? obj) => obj is GrainReference other && Equals(other);

    public override int GetHashCode() => GrainId.GetHashCode();

    public sealed override string ToString() => GrainId.ToString();

    public static bool operator ==(GrainReference? reference1, GrainReference? reference2)
        => reference1 is null ? reference2 is null : reference1.Equals(reference2);

    public static bool operator !=(GrainReference? reference1, GrainReference? reference2) => !(reference1 == reference2);
}
