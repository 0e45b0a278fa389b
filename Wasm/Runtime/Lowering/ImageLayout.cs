using System.Collections.Immutable;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime.Validation;

namespace Fog.Wasm.Runtime.Lowering;

/// <summary>Numbers that the image gives to types and globals.</summary>
internal sealed class ImageLayout
{
    private readonly int[] typeIds;
    private readonly int[] globalRegisters;

    private readonly ImageLink link;

    public ImageLayout(ModuleContext context, ImageLink link)
    {
        this.link = link;
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

    public int ImportedFunctions => link.Functions.Length;

    /// <summary>Number of a function, imported or the module's own.</summary>
    public int FunctionNumber(int function) =>
        function < link.Functions.Length ? link.Functions[function] : link.FirstFunction + function - link.Functions.Length;

    /// <summary>Bits of a constant expression, which is one instruction and the end; references are function numbers, -1 for null.</summary>
    public ulong Bits(ImmutableArray<Instruction> expression) => expression[0].Opcode switch
    {
        Opcode.RefNull => uint.MaxValue,
        Opcode.RefFunc => (uint)FunctionNumber(expression[0].Index),
        Opcode.GlobalGet => link.Globals[expression[0].Index],
        _ => expression[0].Immediate,
    };

    /// <summary>Register of a global among those of its kind, from the bottom of the file.</summary>
    public int GlobalRegister(int global) => globalRegisters[global];
}
