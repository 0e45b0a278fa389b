namespace Fog.Grains.Interfaces.Ids;

/// <summary>A group of 3 to 7 nodes. Its grain key is <c>site/name</c>.</summary>
[GenerateSerializer, Immutable, Alias("fog.ClusterId")]
public readonly record struct ClusterId([property: Id(0)] string Site, [property: Id(1)] string Name)
{
    /// <exception cref="FogException"><see cref="FogError.InvalidName"/>.</exception>
    public static ClusterId Parse(string key)
    {
        var (scope, name) = FogName.Split(key, "cluster");
        return new(scope, name);
    }

    public override string ToString() => $"{Site}/{Name}";
}
