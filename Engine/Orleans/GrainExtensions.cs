using Fog.Engine.Invocation;
using Fog.Engine.Runtime;
using Orleans.Runtime;

namespace Orleans;

/// <summary>Identity of grains and references, and references of another interface to the same grain.</summary>
public static class GrainExtensions
{
    /// <summary>A reference to this grain (or to what this reference refers to) as <typeparamref name="TGrainInterface"/>, to be handed to others.</summary>
    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain)
        => ReferenceFactory<TGrainInterface>.Create(ReferenceOf(grain).Origin);

    public static GrainId GetGrainId(this IAddressable grain) => ReferenceOf(grain).GrainId;

    public static string GetPrimaryKeyString(this IAddressable grain)
        => grain is Grain activated ? Activation.Of(activated).Key : ReferenceOf(grain).Origin.Key;

    private static GrainReference ReferenceOf(IAddressable grain) => grain switch
    {
        GrainReference reference => reference,
        Grain activated => activated.GrainReference,
        _ => throw new ArgumentException($"{grain.GetType()} is neither a grain nor a grain reference.", nameof(grain)),
    };
}
