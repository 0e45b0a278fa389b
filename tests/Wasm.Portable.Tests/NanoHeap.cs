using System.Reflection;

namespace Fog.Wasm.Portable.Tests;

/// <summary>
/// What objects would take of nanoFramework's managed heap, by its costs: an object 12 bytes and 12 for each field, an
/// array 12 and its elements, numbers packed, references 12 each. Statics are code, and not counted.
/// </summary>
internal static class NanoHeap
{
    public const int ObjectBytes = 12;
    public const int FieldBytes = 12;
    public const int ReferenceBytes = 12;

    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Bytes of everything that can be reached, each object once.</summary>
    public static int Bytes(params object?[] roots)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<object>();
        var bytes = 0;
        foreach (var root in roots) Visit(root);
        while (open.TryPop(out var next)) bytes += Of(next);
        return bytes;

        void Visit(object? target)
        {
            if (target is not null && seen.Add(target)) open.Push(target);
        }

        int Of(object target)
        {
            if (target is string text) return ObjectBytes + text.Length;
            if (target is Array array)
            {
                var element = array.GetType().GetElementType()!;
                if (element.IsPrimitive) return ObjectBytes + Buffer.ByteLength(array);
                if (element.IsEnum) return ObjectBytes + (array.Length * System.Runtime.InteropServices.Marshal.SizeOf(Enum.GetUnderlyingType(element)));
                if (element.IsValueType) throw new InvalidOperationException($"an array of {element}: 48 bytes an element");
                foreach (var item in array) Visit(item);
                return ObjectBytes + (array.Length * ReferenceBytes);
            }

            var fields = 0;
            for (var type = target.GetType(); type is not null && type != typeof(object); type = type.BaseType)
            {
                foreach (var field in type.GetFields(Own))
                {
                    fields++;
                    if (!field.FieldType.IsValueType) Visit(field.GetValue(target));
                    else if (!field.FieldType.IsPrimitive && !field.FieldType.IsEnum) throw new InvalidOperationException($"a field of type {field.FieldType}");
                }
            }

            return ObjectBytes + (fields * FieldBytes);
        }
    }
}
