using Fog.Grains;
using Fog.Grains.Secrets;

namespace Fog.Silo.Host.Keys;

/// <summary>Where this silo has its master keys from: a file, made at the first start, or none for state that ends with the process.</summary>
internal sealed class MasterKeys
{
    private readonly bool _isNew;

    /// <exception cref="SiloStartException">The file cannot be used.</exception>
    public MasterKeys(FogHostOptions options, IRandomSource random)
    {
        Path = options.Keys ?? (options.Data is { } data ? MasterKeyFile.Beside(data) : null);
        if (Path is null)
        {
            Ring = options.Cluster is null
                ? KeyRing.Fresh(random)
                : throw new SiloStartException("The silos of a cluster share a file of master keys: name this silo's copy with keys, as in --keys /etc/fog/master.keys.");
            return;
        }

        if (options.Data is { } folder && IsBelow(Path, folder))
        {
            throw new SiloStartException($"The master keys in {Path} would lie in the data folder that they protect: name a file elsewhere with --keys.");
        }

        _isNew = MasterKeyFile.Ensure(Path);
        Ring = MasterKeyFile.Read(Path);
    }

    public string? Path { get; }

    public KeyRing Ring { get; }

    /// <summary>A file that was made just now, and is not what the state needs, goes again.</summary>
    public void Abandon()
    {
        if (_isNew)
        {
            File.Delete(Path!);
        }
    }

    private static bool IsBelow(string path, string folder) =>
        System.IO.Path.GetFullPath(path).StartsWith(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(folder)) + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
