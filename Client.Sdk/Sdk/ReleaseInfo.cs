namespace Fog.Client;

/// <summary>A signed firmware release that the site has.</summary>
/// <param name="Name">Board and version, as in <c>esp32-1.2.3</c>.</param>
/// <param name="Id">SHA-256 of what is signed.</param>
/// <param name="KeyId">Which key signed it: 16 hexadecimal digits.</param>
public sealed record ReleaseInfo(string Name, string Id, string Board, string Version, string MinimumVersion, int SizeBytes, string KeyId, DateTimeOffset AddedAt);
