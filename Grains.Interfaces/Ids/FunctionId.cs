namespace Fog.Grains.Interfaces.Ids;

/// <summary>A deployed function. Its grain key is <c>tenant/name</c>.</summary>
[GenerateSerializer, Immutable, Alias("fog.FunctionId")]
public readonly record struct FunctionId([property: Id(0)] string Tenant, [property: Id(1)] string Name)
{
    /// <exception cref="FogException"><see cref="FogError.InvalidName"/>.</exception>
    public static FunctionId Parse(string key)
    {
        var (scope, name) = FogName.Split(key, "function");
        return new(scope, name);
    }

    /// <summary>Key of what it keeps at a site: <c>site/tenant/function</c>.</summary>
    public string At(string site) => $"{site}/{this}";

    public override string ToString() => $"{Tenant}/{Name}";
}
