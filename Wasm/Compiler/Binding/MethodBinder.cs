using System.Collections.Immutable;
using Fog.Wasm.Compiler.Diagnostics;
using Fog.Wasm.Compiler.Source;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Fog.Wasm.Compiler.Binding;

/// <summary>
/// Turns what Roslyn knows of one method into our tree, or into diagnostics. What is not in the tree's vocabulary is
/// reported where it stands, and the method is then not compiled.
/// </summary>
internal sealed partial class MethodBinder
{
    private readonly SourceProgram program;
    private readonly DiagnosticBag diagnostics;
    private readonly IMethodSymbol method;
    private readonly bool trusted;
    private readonly Dictionary<ISymbol, Variable> variables = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, JumpTarget> jumpTargets = new(SymbolEqualityComparer.Default);

    // Locals by reference: what they stand for, or, when that is in memory, the variable that holds its address.
    private readonly Dictionary<ISymbol, Expression> aliases = new(SymbolEqualityComparer.Default);
    private readonly HashSet<Variable> references = [];

    private MethodBinder(SourceProgram program, IMethodSymbol method, DiagnosticBag diagnostics)
    {
        this.program = program;
        this.method = method;
        this.diagnostics = diagnostics;
        trusted = program.IsEmbedded(method);
    }

    /// <summary>The method's tree; whole only if nothing was reported.</summary>
    public static BoundMethod Bind(SourceProgram program, IMethodSymbol method, DiagnosticBag diagnostics)
    {
        var binder = new MethodBinder(program, method, diagnostics);
        return binder.Bind();
    }

    private BoundMethod Bind()
    {
        var syntax = method.DeclaringSyntaxReferences[0].GetSyntax();
        if (!program.IsValid(syntax, diagnostics)) return new(method, [], CsType.Void, new Block([]), []);
        var place = syntax switch
        {
            MethodDeclarationSyntax declaration => declaration.Identifier.GetLocation(),
            LocalFunctionStatementSyntax local => local.Identifier.GetLocation(),
            _ => syntax.GetLocation(),
        };
        // What a body speaks of are the parameters of the definition, of which a generic method is one use.
        var parameters = method.OriginalDefinition.Parameters.Select(BindParameter).ToImmutableArray();
        var isConstructor = method.MethodKind == MethodKind.Constructor;
        var result = TypeOf(isConstructor ? method.ContainingType : method.ReturnType, ReturnTypePlace(syntax) ?? place);
        if (!method.IsStatic && method.MethodKind != MethodKind.LocalFunction)
        {
            self = new("this", TypeOf(method.ContainingType, place));
            if (!isConstructor) parameters = parameters.Insert(0, self);
        }

        if (Unsupported() is { } what) diagnostics.UnsupportedMethod(place, method.Name, what);
        else if (isConstructor) return new(method, parameters, result, BindConstructor(syntax, place), [.. references]);
        else if (Body(syntax) is { } body) return new(method, parameters, result, BindStatement(body), [.. references]);
        else diagnostics.UnsupportedMethod(place, method.Name, "without a body");
        return new(method, parameters, result, new Block([]), []);
    }

    private string? Unsupported() => method switch
    {
        { IsAsync: true } => "async",
        { IsStatic: false, MethodKind: not MethodKind.LocalFunction, ContainingType.IsValueType: false } => "not static",
        { IsGenericMethod: true } when !trusted => "generic",
        { ContainingType.IsGenericType: true } => "generic",
        { IsExtern: true } => "extern",
        { ReturnsByRef: true } or { ReturnsByRefReadonly: true } => "returning a reference",
        _ => null,
    };

