using System.Collections.Immutable;
using Fog.Wasm.Compiler.Source;
using Fog.Wasm.Format;
using Microsoft.CodeAnalysis;

namespace Fog.Wasm.Compiler.Binding;

/// <summary>What of .NET's library a function may call: one instruction, or source of ours with the same signature.</summary>
internal static class Library
{
    /// <summary>.NET's types, and ours that stand in for them.</summary>
    private static readonly Dictionary<string, string> Sources = new()
    {
        ["System.Math"] = "Fog.Wasm.Math.DeterministicMath",
        ["System.MathF"] = "Fog.Wasm.Math.DeterministicMathF",
        ["double"] = "Fog.Wasm.Compiler.Prelude.DoubleLibrary",
        ["float"] = "Fog.Wasm.Compiler.Prelude.SingleLibrary",
        ["System.Array"] = "Fog.Wasm.Compiler.Prelude.ArrayLibrary",
        ["string"] = "Fog.Wasm.Compiler.Prelude.StringLibrary",
        ["char"] = "Fog.Wasm.Compiler.Prelude.CharLibrary",
        ["System.Span<T>"] = "Fog.Wasm.Compiler.Prelude.SpanLibrary",
        ["System.ReadOnlySpan<T>"] = "Fog.Wasm.Compiler.Prelude.SpanLibrary",
        ["System.MemoryExtensions"] = "Fog.Wasm.Compiler.Prelude.SpanLibrary",
        ["System.BitConverter"] = "Fog.Wasm.Compiler.Prelude.BitConverterLibrary",
    };

    /// <summary>Place in <see cref="FogImports.All"/> of what a member of the SDK's <c>Invocation</c> stands for; -1 for any other method.</summary>
    public static int ImportOf(IMethodSymbol method)
    {
        if (method.ContainingType.ToDisplayString() != "Fog.Client.Invocation") return -1;
        var name = ((method.AssociatedSymbol ?? method).Name).ToLowerInvariant();
        return FogImports.All.IndexOf(FogImports.All.FirstOrDefault(i => i.Name.Replace("_", "") == name));
    }

    /// <param name="name">The method's, or <c>Create</c> for a constructor.</param>
    /// <param name="typeArguments">The type's own, then the method's.</param>
    /// <param name="parameters">An instance comes first.</param>
    public static IMethodSymbol? SourceOf(
        SourceProgram program, INamedTypeSymbol type, string name, ImmutableArray<ITypeSymbol> typeArguments, ImmutableArray<CsType> parameters) =>
        Sources.TryGetValue(type.OriginalDefinition.ToDisplayString(), out var ours)
            ? program.FindEmbedded(ours, name, typeArguments, parameters)
            : null;

    /// <param name="trusted">The caller never reads the bits or the sign of a NaN.</param>
    public static Func<ImmutableArray<Expression>, Location, Expression>? IntrinsicOf(IMethodSymbol method, bool trusted)
    {
        var key = $"{method.ContainingType.Name}.{method.Name}({string.Join(",", method.Parameters.Select(p => p.Type.ToDisplayString()))})";
        return key switch
        {
            "Math.Sqrt(double)" or "MathF.Sqrt(float)" => One(Opcode.F64Sqrt, Opcode.F32Sqrt),
            "Math.Floor(double)" or "MathF.Floor(float)" => One(Opcode.F64Floor, Opcode.F32Floor),
            "Math.Ceiling(double)" or "MathF.Ceiling(float)" => One(Opcode.F64Ceil, Opcode.F32Ceil),
            "Math.Truncate(double)" or "MathF.Truncate(float)" => One(Opcode.F64Trunc, Opcode.F32Trunc),
            "Math.Round(double)" or "MathF.Round(float)" => One(Opcode.F64Nearest, Opcode.F32Nearest),
            "Math.Abs(double)" or "Math.Abs(float)" or "MathF.Abs(float)" => One(Opcode.F64Abs, Opcode.F32Abs),
            "Math.Min(double,double)" or "Math.Min(float,float)" or "MathF.Min(float,float)" => One(Opcode.F64Min, Opcode.F32Min),
            "Math.Max(double,double)" or "Math.Max(float,float)" or "MathF.Max(float,float)" => One(Opcode.F64Max, Opcode.F32Max),
            "Math.CopySign(double,double)" when trusted => One(Opcode.F64Copysign, Opcode.F32Copysign),
            "BitConverter.DoubleToInt64Bits(double)" when trusted => Fixed(Opcode.I64ReinterpretF64, CsType.I64),
            "BitConverter.SingleToInt32Bits(float)" when trusted => Fixed(Opcode.I32ReinterpretF32, CsType.I32),
            "BitConverter.Int64BitsToDouble(long)" => Fixed(Opcode.F64ReinterpretI64, CsType.F64),
            "BitConverter.Int32BitsToSingle(int)" => Fixed(Opcode.F32ReinterpretI32, CsType.F32),
            "BitOperations.LeadingZeroCount(uint)" => Fixed(Opcode.I32Clz, CsType.I32),
            "BitOperations.LeadingZeroCount(ulong)" => Counted(Opcode.I64Clz),
            "BitOperations.TrailingZeroCount(uint)" or "BitOperations.TrailingZeroCount(int)" => Fixed(Opcode.I32Ctz, CsType.I32),
            "BitOperations.TrailingZeroCount(ulong)" or "BitOperations.TrailingZeroCount(long)" => Counted(Opcode.I64Ctz),
            "BitOperations.PopCount(uint)" => Fixed(Opcode.I32Popcnt, CsType.I32),
            "BitOperations.PopCount(ulong)" => Counted(Opcode.I64Popcnt),
            "BitOperations.RotateLeft(uint,int)" => Fixed(Opcode.I32Rotl, CsType.U32),
            "BitOperations.RotateRight(uint,int)" => Fixed(Opcode.I32Rotr, CsType.U32),
            "BitOperations.RotateLeft(ulong,int)" => Rotated(Opcode.I64Rotl),
            "BitOperations.RotateRight(ulong,int)" => Rotated(Opcode.I64Rotr),
            _ => null,
        };
    }

    private static Func<ImmutableArray<Expression>, Location, Expression> One(Opcode f64, Opcode f32) =>
        (arguments, place) => new Intrinsic(arguments[0].Type == CsType.F64 ? f64 : f32, arguments, arguments[0].Type, place);

    private static Func<ImmutableArray<Expression>, Location, Expression> Fixed(Opcode opcode, ScalarType type) =>
        (arguments, place) => new Intrinsic(opcode, arguments, type, place);

    private static Func<ImmutableArray<Expression>, Location, Expression> Counted(Opcode opcode) =>
        (arguments, place) => new Convert(CsType.I32, new Intrinsic(opcode, arguments, CsType.I64, place), false, place);

    private static Func<ImmutableArray<Expression>, Location, Expression> Rotated(Opcode opcode) =>
        (arguments, place) => new Intrinsic(opcode, [arguments[0], new Convert(CsType.I64, arguments[1], false, place)], CsType.U64, place);
}
