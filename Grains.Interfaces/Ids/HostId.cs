namespace Fog.Grains.Interfaces.Ids;

/// <summary>A fog host. Its grain key is <c>site/name</c>.</summary>
[GenerateSerializer, Immutable, Alias("fog.HostId")]
public readonly record struct HostId([property: Id(0)] string Site, [property: Id(1)] string Name)
{
    /// <exception cref="FogException"><see cref="FogError.InvalidName"/>.</exception>
    public static HostId Parse(string key)
    {
        var (scope, name) = FogName.Split(key, "fog host");
        return new(scope, name);
    }

    public override string ToString() => $"{Site}/{Name}";
}
