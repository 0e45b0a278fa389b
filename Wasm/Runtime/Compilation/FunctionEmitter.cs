using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Compilation;

/// <summary>
/// Writes the IL of one function:
/// <code>
/// result f(ModuleInstance instance, int depth, arguments…)
///     fuel = instance.Meter.Fuel                       the fuel of the slice is in a local between calls
///     memory = base of instance.Memory                 again after whatever may grow it
///     limit = its size - bytes of the commonest access
///   block:
///     if (fuel &lt; cost) goto refill;  fuel -= cost
///     …
///     if (address > limit) goto trap                   checks are explicit; a trap is a value
///     …
///     instance.Meter.Fuel = fuel;  return
///   refill:
///     fuel = Refill(…);  if (fuel &lt; 0) goto exit;  goto block      in a loop around it: variables to the meter and back
///   trap:
///     Raise(…)
///   exit:
///     return default                                    the fuel in the meter says trapped
/// </code>
/// </summary>
internal sealed partial class FunctionEmitter
{
    private const int FirstArgument = 2;

    private readonly CompiledModule module;
    private readonly TranslatedFunction function;
    private readonly int index;
    private readonly bool canGrow;
    private readonly ILGenerator il;
    private readonly Dictionary<Variable, LocalBuilder> locals = [];
    private readonly Dictionary<JumpLabel, Label> labels = [];
    private readonly Dictionary<(TrapCode Code, int Offset), Label> traps = [];
    private readonly List<(Label Label, Expression Value, int Offset)> conversions = [];
    private readonly List<(Label Refill, Label Block, Enter Enter, ImmutableArray<Variable> Kept)> refills = [];
    private readonly IReadOnlyDictionary<int, ImmutableArray<Variable>> kept;
    private readonly LocalBuilder fuel;
    private readonly LocalBuilder effective;
    private readonly LocalBuilder? memory;
    private readonly LocalBuilder? limit;
    private readonly LocalBuilder? keptBase;
    private readonly long commonReach;
    private readonly Label exit;

    private FunctionEmitter(CompiledModule module, TranslatedFunction function, int index, bool canGrow)
    {
        (this.module, this.function, this.index, this.canGrow) = (module, function, index, canGrow);
        il = module.Method(index)!.GetILGenerator(function.Statements.Count * 16);
        fuel = il.DeclareLocal(typeof(long));
        effective = il.DeclareLocal(typeof(long));
        exit = il.DefineLabel();
        kept = Liveness.AtLoopBlocks(function);
        if (kept.Count > 0) keptBase = il.DeclareLocal(typeof(long).MakeByRefType());
        commonReach = CommonReach(function);
        if (commonReach == 0) return;
        memory = il.DeclareLocal(typeof(byte).MakeByRefType());
        limit = il.DeclareLocal(typeof(long));
    }

    /// <summary>The method that a function becomes, its body yet to be written.</summary>
    public static DynamicMethod Method(FunctionType type, int index) => new(
        $"wasm{index}",
        type.Results.IsEmpty ? typeof(void) : ClrType(type.Results[0]),
        [typeof(ModuleInstance), typeof(int), .. type.Parameters.Select(ClrType)],
        typeof(FunctionEmitter).Module,
        skipVisibility: true);

    public static void Emit(CompiledModule module, TranslatedFunction function, int index, bool canGrow) =>
        new FunctionEmitter(module, function, index, canGrow).Emit();

    /// <summary>A delegate that takes a function's arguments from the slots of the meter and leaves its results there.</summary>
    public static ModuleEntry Entry(FunctionType type, DynamicMethod method)
    {
        var entry = new DynamicMethod($"{method.Name}entry", typeof(void), [typeof(ModuleInstance), typeof(int)], typeof(FunctionEmitter).Module, skipVisibility: true);
        var il = entry.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        for (var i = 0; i < type.Parameters.Length; i++) EmitReadSlot(il, type.Parameters[i], i);
        il.Emit(OpCodes.Call, method);
        if (!type.Results.IsEmpty)
        {
            var result = il.DeclareLocal(ClrType(type.Results[0]));
            il.Emit(OpCodes.Stloc, result);
            EmitWriteSlot(il, type.Results[0], 0, () => il.Emit(OpCodes.Ldloc, result));
        }

        il.Emit(OpCodes.Ret);
        return entry.CreateDelegate<ModuleEntry>();
    }

