using System.Collections.Immutable;
using Fog.Wasm.Compiler.Binding;
using Fog.Wasm.Compiler.Diagnostics;
using Fog.Wasm.Compiler.Emit;
using Fog.Wasm.Compiler.Lowering;
using Fog.Wasm.Compiler.Source;
using Fog.Wasm.Format;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Fog.Wasm.Compiler;

/// <summary>
/// Compiles the methods marked <c>[FogFunction]</c> to WebAssembly modules, each with only what it calls.
/// </summary>
/// <remarks>
/// Roslyn parses and gives types (Source); its operations become a tree with C#'s meaning (Binding), the tree becomes
/// instructions (Lowering), functions become modules (Emit). The same source gives the same bytes.
/// </remarks>
public sealed class FunctionCompiler
{
    // Of a manifest.
    private const int ParametersMax = 32;
    private const int ParameterNameMax = 64;

    private readonly SourceProgram program;
    private readonly DiagnosticBag diagnostics = new();
    private readonly Dictionary<IMethodSymbol, BoundMethod?> bound = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<MethodInstance, LoweredFunction> lowered = [];

    private FunctionCompiler(SourceProgram program) => this.program = program;

    /// <param name="source">Text of the file. It needs no reference to the SDK.</param>
    /// <param name="path">The name diagnostics use.</param>
    /// <remarks>Never throws for what the source says; safe to call from several threads.</remarks>
    public static CompilationResult Compile(string source, string path)
    {
        var compiler = new FunctionCompiler(new(source, path));
        return compiler.Compile(() =>
        {
            if (!compiler.program.IsValid(compiler.diagnostics)) return [];
            var declarations = FunctionDeclaration.In(compiler.program, compiler.diagnostics);
            if (declarations.Count == 0 && compiler.diagnostics.Count == 0) compiler.diagnostics.NoFunction(Location.Create(compiler.program.File, default));
            return declarations;
        });
    }

    /// <summary>Compiles one method of a project.</summary>
    /// <param name="files">The method's own file first, then those of all that it reaches, and of the global usings.</param>
    /// <param name="method">Span of the method's declaration.</param>
    /// <remarks>As <see cref="Compile(string, string)"/>. Errors of C# are reported in what the method reaches only.</remarks>
    public static CompilationResult Compile(FunctionPlatform platform, ImmutableArray<SyntaxTree> files, TextSpan method)
    {
        var compiler = new FunctionCompiler(new(platform, files));
        return compiler.Compile(() => FunctionDeclaration.Of(compiler.program, compiler.program.File.GetRoot().FindNode(method), compiler.diagnostics) is { } found ? [found] : []);
    }

    private CompilationResult Compile(Func<List<FunctionDeclaration>> find)
    {
        var functions = ImmutableArray.CreateBuilder<CompiledFunction>();
        try
        {
            if (SyntaxDepth.FindTooDeep(program.File.GetRoot()) is { } deep)
            {
                diagnostics.TooLarge(deep.GetLocation(), program.File.FilePath, $"it is nested more than {SyntaxDepth.Max} levels deep");
            }
            else
            {
                foreach (var declaration in find())
                {
                    if (Compile(declaration) is { } function) functions.Add(function);
                }
            }
        }
        catch (InsufficientExecutionStackException)
        {
            // A chain of operators is one level, but not to all who walk it.
            diagnostics.TooLarge(Location.Create(program.File, default), program.File.FilePath, "an expression has too many operators");
        }

        return new(functions.ToImmutable(), diagnostics.Sorted);
    }

    private CompiledFunction? Compile(FunctionDeclaration declaration)
    {
        var manifest = Manifest(declaration);
        return IsCompilable(new(declaration.Method), []) && manifest is not null ? Emit(declaration, manifest) : null;
    }

