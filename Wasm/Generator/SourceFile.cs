using Microsoft.CodeAnalysis;

namespace Fog.Wasm.Generator;

/// <summary>A file by its path, text and options: parsed again without a change it is the same.</summary>
internal sealed class SourceFile(SyntaxTree tree) : IEquatable<SourceFile>
{
    public SyntaxTree Tree { get; } = tree;

    public bool Equals(SourceFile? other) => other is not null
        && (Tree == other.Tree
            || (Tree.FilePath == other.Tree.FilePath && Tree.Options.Equals(other.Tree.Options) && Tree.GetText().ContentEquals(other.Tree.GetText())));

    public override bool Equals(object? obj) => Equals(obj as SourceFile);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Tree.FilePath);
}
