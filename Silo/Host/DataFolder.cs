namespace Fog.Silo.Host;

/// <summary>The folder of a silo's durable state, held by one silo at a time: two writers would lose each other's work.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held)
    {
        StateFile = Path.Combine(path, "fog.db");
        _lock = held;
    }

    /// <summary>SQLite file of the embedded engine.</summary>
    public string StateFile { get; }

    /// <exception cref="SiloStartException">No such folder can be made, or another silo has it.</exception>
    public static DataFolder Take(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SiloStartException($"The data folder '{path}' cannot be made: check its name and rights.", failure);
        }

        try
        {
            // The operating system lets go of it when the process ends, however it ends.
            return new(path, new FileStream(Path.Combine(path, "silo.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SiloStartException($"The data folder '{path}' is in use by another silo, or cannot be written: stop that silo, or name another folder with --data.", failure);
        }
    }

    public void Dispose() => _lock.Dispose();
}
