namespace Fog.Client;

/// <summary>A deployed function.</summary>
/// <param name="Signature">For people: <c>rosen(x: f64[]) -> f64</c>.</param>
/// <param name="Module">SHA-256 of the module.</param>
/// <param name="Image">SHA-256 of the device image made of it.</param>
public sealed record FunctionInfo(
    string Name,
    int Version,
    string Signature,
    int Replicas,
    string Module,
    int ModuleBytes,
    string Image,
    int ImageBytes);
