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
        var model = program.Compilation.GetSemanticModel(program.File);
        var declarations = new List<FunctionDeclaration>();
        var names = new HashSet<string>();
        foreach (var node in program.File.GetRoot().DescendantNodes())
        {
            var place = node switch
            {
                MethodDeclarationSyntax method => method.Identifier.GetLocation(),
                LocalFunctionStatementSyntax local => local.Identifier.GetLocation(),
                _ => null,
            };
            if (place is null || model.GetDeclaredSymbol(node) is not IMethodSymbol symbol) continue;
            var attribute = symbol.GetAttributes().FirstOrDefault(a => a.AttributeClass?.Name == AttributeName);
            if (attribute is null) continue;
            if (!symbol.IsStatic || symbol.MethodKind != MethodKind.Ordinary || symbol.IsGenericMethod || symbol.ContainingType.IsGenericType)
            {
                diagnostics.NotAPlainStaticMethod(place, symbol.Name);
                continue;
            }

            var given = attribute.ConstructorArguments is [{ Value: string text }, ..] ? text : Setting(attribute, "Name") as string;
            var name = given ?? FunctionName.Of(symbol.Name);
            if (!FunctionName.IsValid(name)) diagnostics.BadName(given is null ? place : PlaceOf(attribute, place), name);
            else if (!names.Add(name)) diagnostics.DuplicateName(place, name);
            else declarations.Add(new(symbol, place, name, attribute));
        }

        return declarations;
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
