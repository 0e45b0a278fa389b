using Fog.Wasm.Format;

namespace Fog.Wasm.Runtime.Values;

/// <summary>The CLR types that stand for fog types.</summary>
public static class FogClrTypes
{
    // In the order of FogKind.
    private static readonly Type[] Scalars =
    [
        typeof(void), typeof(bool), typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(char), typeof(int), typeof(uint),
        typeof(long), typeof(ulong), typeof(float), typeof(double), typeof(string),
    ];

    public static Type Of(FogType type)
    {
        var scalar = Scalars[(int)type.Kind];
        return type.IsArray ? scalar.MakeArrayType() : scalar;
    }

    /// <summary>The fog type a CLR type stands for, or null.</summary>
    public static FogType? TypeOf(Type type)
    {
        var isArray = type.IsSZArray;
        var kind = Array.IndexOf(Scalars, isArray ? type.GetElementType() : type);
        if (kind < 0 || (isArray && kind is (int)FogKind.Void or (int)FogKind.String)) return null;
        return new((FogKind)kind, isArray);
    }
}
