namespace Fog.Grains.Interfaces.Ids;

/// <summary>A device (or the grain that mirrors it). Its grain key is <c>site/name</c>.</summary>
[GenerateSerializer, Immutable, Alias("fog.NodeId")]
public readonly record struct NodeId([property: Id(0)] string Site, [property: Id(1)] string Name)
{
    /// <exception cref="FogException"><see cref="FogError.InvalidName"/>.</exception>
    public static NodeId Parse(string key)
    {
        var (scope, name) = FogName.Split(key, "device");
        return new(scope, name);
    }

    public override string ToString() => $"{Site}/{Name}";
}
