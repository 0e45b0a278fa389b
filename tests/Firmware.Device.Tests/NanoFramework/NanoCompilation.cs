using Fog.Firmware.Device.Host;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Fog.Firmware.Device.Tests.NanoFramework;

/// <summary>What runs on a board compiled as nanoFramework's tools would, as far as that can be had here.</summary>
/// <remarks>The core library is nanoFramework's own; packages are stood for by types without bodies, made from Api.txt.</remarks>
internal static class NanoCompilation
{
    private static readonly CSharpParseOptions Language = new(LanguageVersion.CSharp8);
    private static readonly MetadataReference CoreLibrary = MetadataReference.CreateFromFile(Path.Combine(AppContext.BaseDirectory, "NanoFramework", "mscorlib.dll"));

    public static string Folder { get; } = Path.GetFullPath(Path.Combine(Vectors, "../../Firmware/Device"));

    private static string Vectors => typeof(NanoCompilation).Assembly
        .GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), false)
        .Cast<System.Reflection.AssemblyMetadataAttribute>()
        .Single(a => a.Key == "VectorsFolder").Value!;

    public static CSharpCompilation Packages { get; } = Compilation("NanoFramework.Packages", [CSharpSyntaxTree.ParseText(ApiFacts.ToSource(), new CSharpParseOptions(LanguageVersion.Latest))]);

    public static CSharpCompilation Elementary { get; } = Compilation("Wasm.Math", Sources("../../Wasm/Math/Elementary"), Packages);

    public static CSharpCompilation Portable { get; } = Compilation("Wasm.Portable", Sources("../../Wasm/Portable"), Packages, Elementary);

    public static CSharpCompilation Loader { get; } = Compilation("Firmware.Loader", Sources("../Loader"), Packages, Portable);

    public static CSharpCompilation Logic { get; } = Compilation("Firmware.Logic", Sources("../Logic"), Packages, Portable, Loader);

    public static CSharpCompilation Board { get; } = Compilation("Board", [.. Sources("AgentEntry.cs"), .. Sources("Board")], Packages, Portable, Loader);

    /// <summary>With what it runs, made as for a board, in the same assembly.</summary>
    public static CSharpCompilation SelfTest { get; } = Compilation(
        "SelfTest",
        [.. Sources("AgentEntry.cs"), .. Sources("SelfTest"), .. Sources("Nano"), .. Material(new DotNetHost(TextWriter.Null))],
        Packages,
        Portable,
        Loader);

    public static IEnumerable<string> Errors(CSharpCompilation compilation) =>
        compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString());

    public static SyntaxTree Parse(string source) => CSharpSyntaxTree.ParseText(source, Language);

    public static IEnumerable<SyntaxTree> Material(DotNetHost host) => MaterialFiles.Of(host).Values.Select(Parse);

    private static SyntaxTree[] Sources(string path)
    {
        path = Path.Combine(Folder, path);
        string[] files = File.Exists(path) ? [path] : Directory.GetFiles(path, "*.cs", SearchOption.AllDirectories);
        return [.. files
            .Where(file => Path.GetRelativePath(path, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"))
            .Order(StringComparer.Ordinal)
            .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), Language, file))];
    }

    private static CSharpCompilation Compilation(string name, SyntaxTree[] trees, params CSharpCompilation[] references) => CSharpCompilation.Create(
        name,
        trees,
        [CoreLibrary, .. references.Select(reference => reference.ToMetadataReference())],
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
}
