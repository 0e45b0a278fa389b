using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Fog.Wasm.Compiler.Source;

/// <summary>How deeply a source is nested, which is how deep the stack grows of whoever walks it by recursion.</summary>
internal static class SyntaxDepth
{
    /// <summary>
    /// Levels of nested syntax at most. Roslyn binds by recursion and ends the process at some thousands.
    /// </summary>
    public const int Max = 500;

    /// <summary>The first node beyond the limit, or null. A chain such as <c>a + b + c</c> is one level.</summary>
    public static SyntaxNode? FindTooDeep(SyntaxNode root)
    {
        var open = new Stack<(SyntaxNode Node, int Depth)>();
        open.Push((root, 0));
        while (open.TryPop(out var next))
        {
            if (next.Depth > Max) return next.Node;
            foreach (var child in next.Node.ChildNodes())
            {
                var continues = next.Node is BinaryExpressionSyntax chain && child == chain.Left && child is BinaryExpressionSyntax;
                open.Push((child, continues ? next.Depth : next.Depth + 1));
            }
        }

        return null;
    }
}
