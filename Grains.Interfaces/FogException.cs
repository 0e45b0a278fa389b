namespace Fog.Grains.Interfaces;

/// <summary>A request that cannot be served, by name and in one sentence that says what to do. Crosses grain calls.</summary>
[GenerateSerializer, Alias("fog.FogException")]
public sealed class FogException : Exception
{
    public FogException(FogError error, string message) : base(message) => Error = error;

    [Id(0)]
    public FogError Error { get; }
}
