using Fog.Wasm.Compiler.Diagnostics;
using Fog.Wasm.Format;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Fog.Wasm.Compiler.Source;

/// <summary>A method with <c>[FogFunction]</c>, and what the attribute says.</summary>
internal sealed record FunctionDeclaration(IMethodSymbol Method, Location Place, string Name, AttributeData Attribute)
{
    private const string AttributeName = "FogFunctionAttribute";

    /// <summary>The declarations of a file, in source order. The attribute is known by its name alone.</summary>
    public static List<FunctionDeclaration> In(SourceProgram program, DiagnosticBag diagnostics)
    {
        var declarations = new List<FunctionDeclaration>();
        var names = new HashSet<string>();
        foreach (var node in program.File.GetRoot().DescendantNodes())
        {
            if (Of(program, node, diagnostics) is not { } declaration) continue;
            if (!names.Add(declaration.Name)) diagnostics.DuplicateName(declaration.Place, declaration.Name);
            else declarations.Add(declaration);
        }

        return declarations;
    }

    /// <summary>What a node of the program's file declares; null when it is no fog function, or one that is reported.</summary>
    public static FunctionDeclaration? Of(SourceProgram program, SyntaxNode node, DiagnosticBag diagnostics)
    {
        var place = node switch
        {
            MethodDeclarationSyntax method => method.Identifier.GetLocation(),
            LocalFunctionStatementSyntax local => local.Identifier.GetLocation(),
            _ => null,
        };
        if (place is null || program.Compilation.GetSemanticModel(program.File).GetDeclaredSymbol(node) is not IMethodSymbol symbol) return null;
        var attribute = symbol.GetAttributes().FirstOrDefault(a => a.AttributeClass?.Name == AttributeName);
        if (attribute is null) return null;
        if (!symbol.IsStatic || symbol.MethodKind != MethodKind.Ordinary || symbol.IsGenericMethod || symbol.ContainingType.IsGenericType)
        {
            diagnostics.NotAPlainStaticMethod(place, symbol.Name);
            return null;
        }

        var given = attribute.ConstructorArguments is [{ Value: string text }, ..] ? text : Setting(attribute, "Name") as string;
        var name = given ?? FunctionName.Of(symbol.Name);
        if (FunctionName.IsValid(name)) return new(symbol, place, name, attribute);
        diagnostics.BadName(given is null ? place : PlaceOf(attribute, place), name);
        return null;
    }

    /// <summary>The manifest, but for what only the compiled module shows.</summary>
    public FunctionManifest? Manifest(FogType result, IEnumerable<FogParameter> parameters, DiagnosticBag diagnostics)
    {
        var before = diagnostics.Count;
        var version = Setting(Attribute, "Version") as string ?? "1";
        if (version.Length is < 1 or > 32) diagnostics.BadSetting(PlaceOf(Attribute, Place), "Version", "1 to 32 characters");
        var replicas = Number("Replicas", 5, 1, FunctionManifest.ReplicasMax, diagnostics);
        if (replicas % 2 == 0) diagnostics.BadSetting(PlaceOf(Attribute, Place), "Replicas", "an odd number");
        var fuel = Number("FuelMax", 10_000_000, 1, long.MaxValue, diagnostics);
        var memory = Number("MemoryBytesMax", 65_536, 65_536, int.MaxValue, diagnostics);
        var depth = Number("CallDepthMax", 64, 1, 1_000, diagnostics);
        return diagnostics.Count > before ? null : new(Name, version, [.. parameters], result, (int)replicas, fuel, (int)memory, (int)depth);
    }

    private long Number(string setting, long byDefault, long min, long max, DiagnosticBag diagnostics)
    {
        var value = Setting(Attribute, setting) switch { int i => i, long l => l, _ => byDefault };
        if (value < min || value > max) diagnostics.BadSetting(PlaceOf(Attribute, Place), setting, $"{min:N0} to {max:N0}");
        return value;
    }

    private static object? Setting(AttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(a => a.Key == name).Value.Value;

    private static Location PlaceOf(AttributeData attribute, Location otherwise) =>
        attribute.ApplicationSyntaxReference is { } reference ? reference.SyntaxTree.GetLocation(reference.Span) : otherwise;
}
