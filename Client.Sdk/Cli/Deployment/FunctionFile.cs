using Fog.Wasm.Compiler;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime;

namespace Fog.Client.Sdk.Cli.Deployment;

/// <summary>The functions in a file: those a C# file declares, or the one a module is.</summary>
internal static class FunctionFile
{
    /// <summary>Bytes of C# source. Ours: a file of functions is a few kilobytes.</summary>
    private const long SourceBytesMax = 1 << 20;

    /// <exception cref="CliException">The file cannot be read, or holds no function that can be deployed.</exception>
    public static IReadOnlyList<(string Name, ReadOnlyMemory<byte> Wasm)> Read(string path) => Path.GetExtension(path) switch
    {
        ".cs" => Compile(Text(path), path),
        ".wasm" => [Module(Bytes(path, ModuleLimits.ModuleBytesMax), path)],
        _ => throw new CliException(CliError.BadFile($"'{path}' is no file of functions: give a .cs or a .wasm file.")),
    };

    /// <exception cref="CliException">It does not compile; the message has every diagnostic with its place.</exception>
    public static IReadOnlyList<(string Name, ReadOnlyMemory<byte> Wasm)> Compile(string source, string path)
    {
        var compiled = FunctionCompiler.Compile(source, path);
        return compiled.Diagnostics.IsEmpty
            ? [.. compiled.Functions.Select(function => (function.Manifest.Name, (ReadOnlyMemory<byte>)function.Wasm.AsMemory()))]
            : throw new CliException(new CliError(
                "CannotCompile",
                string.Join('\n', compiled.Diagnostics.Select(diagnostic => diagnostic.ToString()).Prepend($"{path} does not compile to WebAssembly:")),
                ExitCode.Usage));
    }

    private static (string Name, ReadOnlyMemory<byte> Wasm) Module(byte[] wasm, string path)
    {
        try
        {
            return (FunctionArtifact.Load(wasm).Manifest.Name, wasm);
        }
        catch (ModuleException failure)
        {
            throw new CliException(new CliError("InvalidModule", $"'{path}' cannot be deployed: {failure.Message}.", ExitCode.Usage));
        }
    }

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