    private IOperation? Body(SyntaxNode syntax)
    {
        var model = program.Compilation.GetSemanticModel(syntax.SyntaxTree);
        return syntax switch
        {
            MethodDeclarationSyntax => model.GetOperation(syntax) is IMethodBodyOperation body ? (IOperation?)body.BlockBody ?? body.ExpressionBody : null,
            AccessorDeclarationSyntax or OperatorDeclarationSyntax or ConversionOperatorDeclarationSyntax =>
                model.GetOperation(syntax) is IMethodBodyOperation body ? (IOperation?)body.BlockBody ?? body.ExpressionBody : null,
            ConstructorDeclarationSyntax =>
                model.GetOperation(syntax) is IConstructorBodyOperation body ? (IOperation?)body.BlockBody ?? body.ExpressionBody : null,
            ArrowExpressionClauseSyntax => model.GetOperation(syntax),
            LocalFunctionStatementSyntax => model.GetOperation(syntax) is ILocalFunctionOperation local ? local.Body : null,
            _ => null,
        };
    }

    private Variable BindParameter(IParameterSymbol parameter)
    {
        var syntax = parameter.DeclaringSyntaxReferences is [var reference, ..] ? reference.GetSyntax() : null;
        var place = (syntax as ParameterSyntax)?.Type?.GetLocation() ?? parameter.Locations[0];
        var variable = new Variable(parameter.Name, TypeOf(parameter.Type, place));
        variables.Add(parameter, variable);
        return variable;
    }

    private static Location? ReturnTypePlace(SyntaxNode syntax) => syntax switch
    {
        MethodDeclarationSyntax declaration => declaration.ReturnType.GetLocation(),
        LocalFunctionStatementSyntax local => local.ReturnType.GetLocation(),
        _ => null,
    };

    private Variable Declare(ILocalSymbol local, Location place)
    {
        var variable = new Variable(local.Name, TypeOf(local.Type, place));
        variables[local] = variable;
        return variable;
    }

    private Expression VariableOf(ISymbol symbol, Location place)
    {
        if (aliases.TryGetValue(symbol, out var alias)) return alias;
        if (variables.TryGetValue(symbol, out var variable)) return new VariableValue(variable, place);
        diagnostics.Capture(place, symbol.Name);
        return new VariableValue(new(symbol.Name, CsType.I32), place);
    }

    private CsType? KnownType(ITypeSymbol? type) => Types.Of(Actual(type));

    private ScalarType? KnownScalar(ITypeSymbol? type) => Types.Scalar(Actual(type));

    /// <summary>The type with this method's type arguments in place of its type parameters.</summary>
    private ITypeSymbol? Actual(ITypeSymbol? type) => type switch
    {
        _ when !method.IsGenericMethod => type,
        ITypeParameterSymbol parameter => method.TypeArguments[parameter.Ordinal],
        IArrayTypeSymbol array => program.Compilation.CreateArrayTypeSymbol(Actual(array.ElementType)!, array.Rank),
        INamedTypeSymbol { IsGenericType: true } named => named.OriginalDefinition.Construct([.. named.TypeArguments.Select(t => Actual(t)!)]),
        _ => type,
    };

    private IMethodSymbol Actual(IMethodSymbol called) => method.IsGenericMethod && called.IsGenericMethod
        ? called.OriginalDefinition.Construct([.. called.TypeArguments.Select(t => Actual(t)!)])
        : called;

    private CsType TypeOf(ITypeSymbol? type, Location place)
    {
        if (KnownType(type) is { } known) return known;
        diagnostics.UnsupportedType(place, type?.ToDisplayString() ?? "?");
        return CsType.I32;
    }

    private ScalarType ScalarOf(ITypeSymbol? type, Location place)
    {
        if (KnownScalar(type) is { } known) return known;
        diagnostics.UnsupportedType(place, type?.ToDisplayString() ?? "?");
        return CsType.I32;
    }

    // A project that checks all its arithmetic does not check ours.
    private bool IsChecked(IOperation operation, bool isChecked) =>
        isChecked && (!trusted || operation.Syntax.Ancestors().Any(n => n.IsKind(SyntaxKind.CheckedExpression)));

    private static Location PlaceOf(IOperation operation) => operation.Syntax.GetLocation();

    // Stands in for what was reported.
    private static Expression Missing(Location place) => new Constant(CsType.I32, 0, place);

    private static string Describe(IOperation operation) =>
        $"'{Shorten(operation.Syntax.ToString())}' ({operation.Kind})";

    private static string Shorten(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= 40 ? line : line[..37] + "...";
    }
}
