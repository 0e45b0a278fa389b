using System.CommandLine;
using System.Security.Cryptography;
using Fog.Client.Sdk.Cli.Output;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Rollouts;

namespace Fog.Client.Sdk.Cli.Verbs;

/// <summary><c>fog release create|list</c></summary>
internal static class ReleaseVerb
{
    private static readonly string[] s_columns = ["release", "size", "replaces from", "key", "added", "id"];

    public static Command Make(Terminal terminal) => new("release", "Sign firmware, and list what is signed.") { Create(terminal), List(terminal) };

    private static Command Create(Terminal terminal)
    {
        var image = new Argument<string>("IMAGE") { Description = "The agent's assembly as nanoFramework loads it, at most 32 KB." };
        var key = new Option<string>("--sign") { Description = "RSA private key in PEM, 2048 or 3072 bits. It stays here.", HelpName = "KEY", Required = true };
        var version = new Option<string>("--version") { Description = "Version of the firmware.", HelpName = "X.Y.Z", Required = true };
        var minimum = new Option<string>("--minimum") { Description = "Lowest version that it can take the place of.", HelpName = "X.Y.Z", DefaultValueFactory = _ => "0.0.0" };
        var board = new Option<string>("--board") { Description = "What it is made for.", HelpName = "BOARD", DefaultValueFactory = _ => "esp32" };
        var output = new Option<string?>("--out") { Description = "Write it to a file instead of sending it to the silo.", HelpName = "FILE" };
        var command = new Command("create", "Sign an image and give it to the silo.") { image, key, version, minimum, board, output };
        command.SetAction(async (parsed, cancel) =>
        {
            byte[] bytes = Read(parsed.GetValue(image)!, ReleaseManifest.ImageBytesMax);
            string made = parsed.GetValue(board)!;
            if (!FogName.IsValid(made))
            {
                throw new CliException(CliError.Usage($"'{made}' is no board: use 1 to 32 of a-z, 0-9 and '-'."));
            }

            byte[] file = Signed(bytes, made, Version(parsed.GetValue(version)!, 1), Version(parsed.GetValue(minimum)!, 0), parsed.GetValue(key)!);
            if (parsed.GetValue(output) is { } path)
            {
                await File.WriteAllBytesAsync(path, file, cancel);
                terminal.Line($"Written to {path}.");
                return ExitCode.Success;
            }

            using var fog = await SharedOptions.Connect(parsed, cancel);
            var release = await fog.AddReleaseAsync(file, cancel);
            terminal.Line($"{release.Name} of {release.SizeBytes} B, signed with key {release.KeyId}: roll it out with `fog rollout start {release.Name}`.");
            if (terminal.Json)
            {
                terminal.Answer(release);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static Command List(Terminal terminal)
    {
        var command = new Command("list", "List the site's releases, latest first.");
        command.SetAction(async (parsed, cancel) =>
        {
            using var fog = await SharedOptions.Connect(parsed, cancel);
            var releases = await fog.ReleasesAsync(cancel);
            if (terminal.Json)
            {
                terminal.Answer(releases);
            }
            else if (releases.Count == 0)
            {
                terminal.Line("There is no release yet: make one with `fog release create`.");
            }
            else
            {
                terminal.Table(s_columns, [.. releases.Select(r => (string[])[r.Name, $"{r.SizeBytes} B", r.MinimumVersion, r.KeyId, r.AddedAt.ToString("u"), r.Id[..16]])]);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static byte[] Signed(byte[] image, string board, uint version, uint minimum, string keyFile)
    {
        using var key = RSA.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(keyFile));
            byte[] modulus = key.ExportParameters(includePrivateParameters: false).Modulus!;
            if (key.KeySize is not (2048 or 3072) || !key.ExportParameters(includePrivateParameters: false).Exponent.AsSpan().SequenceEqual((ReadOnlySpan<byte>)[1, 0, 1]))
            {
                throw new CliException(CliError.BadFile($"The key in {keyFile} is none that devices verify: make one with `openssl genrsa -out {keyFile} 3072`."));
            }

            var manifest = new ReleaseManifest(board, version, minimum, image.Length, Digest.Of(image), [.. SHA256.HashData(modulus).AsSpan(0, ReleaseManifest.KeyIdBytes)]);
            return [.. manifest.With(key.SignData(manifest.Signed().AsSpan(), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)), .. image];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new CliException(CliError.BadFile($"The file {keyFile} cannot be read: check its name and its rights."));
        }
        catch (Exception none) when (none is ArgumentException or CryptographicException)
        {
            throw new CliException(CliError.BadFile($"The file {keyFile} holds no RSA private key in PEM: make one with `openssl genrsa -out {keyFile} 3072`."));
        }
    }

    private static byte[] Read(string path, int bytesMax)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            return bytes.Length is > 0 && bytes.Length <= bytesMax
                ? bytes
                : throw new CliException(CliError.BadFile($"The image {path} has {bytes.Length} bytes: a slot takes 1 to {bytesMax}."));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new CliException(CliError.BadFile($"The file {path} cannot be read: check its name and its rights."));
        }
    }

    private static uint Version(string text, uint min)
    {
        string[] parts = text.Split('.');
        bool isVersion = parts.Length == 3
            & ushort.TryParse(parts[0], out ushort major) & byte.TryParse(parts.ElementAtOrDefault(1), out byte minor) & byte.TryParse(parts.ElementAtOrDefault(2), out byte patch);
        uint version = ((uint)major << 16) | ((uint)minor << 8) | patch;
        return isVersion && version >= min ? version : throw new CliException(CliError.Usage($"'{text}' is no version: use X.Y.Z, up to 65535.255.255."));
    }
}
