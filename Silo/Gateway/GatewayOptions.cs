namespace Fog.Silo.Gateway;

/// <param name="Site">Site whose dispatcher takes calls that name no other.</param>
/// <param name="Tenant">Owner of the functions and invocations served here.</param>
public sealed record GatewayOptions(string Site, string Tenant);
