using System.Collections.Immutable;
using Fog.Wasm.Compiler.Diagnostics;
using Fog.Wasm.Format;

namespace Fog.Wasm.Compiler;

/// <summary>What became of a source file.</summary>
/// <param name="Functions">In source order; without those that have diagnostics.</param>
/// <param name="Diagnostics">Empty when everything was compiled.</param>
public sealed record CompilationResult(ImmutableArray<CompiledFunction> Functions, ImmutableArray<FogDiagnostic> Diagnostics)
{
    public bool Succeeded => Diagnostics.IsEmpty;
}

/// <param name="Wasm">The module, its <c>fog.manifest</c> and <c>fog.traps</c> sections included.</param>
public sealed record CompiledFunction(FunctionManifest Manifest, ImmutableArray<byte> Wasm);
