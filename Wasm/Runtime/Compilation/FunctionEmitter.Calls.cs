using System.Collections.Immutable;
using System.Reflection.Emit;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Compilation;

// Calls: direct ones by arguments, those through tables and imports through the slots of the meter.
internal sealed partial class FunctionEmitter
{
    private void EmitCall(Call call)
    {
        EmitCheckDepth(call.Offset);
        var type = module.FunctionTypeOf(call.Function);
        if (module.Method(call.Function) is { } method)
        {
            EmitSaveFuel();
            il.Emit(OpCodes.Ldarg_0);
            EmitLowerDepth();
            foreach (var argument in call.Arguments) EmitValue(argument, isExact: true);
            il.Emit(OpCodes.Call, method);
            if (!call.Results.IsEmpty) il.Emit(OpCodes.Stloc, LocalOf(call.Results[0]));
            EmitResume();
            EmitReadResults(type, call.Results, first: 1);
        }
        else
        {
            EmitArguments(type, call.Arguments);
            EmitSaveFuel();
            il.Emit(OpCodes.Ldarg_0);
            EmitPlace(call.Offset);
            il.Emit(OpCodes.Ldc_I4, call.Function);
            EmitLowerDepth();
            il.Emit(OpCodes.Call, Members.CallImport);
            EmitResume();
            EmitReadResults(type, call.Results, first: 0);
        }
    }

    private void EmitCallIndirect(CallIndirect call)
    {
        var type = module.Types[call.TypeIndex];
        var callee = il.DeclareLocal(typeof(GuestFunction));
        EmitSaveFuel();
        il.Emit(OpCodes.Ldarg_0);
        EmitPlace(call.Offset);
        il.Emit(OpCodes.Ldc_I4, call.Table);
        il.Emit(OpCodes.Ldc_I4, call.TypeIndex);
        EmitValue(call.Index, isExact: false);
        il.Emit(OpCodes.Call, Members.Callee);
        il.Emit(OpCodes.Stloc, callee);
        il.Emit(OpCodes.Ldloc, callee);
        il.Emit(OpCodes.Brfalse, exit);
        EmitCheckDepth(call.Offset);
        EmitArguments(type, call.Arguments);
        il.Emit(OpCodes.Ldloc, callee);
        il.Emit(OpCodes.Ldarg_0);
        EmitLowerDepth();
        il.Emit(OpCodes.Callvirt, Members.Invoke);
        EmitResume();
        EmitReadResults(type, call.Results, first: 0);
    }

    private void EmitOperate(Operate operate)
    {
        EmitSaveFuel();
        il.Emit(OpCodes.Ldarg_0);
        EmitPlace(operate.Offset);
        foreach (var place in operate.Indices) il.Emit(OpCodes.Ldc_I4, place);
        foreach (var argument in operate.Arguments) EmitValue(argument, isExact: true);
        il.Emit(OpCodes.Call, operate.Method);
        if (operate.Result is { } result) il.Emit(OpCodes.Stloc, LocalOf(result));
        EmitResume();
    }

    private void EmitCheckDepth(int offset)
    {
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Ble, Trap(TrapCode.CallStackExhausted, offset));
    }

    private void EmitLowerDepth()
    {
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Sub);
    }

    // Back from other code.
    private void EmitResume()
    {
        EmitLoadFuel();
        EmitExitIfTrapped();
        if (canGrow) EmitLoadMemory();
    }

    private void EmitArguments(FunctionType type, ImmutableArray<Expression> arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            EmitWriteSlot(il, type.Parameters[i], i, () => EmitValue(argument, isExact: true));
        }
    }

    private void EmitReadResults(FunctionType type, ImmutableArray<Variable> results, int first)
    {
        for (var i = first; i < results.Length; i++)
        {
            EmitReadSlot(il, type.Results[i], i);
            il.Emit(OpCodes.Stloc, LocalOf(results[i]));
        }
    }

    private static void EmitReadSlot(ILGenerator il, WasmType type, int slot)
    {
        EmitMeter(il);
        il.Emit(OpCodes.Ldfld, type.IsReference() ? Members.References : Members.Slots);
        il.Emit(OpCodes.Ldc_I4, slot);
        if (type.IsReference())
        {
            il.Emit(OpCodes.Ldelem_Ref);
            return;
        }

        il.Emit(OpCodes.Ldelem_I8);
        if (type is WasmType.I32 or WasmType.F32) il.Emit(OpCodes.Conv_I4);
        if (type == WasmType.F32) il.Emit(OpCodes.Call, Members.SingleOfBits);
        if (type == WasmType.F64) il.Emit(OpCodes.Call, Members.DoubleOfBits);
    }

    private static void EmitWriteSlot(ILGenerator il, WasmType type, int slot, Action value)
    {
        EmitMeter(il);
        il.Emit(OpCodes.Ldfld, type.IsReference() ? Members.References : Members.Slots);
        il.Emit(OpCodes.Ldc_I4, slot);
        value();
        if (type.IsReference())
        {
            il.Emit(OpCodes.Stelem_Ref);
            return;
        }

        if (type == WasmType.F32) il.Emit(OpCodes.Call, Members.BitsOfSingle);
        if (type == WasmType.F64) il.Emit(OpCodes.Call, Members.BitsOfDouble);
        if (type is WasmType.I32 or WasmType.F32) il.Emit(OpCodes.Conv_U8);
        il.Emit(OpCodes.Stelem_I8);
    }
}
