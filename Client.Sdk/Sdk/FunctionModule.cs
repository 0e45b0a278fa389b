using System.Security.Cryptography;

namespace Fog.Client;

/// <summary>A function as the bytes of its module: what the application was built with is what runs, whatever else is deployed under the name.</summary>
public sealed class FunctionModule
{
    private readonly byte[] _wasm;

    /// <param name="name">The manifest's.</param>
    /// <param name="wasm">A module with a fog manifest.</param>
    public FunctionModule(string name, ReadOnlySpan<byte> wasm)
    {
        Name = name;
        _wasm = wasm.ToArray();
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(wasm));
    }

    public string Name { get; }

    public ReadOnlyMemory<byte> Wasm => _wasm;

    /// <summary>Lower-case hex.</summary>
    public string Sha256 { get; }
}
