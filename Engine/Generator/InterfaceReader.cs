using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Fog.Engine.Generator;

/// <summary>Reads an interface's symbols into what is written for it, or into why nothing can be.</summary>
internal static class InterfaceReader
{
    private static readonly SymbolDisplayFormat s_fullName = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    internal static GrainInterface Read(INamedTypeSymbol type, CancellationToken cancellation)
    {
        var problems = new List<Problem>();
        var methods = new List<GrainMethodShape>();
        if (type.IsGenericType)
        {
            problems.Add(Problem.At(type, Problems.Interface, "it is generic"));
        }
        else if (IsHidden(type))
        {
            problems.Add(Problem.At(type, Problems.Interface, "it must be internal or public, and so must the types around it"));
        }
        else
        {
            foreach (var member in type.AllInterfaces.Insert(0, type).SelectMany(static i => i.GetMembers()))
            {
                cancellation.ThrowIfCancellationRequested();
                if (!member.IsAbstract)
                {
                    continue; // Not part of what is called: nested types, and members with a body, which run where they are called.
                }

                if (member is IMethodSymbol { MethodKind: MethodKind.Ordinary, IsStatic: false } method)
                {
                    methods.Add(Read(type, method, problems));
                }
                else if (member is not IMethodSymbol { AssociatedSymbol: not null })
                {
                    problems.Add(Problem.At(Place(type, member), Problems.Member, "grain and observer interfaces have instance methods only"));
                }
            }
        }

        return new GrainInterface(
            type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat),
            type.ToDisplayString(s_fullName),
            ClassNameFor(type),
            type.DeclaredAccessibility == Accessibility.Public,
            new Values<GrainMethodShape>(methods),
            new Values<Problem>(problems));
    }

    private static GrainMethodShape Read(INamedTypeSymbol type, IMethodSymbol method, List<Problem> problems)
    {
        var place = Place(type, method);
        if (method.IsGenericMethod)
        {
            problems.Add(Problem.At(place, Problems.Member, "it is generic"));
        }

        var (returns, result) = ReadReturn(method, place, problems);
        var isOneWay = method.ReturnsVoid || GrainSymbols.Attribute(method, GrainSymbols.OneWay) is not null;
        if (isOneWay && result is not null)
        {
            problems.Add(Problem.At(place, Problems.OneWayResult, result));
        }

        var timeout = GrainSymbols.Attribute(method, GrainSymbols.ResponseTimeout)?.ConstructorArguments.FirstOrDefault().Value as string;
        return new GrainMethodShape(
            method.ContainingType.ToDisplayString(s_fullName),
            method.ContainingType.ToDisplayString(),
            SyntaxFacts.GetKeywordKind(method.Name) == SyntaxKind.None ? method.Name : "@" + method.Name,
            returns,
            result,
            isOneWay,
            GrainSymbols.Attribute(method, GrainSymbols.ReadOnly) is not null,
            GrainSymbols.Attribute(method, GrainSymbols.AlwaysInterleave) is not null,
            timeout is null ? null : SymbolDisplay.FormatLiteral(timeout, quote: true),
            new Values<ParameterShape>(ReadParameters(type, method, problems)));
    }

    private static (ReturnKind, string?) ReadReturn(IMethodSymbol method, ISymbol place, List<Problem> problems)
    {
        if (method.ReturnsVoid)
        {
            return (ReturnKind.Void, null);
        }

        if (method.ReturnType is INamedTypeSymbol { Arity: <= 1 } named && !method.ReturnsByRef && !method.ReturnsByRefReadonly)
        {
            var result = named.TypeArguments.FirstOrDefault()?.ToDisplayString(s_fullName);
            if (GrainSymbols.Is(named, GrainSymbols.Task))
            {
                return (ReturnKind.Task, result);
            }

            if (GrainSymbols.Is(named, GrainSymbols.ValueTask))
            {
                return (ReturnKind.ValueTask, result);
            }
        }

        problems.Add(Problem.At(place, Problems.ReturnType, method.ReturnType.ToDisplayString()));
        return (ReturnKind.Void, null);
    }

    private static IEnumerable<ParameterShape> ReadParameters(INamedTypeSymbol type, IMethodSymbol method, List<Problem> problems)
    {
        var cancellations = 0;
        var shapes = new List<ParameterShape>();
        foreach (var parameter in method.Parameters)
        {
            var isCancellation = GrainSymbols.Is(parameter.Type, GrainSymbols.CancellationToken);
            var place = SymbolEqualityComparer.Default.Equals(method.ContainingType, type) ? (ISymbol)parameter : type;
            if (parameter.RefKind != RefKind.None)
            {
                problems.Add(Problem.At(place, Problems.Parameter, "it is passed by reference"));
            }
            else if (parameter.Type.IsRefLikeType || parameter.Type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer)
            {
                problems.Add(Problem.At(place, Problems.Parameter, "its type lives on a stack or is a pointer"));
            }
            else if (isCancellation && ++cancellations > 1)
            {
                problems.Add(Problem.At(place, Problems.Parameter, "the method has a CancellationToken already"));
            }

            shapes.Add(new ParameterShape(
                parameter.Type.ToDisplayString(s_fullName),
                isCancellation ? ParameterKind.Cancellation : GrainSymbols.IsAddressable(parameter.Type) ? ParameterKind.Reference : ParameterKind.Value));
        }

        return shapes;
    }

    /// <summary>Where to report a member: itself, or the interface when the member is inherited, perhaps from another assembly.</summary>
    private static ISymbol Place(INamedTypeSymbol type, ISymbol member)
        => SymbolEqualityComparer.Default.Equals(member.ContainingType, type) ? member : type;

    private static bool IsHidden(INamedTypeSymbol type)
    {
        for (var t = type; t is not null; t = t.ContainingType)
        {
            if (t.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal) || t.IsFileLocal)
            {
                return true;
            }
        }

        return false;
    }

    private static string ClassNameFor(INamedTypeSymbol type)
    {
        var name = new StringBuilder();
        foreach (var c in type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat.WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted)))
        {
            // Doubled underscores, so that A.B and A_B stay two names.
            name.Append(char.IsLetterOrDigit(c) ? c.ToString() : c == '_' ? "__" : "_");
        }

        return name.Append("_Reference").ToString();
    }
}
