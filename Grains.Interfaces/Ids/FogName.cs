using System.Diagnostics.CodeAnalysis;

namespace Fog.Grains.Interfaces.Ids;

/// <summary>The one shape of a name of a site, node, cluster, tenant, function or idempotency key: <c>[a-z0-9-]{1,32}</c>.</summary>
public static class FogName
{
    public const int LengthMax = 32;

    public static bool IsValid([NotNullWhen(true)] string? name) =>
        name is { Length: > 0 and <= LengthMax } && name.All(static c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');

    /// <exception cref="FogException"><see cref="FogError.InvalidName"/>.</exception>
    public static string Check(string? name, string what) =>
        IsValid(name) ? name : throw new FogException(FogError.InvalidName, $"'{name}' is not a name for a {what}: use 1 to 32 of a-z, 0-9 and '-'.");

    /// <summary>Splits a grain key <c>scope/name</c>.</summary>
    internal static (string Scope, string Name) Split(string key, string what)
    {
        int slash = key.IndexOf('/', StringComparison.Ordinal);
        return slash < 0
            ? throw new FogException(FogError.InvalidName, $"'{key}' is not a key of a {what}: expected 'scope/name'.")
            : (Check(key[..slash], what), Check(key[(slash + 1)..], what));
    }
}