    private void Emit()
    {
        EmitLoadFuel();
        EmitLoadMemory();
        for (var i = 0; i < function.Statements.Count; i++)
        {
            if (function.Statements[i] is Enter enter) EmitEnter(enter, kept.GetValueOrDefault(i, []));
            else Emit(function.Statements[i]);
        }

        EmitStubs();
    }

    private void Emit(Statement statement)
    {
        switch (statement)
        {
            case Assign assign:
                EmitAssign(assign);
                break;
            case Select select:
                EmitSelect(select);
                break;
            case Load load:
                EmitLoad(load);
                break;
            case Store store:
                EmitStore(store);
                break;
            case SetGlobal set:
                EmitGlobal(set.Index);
                EmitValue(set.Value, isExact: true);
                il.Emit(OpCodes.Stfld, Members.GlobalField(set.Value.Type));
                break;
            case Bind bind:
                il.MarkLabel(LabelOf(bind.Label));
                break;
            case Jump jump:
                il.Emit(OpCodes.Br, LabelOf(jump.Label));
                break;
            case JumpIf jump:
                EmitJumpIf(jump.Condition, jump.WhenTrue, LabelOf(jump.Label));
                break;
            case JumpTable table:
                EmitValue(table.Index, isExact: false);
                il.Emit(OpCodes.Switch, [.. table.Labels[..^1].Select(LabelOf)]);
                il.Emit(OpCodes.Br, LabelOf(table.Labels[^1]));
                break;
            case TrapUnless check:
                EmitJumpIf(check.Condition, !check.Expected, Trap(TrapCode.Unreachable, check.Offset));
                break;
            case Unreachable unreachable:
                il.Emit(OpCodes.Br, Trap(TrapCode.Unreachable, unreachable.Offset));
                break;
            case Call call:
                EmitCall(call);
                break;
            case CallIndirect call:
                EmitCallIndirect(call);
                break;
            case Operate operate:
                EmitOperate(operate);
                break;
            case Return back:
                EmitReturn(back.Values);
                break;
            default:
                throw new InvalidOperationException($"{statement} is not emitted");
        }
    }

