using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Fog.Engine.Generator;

/// <summary>What is written for an interface. All values, so that unchanged interfaces are not written again.</summary>
internal sealed record GrainInterface(string Name, string FullName, string ClassName, bool IsPublic, Values<GrainMethodShape> Methods, Values<Problem> Problems);

/// <param name="Result">Type of the result; null when there is none.</param>
/// <param name="Declarer">Full name of the interface that declares it.</param>
/// <param name="ResponseTimeout">A C# literal; null when it has none.</param>
internal sealed record GrainMethodShape(
    string Declarer,
    string InterfaceName,
    string Name,
    ReturnKind Returns,
    string? Result,
    bool IsOneWay,
    bool IsReadOnly,
    bool IsAlwaysInterleave,
    string? ResponseTimeout,
    Values<ParameterShape> Parameters);

internal sealed record ParameterShape(string Type, ParameterKind Kind);

internal enum ReturnKind
{
    Void,
    Task,
    ValueTask,
}

internal enum ParameterKind
{
    Value,
    Reference,
    Cancellation,
}

/// <summary>A diagnostic that holds no syntax tree.</summary>
internal sealed record Problem(DiagnosticDescriptor Descriptor, string Path, TextSpan Span, LinePositionSpan Lines, string Subject, string Detail)
{
    internal static Problem At(ISymbol symbol, DiagnosticDescriptor descriptor, string detail)
    {
        var location = symbol.Locations.First();
        var lines = location.GetLineSpan();
        return new Problem(descriptor, lines.Path ?? "", location.SourceSpan, lines.Span, symbol.ToDisplayString(), detail);
    }

    internal Diagnostic ToDiagnostic() => Diagnostic.Create(Descriptor, Location.Create(Path, Span, Lines), Subject, Detail);
}

/// <summary>A list compared by its items.</summary>
internal readonly struct Values<T>(IEnumerable<T> items) : IEquatable<Values<T>>, IReadOnlyList<T>
{
    private readonly T[] _items = items.ToArray();

    public int Count => _items.Length;

    public T this[int index] => _items[index];

    public bool Equals(Values<T> other) => _items.SequenceEqual(other._items);

    public override bool Equals(object? obj) => obj is Values<T> other && Equals(other);

    public override int GetHashCode() => _items.Aggregate(17, static (hash, item) => unchecked((hash * 31) + (item?.GetHashCode() ?? 0)));

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();
}