    private FunctionManifest? Manifest(FunctionDeclaration declaration)
    {
        var before = diagnostics.Count;
        var parameters = new List<FogParameter>();
        foreach (var parameter in declaration.Method.Parameters)
        {
            var type = parameter.RefKind == RefKind.None ? Types.AtTheBoundary(parameter.Type) : null;
            var key = StateKey.Of(parameter);
            if (key is not null && (!FunctionName.IsValid(key) || parameters.Any(p => p.State == key))) diagnostics.BadStateKey(PlaceOf(parameter), key);
            if (type is { } known) parameters.Add(new(parameter.Name, known, key));
            else diagnostics.TypeAtTheBoundary(PlaceOf(parameter), parameter.RefKind == RefKind.None ? parameter.Type.ToDisplayString() : "ref " + parameter.Type.ToDisplayString());
        }

        if (parameters.Count > ParametersMax) diagnostics.TooLarge(declaration.Place, declaration.Name, $"more than {ParametersMax} parameters");
        if (parameters.Any(p => p.Name.Length > ParameterNameMax)) diagnostics.TooLarge(declaration.Place, declaration.Name, $"a parameter's name has more than {ParameterNameMax} characters");
        if (Types.AtTheBoundary(declaration.Method.ReturnType) is not { } result)
        {
            var syntax = (MethodDeclarationSyntax)declaration.Method.DeclaringSyntaxReferences[0].GetSyntax();
            diagnostics.TypeAtTheBoundary(syntax.ReturnType.GetLocation(), declaration.Method.ReturnType.ToDisplayString());
            return null;
        }

        var manifest = declaration.Manifest(result, parameters, diagnostics);
        return diagnostics.Count > before ? null : manifest;
    }

    private static Location PlaceOf(IParameterSymbol parameter) =>
        parameter.DeclaringSyntaxReferences[0].GetSyntax() is ParameterSyntax { Type: { } type } ? type.GetLocation() : parameter.Locations[0];

    /// <summary>Binds a method and all it calls; false if any of them has diagnostics.</summary>
    private bool IsCompilable(MethodInstance instance, HashSet<MethodInstance> seen)
    {
        if (!seen.Add(instance)) return true;
        var method = instance.Method;
        if (!bound.TryGetValue(method, out var tree))
        {
            var before = diagnostics.Count;
            var attempt = MethodBinder.Bind(program, method, diagnostics);
            bound[method] = tree = diagnostics.Count == before ? attempt : null;
        }

        if (tree is null) return false;
        var compilable = true;
        foreach (var called in Lowered(instance).Body.Select(c => c.Operand).OfType<MethodInstance>())
        {
            compilable &= IsCompilable(called, seen);
        }

        return compilable;
    }

    private LoweredFunction Lowered(MethodInstance instance)
    {
        if (!lowered.TryGetValue(instance, out var function)) lowered[instance] = function = MethodLowerer.Lower(program, bound[instance.Method]!, instance);
        return function;
    }

    private CompiledFunction? Emit(FunctionDeclaration declaration, FunctionManifest manifest)
    {
        var emitted = ModuleEmitter.Emit(manifest, Lowered(new(declaration.Method)), Lowered);
        if (emitted.MemoryBytes > manifest.MemoryBytesMax)
        {
            diagnostics.TooLarge(declaration.Place, declaration.Name, $"its static data needs {emitted.MemoryBytes:N0} bytes of memory, {manifest.MemoryBytesMax:N0} allowed");
            return null;
        }

        try
        {
            var placed = ModuleReader.Read(ModuleWriter.Write(emitted.Module));
            var traps = TrapTable.ToSection(TrapSites.Of(placed, emitted.Code, program));
            var module = emitted.Module with { CustomSections = emitted.Module.CustomSections.Add(traps) };
            return new(manifest, [.. ModuleWriter.Write(module)]);
        }
        catch (ModuleException e) when (e.Error == ModuleError.LimitExceeded)
        {
            diagnostics.TooLarge(declaration.Place, declaration.Name, e.Message);
            return null;
        }
    }
}
