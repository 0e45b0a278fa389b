using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Fog.Wasm.Generator;

/// <summary>
/// Which files of its project a method depends on: those of all methods, fields and types that it names or uses, and so
/// on. Other files may change without a consequence for it.
/// </summary>
internal sealed class Reach
{
    private readonly Compilation compilation;
    private readonly CancellationToken cancellation;
    private readonly HashSet<ISymbol> seen = new(SymbolEqualityComparer.Default);
    private readonly Queue<SyntaxNode> declarations = new();
    private readonly List<SyntaxTree> files = [];

    private Reach(Compilation compilation, CancellationToken cancellation)
    {
        this.compilation = compilation;
        this.cancellation = cancellation;
    }

    /// <summary>The method's own file first.</summary>
    public IReadOnlyList<SyntaxTree> Files => files;

    /// <summary>The C# compiler has something to say that ours need not repeat.</summary>
    public bool HasErrors { get; private set; }

    public static Reach Of(IMethodSymbol method, SyntaxNode declaration, Compilation compilation, CancellationToken cancellation)
    {
        var reach = new Reach(compilation, cancellation);
        reach.files.Add(declaration.SyntaxTree);
        reach.Add(method);
        while (reach.declarations.TryDequeue(out var next)) reach.Visit(next);
        return reach;
    }

    private void Add(ISymbol? symbol)
    {
        symbol = symbol switch
        {
            IMethodSymbol { AssociatedSymbol: { } property } => property,
            IMethodSymbol { ReducedFrom: { } extension } => extension,
            _ => symbol,
        };
        if (symbol is ITypeSymbol type)
        {
            AddType(type);
            return;
        }

        var isMember = symbol is IFieldSymbol or IPropertySymbol or IMethodSymbol { MethodKind: not (MethodKind.LocalFunction or MethodKind.AnonymousFunction) };
        if (!isMember || !IsOurs(symbol!) || !seen.Add(symbol!.OriginalDefinition)) return;
        AddBases(symbol.ContainingType);
        if (symbol.ContainingType is { TypeKind: TypeKind.Struct or TypeKind.Enum } value) AddType(value);
        AddDeclarations(symbol.OriginalDefinition);
    }

    private void AddType(ITypeSymbol? type)
    {
        if (type is IArrayTypeSymbol array) AddType(array.ElementType);
        if (type is not INamedTypeSymbol named) return;
        foreach (var argument in named.TypeArguments) AddType(argument);
        if (!IsOurs(named) || named.TypeKind is not (TypeKind.Struct or TypeKind.Enum) || !seen.Add(named.OriginalDefinition)) return;
        AddBases(named.ContainingType);
        foreach (var reference in named.DeclaringSyntaxReferences) AddFile(reference.SyntaxTree);
        foreach (var field in named.GetMembers().OfType<IFieldSymbol>())
        {
            if (!field.IsStatic) AddType(field.Type);
            else if (named.TypeKind == TypeKind.Enum) Add(field);
        }
    }

    // A name that is inherited is found through the bases.
    private void AddBases(INamedTypeSymbol? type)
    {
        for (; type is not null; type = type.ContainingType)
        {
            for (var from = type.BaseType; from is not null && IsOurs(from) && seen.Add(from.OriginalDefinition); from = from.BaseType)
            {
                foreach (var reference in from.DeclaringSyntaxReferences) AddFile(reference.SyntaxTree);
            }
        }
    }

    private void AddDeclarations(ISymbol symbol)
    {
        foreach (var reference in symbol.DeclaringSyntaxReferences)
        {
            var syntax = reference.GetSyntax(cancellation);
            AddFile(syntax.SyntaxTree);
            declarations.Enqueue(syntax is VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Parent: { } field } } ? field : syntax);
        }
    }

    private void AddFile(SyntaxTree tree)
    {
        if (!files.Contains(tree)) files.Add(tree);
    }

    private bool IsOurs(ISymbol symbol) => SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, compilation.Assembly);

    private void Visit(SyntaxNode declaration)
    {
        cancellation.ThrowIfCancellationRequested();
        var model = compilation.GetSemanticModel(declaration.SyntaxTree);
        foreach (var node in declaration.DescendantNodesAndSelf())
        {
            if (node is SimpleNameSyntax name) Add(model.GetSymbolInfo(name, cancellation).Symbol);
        }

        foreach (var node in declaration.DescendantNodesAndSelf(static n => !IsBody(n)).Where(IsBody))
        {
            foreach (var operation in model.GetOperation(node, cancellation)?.DescendantsAndSelf() ?? []) Visit(operation);
        }
    }

    // What a body uses without naming it.
    private void Visit(IOperation operation)
    {
        HasErrors |= operation is IInvalidOperation || operation.Type is IErrorTypeSymbol;
        AddType(operation.Type);
        Add(operation switch
        {
            IBinaryOperation binary => binary.OperatorMethod,
            IUnaryOperation unary => unary.OperatorMethod,
            ICompoundAssignmentOperation compound => compound.OperatorMethod,
            IIncrementOrDecrementOperation increment => increment.OperatorMethod,
            IConversionOperation conversion => conversion.OperatorMethod,
            IObjectCreationOperation creation => creation.Constructor,
            IInvocationOperation invocation => invocation.TargetMethod,
            IPropertyReferenceOperation reference => reference.Property,
            _ => null,
        });
    }

    private static bool IsBody(SyntaxNode node) => node is BlockSyntax or ArrowExpressionClauseSyntax or EqualsValueClauseSyntax;
}
