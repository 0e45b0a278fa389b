using System.Collections.Immutable;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime.Validation;

namespace Fog.Wasm.Runtime.Lowering;

/// <summary>Numbers that the image gives to types and globals.</summary>
internal sealed class ImageLayout
{
    private readonly int[] typeIds;
    private readonly int[] globalRegisters;

    public ImageLayout(ModuleContext context)
    {
        var types = context.Module.Types;
        typeIds = new int[types.Length];
        var first = new Dictionary<FunctionType, int>();
        for (var i = 0; i < types.Length; i++)
        {
            typeIds[i] = first.TryGetValue(types[i], out var id) ? id : i;
            first.TryAdd(types[i], i);
        }

        var next = new int[RegisterKinds.Count];
        globalRegisters = [.. Enumerable.Range(0, context.Globals).Select(i => next[(int)RegisterKinds.Of(context.Global(i, 0).Type)]++)];
    }

    /// <summary>The same number for types of the same structure.</summary>
    public int TypeId(int typeIndex) => typeIds[typeIndex];

    /// <summary>Register of a global among those of its kind, from the bottom of the file.</summary>
    public int GlobalRegister(int global) => globalRegisters[global];
}
