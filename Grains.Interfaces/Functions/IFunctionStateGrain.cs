using System.Collections.Immutable;
using Fog.Grains.Interfaces.Ids;
using Orleans.Concurrency;

namespace Fog.Grains.Interfaces.Functions;

/// <summary>What one function keeps at one site. Key: <see cref="FunctionId.At"/>.</summary>
[Alias("fog.IFunctionStateGrain")]
public interface IFunctionStateGrain : IGrainWithStringKey
{
    /// <summary>What is kept: an empty text is nothing.</summary>
    [Alias("Read"), ReadOnly]
    Task<ImmutableArray<KeptValue>> Read();

    /// <summary>On return the value is kept, or one that a later call put. The same put again changes nothing.</summary>
    /// <exception cref="FogException"><see cref="FogError.LimitExceeded"/>: more keys than a function may have.</exception>
    [Alias("Put"), ResponseTimeout(GrainCalls.Timeout)]
    Task Put(KeptValue value);
}

/// <param name="Key"><c>[a-z0-9-]{1,32}</c>.</param>
/// <param name="Text">At most 2,044 UTF-16 units.</param>
[GenerateSerializer, Immutable, Alias("fog.KeptValue")]
public sealed record KeptValue(string Key, string Text, PutStamp Stamp);

/// <summary>Which effect put a value; later ones prevail, in whatever order they come.</summary>
/// <param name="AcceptedAt">Of the call.</param>
/// <param name="Effect">Its place among the effects of the call.</param>
[GenerateSerializer, Immutable, Alias("fog.PutStamp")]
public readonly record struct PutStamp(
    [property: Id(0)] DateTimeOffset AcceptedAt, [property: Id(1)] InvocationId Call, [property: Id(2)] int Effect) : IComparable<PutStamp>
{
    /// <summary>By the calls' time, by their names when that is the same, then by place.</summary>
    public int CompareTo(PutStamp other) =>
        AcceptedAt.CompareTo(other.AcceptedAt) is not 0 and var byTime ? byTime
        : string.CompareOrdinal(Call.ToString(), other.Call.ToString()) is not 0 and var byCall ? byCall
        : Effect.CompareTo(other.Effect);
}