    private void EmitEnter(Enter enter, ImmutableArray<Variable> needed)
    {
        if (enter.Cost == 0) return;
        var block = il.DefineLabel();
        var refill = il.DefineLabel();
        refills.Add((refill, block, enter, needed));
        il.MarkLabel(block);
        il.Emit(OpCodes.Ldloc, fuel);
        il.Emit(OpCodes.Ldc_I8, (long)enter.Cost);
        il.Emit(OpCodes.Blt, refill);
        il.Emit(OpCodes.Ldloc, fuel);
        il.Emit(OpCodes.Ldc_I8, (long)enter.Cost);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Stloc, fuel);
    }

    private void EmitSelect(Select select)
    {
        var behind = il.DefineLabel();
        EmitStore(select.Target, () => EmitValue(select.WhenFalse, select.Target.IsExact));
        EmitJumpIf(select.Condition, false, behind);
        EmitStore(select.Target, () => EmitValue(select.WhenTrue, select.Target.IsExact));
        il.MarkLabel(behind);
    }

    private void EmitReturn(ImmutableArray<Expression> values)
    {
        // The first is the result of the method, the others go through the slots.
        for (var i = 1; i < values.Length; i++)
        {
            var value = values[i];
            EmitWriteSlot(il, value.Type, i, () => EmitValue(value, isExact: true));
        }

        EmitSaveFuel();
        if (!values.IsEmpty) EmitValue(values[0], isExact: true);
        il.Emit(OpCodes.Ret);
    }

    // Cold code, behind everything else.
    private void EmitStubs()
    {
        foreach (var (refill, block, enter, needed) in refills) EmitRefill(refill, block, enter, needed);

        EmitTraps();
        foreach (var (label, value, offset) in conversions)
        {
            il.MarkLabel(label);
            EmitMeter(il);
            il.Emit(OpCodes.Ldloc, fuel);
            EmitValue(value, isExact: false);
            il.Emit(OpCodes.Conv_R8);
            EmitPlace(offset);
            il.Emit(OpCodes.Call, Members.RaiseConversion);
            il.Emit(OpCodes.Pop);
            il.Emit(OpCodes.Br, exit);
        }

        il.MarkLabel(exit);
        if (!function.Type.Results.IsEmpty)
        {
            // Zero, or null.
            il.Emit(OpCodes.Ldloc, il.DeclareLocal(ClrType(function.Type.Results[0])));
        }

        il.Emit(OpCodes.Ret);
    }

    // One call for all: the JIT's time goes by calls.
    private void EmitTraps()
    {
        if (traps.Count == 0) return;
        var (trapCode, trapOffset, raise) = (il.DeclareLocal(typeof(int)), il.DeclareLocal(typeof(int)), il.DefineLabel());
        foreach (var ((code, offset), label) in traps)
        {
            il.MarkLabel(label);
            il.Emit(OpCodes.Ldc_I4, (int)code);
            il.Emit(OpCodes.Stloc, trapCode);
            il.Emit(OpCodes.Ldc_I4, offset);
            il.Emit(OpCodes.Stloc, trapOffset);
            il.Emit(OpCodes.Br, raise);
        }

        il.MarkLabel(raise);
        EmitMeter(il);
        il.Emit(OpCodes.Ldloc, fuel);
        il.Emit(OpCodes.Ldloc, trapCode);
        il.Emit(OpCodes.Ldc_I4, index);
        il.Emit(OpCodes.Ldloc, trapOffset);
        il.Emit(OpCodes.Call, Members.Raise);
        il.Emit(OpCodes.Pop);
        il.Emit(OpCodes.Br, exit);
    }

    // A block in a loop keeps nothing in registers across the call (Liveness).
    private void EmitRefill(Label refill, Label block, Enter enter, ImmutableArray<Variable> needed)
    {
        il.MarkLabel(refill);
        if (!needed.IsEmpty) EmitKeptBase();
        for (var i = 0; i < needed.Length; i++)
        {
            if (needed[i].Type.IsReference()) continue;
            EmitKept(i);
            EmitRead(needed[i]);
            il.Emit(StoreCode(needed[i].Type));
        }

        EmitMeter(il);
        il.Emit(OpCodes.Ldloc, fuel);
        il.Emit(OpCodes.Ldc_I4, enter.Cost);
        EmitPlace(enter.Offset);
        il.Emit(OpCodes.Call, Members.Refill);
        il.Emit(OpCodes.Stloc, fuel);
        EmitExitIfTrapped();
        if (needed.IsEmpty)
        {
            il.Emit(OpCodes.Br, block);
            return;
        }

        EmitKeptBase();
        EmitLoadMemory();
        for (var i = 0; i < needed.Length; i++)
        {
            if (needed[i].Type.IsReference()) continue;
            var place = i;
            EmitStore(needed[i], () =>
            {
                EmitKept(place);
                il.Emit(LoadCode(needed[place].Type));
            });
        }

        il.Emit(OpCodes.Br, block);
    }

    private void EmitKeptBase()
    {
        EmitMeter(il);
        il.Emit(OpCodes.Call, Members.Kept);
        il.Emit(OpCodes.Stloc, keptBase!);
    }

    private void EmitKept(int place)
    {
        il.Emit(OpCodes.Ldloc, keptBase!);
        il.Emit(OpCodes.Ldc_I4, place * sizeof(long));
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Add);
    }

    private void EmitPlace(int offset)
    {
        il.Emit(OpCodes.Ldc_I4, index);
        il.Emit(OpCodes.Ldc_I4, offset);
    }

    private void EmitExitIfTrapped()
    {
        il.Emit(OpCodes.Ldloc, fuel);
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Conv_I8);
        il.Emit(OpCodes.Blt, exit);
    }

    // Not in a local: it would hold a register that loops are short of.
    private static void EmitMeter(ILGenerator il)
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, Members.Meter);
    }

    private void EmitLoadFuel()
    {
        EmitMeter(il);
        il.Emit(OpCodes.Ldfld, Members.Fuel);
        il.Emit(OpCodes.Stloc, fuel);
    }

    private void EmitSaveFuel()
    {
        EmitMeter(il);
        il.Emit(OpCodes.Ldloc, fuel);
        il.Emit(OpCodes.Stfld, Members.Fuel);
    }

    private void EmitLoadMemory()
    {
        if (memory is null) return;
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, Members.Memory);
        il.Emit(OpCodes.Call, Members.Base);
        il.Emit(OpCodes.Stloc, memory);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, Members.Memory);
        il.Emit(OpCodes.Ldfld, Members.Size);
        il.Emit(OpCodes.Ldc_I8, commonReach);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Stloc, limit!);
    }

    // Bytes from its address that most loads and stores reach; 0 when there are none.
    private static long CommonReach(TranslatedFunction function) => function.Statements
        .Select(s => s switch
        {
            Load load => Reach(load.Opcode, load.Displacement),
            Store store => Reach(store.Opcode, store.Displacement),
            _ => 0L,
        })
        .Where(reach => reach > 0)
        .GroupBy(reach => reach).OrderByDescending(g => g.Count()).Select(g => g.Key).FirstOrDefault();

    private static long Reach(Opcode opcode, uint displacement) => (long)displacement + OpcodeTable.Get(opcode).AccessBytes;

    private Label Trap(TrapCode code, int offset)
    {
        if (!traps.TryGetValue((code, offset), out var label)) traps.Add((code, offset), label = il.DefineLabel());
        return label;
    }

    private Label LabelOf(JumpLabel label)
    {
        if (!labels.TryGetValue(label, out var place)) labels.Add(label, place = il.DefineLabel());
        return place;
    }

    private LocalBuilder LocalOf(Variable variable)
    {
        if (!locals.TryGetValue(variable, out var local)) locals.Add(variable, local = il.DeclareLocal(ClrType(variable.Type)));
        return local;
    }

    private void EmitRead(Variable variable)
    {
        if (variable.Argument >= 0) il.Emit(OpCodes.Ldarg, (short)(variable.Argument + FirstArgument));
        else il.Emit(OpCodes.Ldloc, LocalOf(variable));
    }

    private void EmitStore(Variable variable, Action value)
    {
        value();
        if (variable.Argument >= 0) il.Emit(OpCodes.Starg, (short)(variable.Argument + FirstArgument));
        else il.Emit(OpCodes.Stloc, LocalOf(variable));
    }

    private static OpCode StoreCode(WasmType type) => type switch
    {
        WasmType.I32 => OpCodes.Stind_I4,
        WasmType.I64 => OpCodes.Stind_I8,
        WasmType.F32 => OpCodes.Stind_R4,
        _ => OpCodes.Stind_R8,
    };

    private static OpCode LoadCode(WasmType type) => type switch
    {
        WasmType.I32 => OpCodes.Ldind_I4,
        WasmType.I64 => OpCodes.Ldind_I8,
        WasmType.F32 => OpCodes.Ldind_R4,
        _ => OpCodes.Ldind_R8,
    };

    private static Type ClrType(WasmType type) => type switch
    {
        WasmType.I32 => typeof(int),
        WasmType.I64 => typeof(long),
        WasmType.F32 => typeof(float),
        WasmType.F64 => typeof(double),
        _ => typeof(object),
    };
}
