using System.Linq;
using Microsoft.CodeAnalysis;

namespace Fog.Engine.Generator;

/// <summary>The types of the grain model, known by name.</summary>
internal static class GrainSymbols
{
    internal const string OneWay = "Orleans.Concurrency.OneWayAttribute";
    internal const string ReadOnly = "Orleans.Concurrency.ReadOnlyAttribute";
    internal const string AlwaysInterleave = "Orleans.Concurrency.AlwaysInterleaveAttribute";
    internal const string ResponseTimeout = "Orleans.ResponseTimeoutAttribute";
    internal const string Task = "System.Threading.Tasks.Task";
    internal const string ValueTask = "System.Threading.Tasks.ValueTask";
    internal const string CancellationToken = "System.Threading.CancellationToken";

    private const string Addressable = "Orleans.Runtime.IAddressable";

    /// <summary>Whether the type is an interface that stands for a grain or an observer.</summary>
    internal static bool IsAddressable(ITypeSymbol type)
        => type.TypeKind == TypeKind.Interface && type.AllInterfaces.Any(static i => Is(i, Addressable));

    /// <summary>Compares without type arguments and their arity.</summary>
    internal static bool Is(ITypeSymbol? type, string fullName)
        => type is INamedTypeSymbol { ContainingType: null } && fullName.EndsWith(type.Name, System.StringComparison.Ordinal)
            && type.ContainingNamespace.ToDisplayString() + "." + type.Name == fullName;

    internal static AttributeData? Attribute(ISymbol symbol, string fullName)
        => symbol.GetAttributes().FirstOrDefault(a => Is(a.AttributeClass, fullName));
}
