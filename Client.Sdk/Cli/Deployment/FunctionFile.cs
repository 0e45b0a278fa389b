using Fog.Wasm.Compiler;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime;

namespace Fog.Client.Sdk.Cli.Deployment;

/// <summary>A function that the fog would take.</summary>
internal sealed record FunctionModuleFile(string Name, string Signature, ReadOnlyMemory<byte> Wasm, int ImageBytes);

/// <summary>The functions in a file: those a C# file declares, or the one a module is.</summary>
internal static class FunctionFile
{
    /// <summary>Bytes of C# source, and of a manifest. Ours: a file of functions is a few kilobytes.</summary>
    private const long SourceBytesMax = 1 << 20;

    /// <param name="manifest">A file with the manifest of a module that has none; null: it has one.</param>
    /// <exception cref="CliException">A file cannot be read, or holds no function that can be deployed.</exception>
    public static IReadOnlyList<FunctionModuleFile> Read(string path, string? manifest = null) => (Path.GetExtension(path), manifest) switch
    {
        (".cs", null) => Compile(Text(path), path),
        (".cs", _) => throw new CliException(CliError.Usage("A manifest is for a .wasm module: of C# the attribute [FogFunction] says it all.")),
        (".wasm", _) => [Module(WithManifest(Bytes(path, ModuleLimits.ModuleBytesMax), path, manifest), path)],
        _ => throw new CliException(CliError.BadFile($"'{path}' is no file of functions: give a .cs or a .wasm file.")),
    };

    /// <exception cref="CliException">It does not compile; the message has every diagnostic with its place.</exception>
    public static IReadOnlyList<FunctionModuleFile> Compile(string source, string path)
    {
        var compiled = FunctionCompiler.Compile(source, path);
        return compiled.Diagnostics.IsEmpty
            ? [.. compiled.Functions.Select(function => Module([.. function.Wasm], path))]
            : throw new CliException(new CliError(
                "CannotCompile",
                string.Join('\n', compiled.Diagnostics.Select(diagnostic => diagnostic.ToString()).Prepend($"{path} does not compile to WebAssembly:")),
                ExitCode.Usage));
    }

    /// <exception cref="CliException">The file cannot be written.</exception>
    public static void Write(string path, ReadOnlyMemory<byte> wasm)
    {
        try
        {
            File.WriteAllBytes(path, wasm.ToArray());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CliException(CliError.BadFile($"The file '{path}' cannot be written: check its name and its rights."));
        }
    }

    private static byte[] WithManifest(byte[] wasm, string path, string? manifest)
    {
        try
        {
            var module = ModuleReader.Read(wasm);
            var has = module.CustomSections.Any(section => section.Name == FunctionManifest.SectionName);
            return (has, manifest) switch
            {
                (true, null) => wasm,
                (false, null) => throw new CliException(CliError.BadFile($"'{path}' has no manifest: give one with `fog build {path} --manifest FILE.json`.")),
                (true, _) => throw new CliException(CliError.BadFile($"'{path}' has a manifest already: leave --manifest away.")),
                (false, { } file) => ModuleWriter.Append(wasm, FunctionManifest.Parse(Bytes(file, SourceBytesMax)).ToSection()),
            };
        }
        catch (ModuleException failure) when (failure.Error == ModuleError.ManifestMalformed)
        {
            throw new CliException(CliError.BadFile($"'{manifest}' is no manifest: {failure.Message}. docs/values.md says what belongs into it."));
        }
        catch (ModuleException failure)
        {
            throw Undeployable(path, failure);
        }
    }

    private static FunctionModuleFile Module(byte[] wasm, string path)
    {
        try
        {
            var artifact = FunctionArtifact.Load(wasm);
            return new(artifact.Manifest.Name, artifact.Manifest.Signature, wasm, artifact.Image.Length);
        }
        catch (ModuleException failure)
        {
            throw Undeployable(path, failure);
        }
    }

    private static CliException Undeployable(string path, ModuleException failure) =>
        new(new CliError("InvalidModule", $"'{path}' cannot be deployed: {failure.Message}.", ExitCode.Usage));

    private static string Text(string path)
    {
        using var reader = new StreamReader(new MemoryStream(Bytes(path, SourceBytesMax)));
        return reader.ReadToEnd();
    }

    private static byte[] Bytes(string path, long bytesMax)
    {
        try
        {
            return new FileInfo(path).Length <= bytesMax
                ? File.ReadAllBytes(path)
                : throw new CliException(CliError.BadFile($"The file '{path}' is too large: at most {bytesMax} bytes are taken."));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CliException(CliError.BadFile($"The file '{path}' cannot be read: check its name and its rights."));
        }
    }
}
