using System.Security.Cryptography;
using System.Text;
using Fog.Grains.Secrets;

namespace Fog.Silo.Host.Keys;

/// <summary>The file of a silo's master keys: beside the state, never in it, so that neither the folder nor a backup gives away what is sealed there.</summary>
/// <remarks>
/// <code>
/// fog master keys 1
/// 64 hexadecimal digits, a key a line; the last one is the current key
/// </code>
/// A rotation appends a line and forces it to the disk. A last line without its end is what a crash left of one: it is no key yet.
/// </remarks>
public static class MasterKeyFile
{
    private const string Header = "fog master keys 1";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Bytes of the file. Ours: the header and the most keys a ring has.</summary>
    private const int BytesMax = 64 + (KeyRing.KeysMax + 1) * ((2 * MasterKey.Bytes) + 2);

    /// <summary>Where the keys of a data folder are unless the settings say otherwise.</summary>
    public static string Beside(string dataFolder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataFolder)) + ".keys";

    /// <summary>Reads the keys.</summary>
    /// <exception cref="SiloStartException">It is not there, is no such file, or others may read it.</exception>
    public static KeyRing Read(string path) => new([.. Keys(path).Select(static key => new MasterKey(Convert.FromHexString(key)))]);

    /// <summary>Makes the file with a first key, for its owner alone, where there is none.</summary>
    /// <returns>Whether it was made.</returns>
    /// <exception cref="SiloStartException">It cannot be written.</exception>
    public static bool Ensure(string path)
    {
        if (File.Exists(path))
        {
            return false;
        }

        Guard(path, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            Write(path, $"{Header}\n{NewKey()}\n", FileMode.CreateNew);
        });
        return true;
    }

    /// <summary>Adds a key, which is the current one from the silo's next start on.</summary>
    /// <returns>The new ring.</returns>
    /// <exception cref="SiloStartException">The file cannot be read or written, or is full.</exception>
    public static KeyRing Rotate(string path)
    {
        var keys = Keys(path);
        if (keys.Count == KeyRing.KeysMax)
        {
            throw new SiloStartException($"{path} has {KeyRing.KeysMax} keys, the most it may have: drop old ones with `fog key drop`.");
        }

        // Whole lines only: what a crash left of an earlier rotation is not to become the beginning of this key.
        string whole = $"{Header}\n{string.Concat(keys.Select(static key => key + "\n"))}";
        Guard(path, () =>
        {
            using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read))
            {
                file.SetLength(whole.Length);
            }

            Write(path, NewKey() + "\n", FileMode.Append);
        });
        return Read(path);
    }

    /// <summary>Removes a key that nothing is sealed under any more.</summary>
    /// <exception cref="SiloStartException">There is no such key, or it is the current one.</exception>
    public static KeyRing Drop(string path, string id)
    {
        var keys = Keys(path);
        var left = keys.Where(key => new MasterKey(Convert.FromHexString(key)).Id != id).ToArray();
        if (left.Length == keys.Count)
        {
            throw new SiloStartException($"{path} has no key {id}: see `fog key list`.");
        }

        if (left.Length == 0 || left[^1] != keys[^1])
        {
            throw new SiloStartException($"{id} is the current key of {path}: rotate first.");
        }

        Guard(path, () =>
        {
            string part = path + ".part";
            File.Delete(part);
            Write(part, $"{Header}\n{string.Concat(left.Select(static key => key + "\n"))}", FileMode.CreateNew);
            File.Move(part, path, overwrite: true);
        });
        return Read(path);
    }

    private static List<string> Keys(string path)
    {
        string text = "";
        Guard(path, () =>
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(OwnerOnly | UnixFileMode.UserExecute)) != 0)
            {
                throw new SiloStartException($"The master keys in {path} can be read or changed by others: make it the silo's own with `chmod 600 {path}`, and rotate the key if others were there.");
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            if (file.Length > BytesMax)
            {
                throw NoKeys(path);
            }

            using var reader = new StreamReader(file, Encoding.ASCII);
            text = reader.ReadToEnd();
        });

        var lines = text.Split('\n');
        var keys = lines.Skip(1).SkipLast(1).ToList(); // The last one is what comes after the last line's end.
        return lines[0] == Header && keys.Count is > 0 and <= KeyRing.KeysMax && keys.All(static key => key.Length == 2 * MasterKey.Bytes && key.All(char.IsAsciiHexDigitLower))
            ? keys
            : throw NoKeys(path);
    }

    private static string NewKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(MasterKey.Bytes));

    private static void Write(string path, string text, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows() && mode == FileMode.CreateNew)
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using var file = new FileStream(path, options);
        file.Write(Encoding.ASCII.GetBytes(text));
        file.Flush(flushToDisk: true);
    }

    private static void Guard(string path, Action work)
    {
        try
        {
            work();
        }
        catch (FileNotFoundException missing)
        {
            throw new SiloStartException($"The file of master keys {path} is not there: put it back, or name it with --keys.", missing);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SiloStartException($"The file of master keys {path} cannot be used ({e.Message.TrimEnd('.')}): name another with --keys.", e);
        }
    }

    private static SiloStartException NoKeys(string path) => new($"{path} is no file of master keys, or is damaged: put back the one that the silo made.");
}
