using System.Reflection.Emit;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Compilation;

// Expressions, and the operations that trap.
internal sealed partial class FunctionEmitter
{
    private void EmitAssign(Assign assign)
    {
        var value = assign.Value;
        if (value.Form == ExpressionForm.Operation && OpcodeTable.Get(value.Opcode).Traps is not Traps.None and var traps)
        {
            if ((traps & Traps.DivideByZero) != 0) EmitDivision(assign);
            else EmitTruncation(assign);
            return;
        }

        EmitStore(assign.Target, () => EmitValue(value, assign.Target.IsExact));
    }

    // Whoever needs the bits of a NaN asks for the exact value.
    private void EmitValue(Expression value, bool isExact)
    {
        switch (value.Form)
        {
            case ExpressionForm.Constant:
                EmitConstant(value);
                break;
            case ExpressionForm.Variable:
                EmitRead(value.Source!);
                if (isExact && !value.Source!.IsExact) EmitCanonical(value.Type);
                break;
            case ExpressionForm.Global:
                EmitGlobal((int)value.Bits);
                il.Emit(OpCodes.Ldfld, Members.GlobalField(value.Type));
                break;
            case ExpressionForm.Elementary:
                EmitValue(value.Left!, isExact: false);
                if (value.Right is { } right) EmitValue(right, isExact: false);
                il.Emit(OpCodes.Call, value.Function!.Method);
                if (isExact) EmitCanonical(value.Type);
                break;
            case ExpressionForm.FunctionReference:
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldc_I4, (int)value.Bits);
                il.Emit(OpCodes.Call, Members.Function);
                break;
            case ExpressionForm.MemorySize:
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldfld, Members.Memory);
                il.Emit(OpCodes.Call, Members.Pages);
                break;
            case ExpressionForm.TableSize:
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldfld, Members.Tables);
                il.Emit(OpCodes.Ldc_I4, (int)value.Bits);
                il.Emit(OpCodes.Ldelem_Ref);
                il.Emit(OpCodes.Call, Members.TableSize);
                break;
            default:
                EmitOperation(value, isExact);
                break;
        }
    }

    private void EmitConstant(Expression constant)
    {
        switch (constant.Type)
        {
            case WasmType.I32:
                il.Emit(OpCodes.Ldc_I4, (int)constant.Bits);
                break;
            case WasmType.I64:
                il.Emit(OpCodes.Ldc_I8, (long)constant.Bits);
                break;
            case WasmType.F32 when ExactNaNs.IsOtherNaN(constant):
                il.Emit(OpCodes.Ldc_I4, (int)constant.Bits);
                il.Emit(OpCodes.Call, Members.SingleNaN);
                break;
            case WasmType.F32:
                il.Emit(OpCodes.Ldc_R4, BitConverter.UInt32BitsToSingle((uint)constant.Bits));
                break;
            case WasmType.F64 when ExactNaNs.IsOtherNaN(constant):
                il.Emit(OpCodes.Ldc_I8, (long)constant.Bits);
                il.Emit(OpCodes.Call, Members.DoubleNaN);
                break;
            case WasmType.F64:
                il.Emit(OpCodes.Ldc_R8, BitConverter.UInt64BitsToDouble(constant.Bits));
                break;
            default:
                il.Emit(OpCodes.Ldnull);
                break;
        }
    }

    private void EmitOperation(Expression value, bool isExact)
    {
        var opcode = value.Opcode;
        var (left, right) = opcode switch
        {
            // Bits as they are.
            Opcode.I32ReinterpretF32 or Opcode.I64ReinterpretF64 => (true, false),

            // Bits of the operand if bits of the result; the sign of a NaN is one in any case.
            Opcode.F32Neg or Opcode.F64Neg or Opcode.F32Abs or Opcode.F64Abs => (isExact, false),
            Opcode.F32Copysign or Opcode.F64Copysign => (isExact, true),
            _ => (false, false),
        };
        EmitValue(value.Left!, left);
        if (value.Right is { } second)
        {
            EmitValue(second, right);
            if (second.Type == WasmType.I64 && opcode is Opcode.I64Rotl or Opcode.I64Rotr or Opcode.I64Shl or Opcode.I64ShrS or Opcode.I64ShrU) il.Emit(OpCodes.Conv_I4);
        }

        if (opcode is Opcode.I32Shl or Opcode.I32ShrS or Opcode.I32ShrU or Opcode.I64Shl or Opcode.I64ShrS or Opcode.I64ShrU)
        {
            il.Emit(OpCodes.Ldc_I4, value.Type == WasmType.I64 ? 63 : 31);
            il.Emit(OpCodes.And);
        }

        if (Members.Operations.TryGetValue(opcode, out var method)) il.Emit(OpCodes.Call, method);
        else foreach (var code in Plain(opcode)) il.Emit(code);
        if (opcode is Opcode.I64Clz or Opcode.I64Ctz or Opcode.I64Popcnt) il.Emit(OpCodes.Conv_I8);
        if (isExact && ExactNaNs.IsArithmetic(opcode)) EmitCanonical(value.Type);
    }

    private void EmitCanonical(WasmType type)
    {
        if (type == WasmType.F32) il.Emit(OpCodes.Call, Members.CanonicalSingle);
        if (type == WasmType.F64) il.Emit(OpCodes.Call, Members.CanonicalDouble);
    }

    private void EmitGlobal(int global)
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, Members.Globals);
        il.Emit(OpCodes.Ldc_I4, global);
        il.Emit(OpCodes.Ldelem_Ref);
    }

    // The operands are leaves.
    private void EmitDivision(Assign assign)
    {
        var (opcode, dividend, divisor) = (assign.Value.Opcode, assign.Value.Left!, assign.Value.Right!);
        var isLong = assign.Target.Type == WasmType.I64;
        var isSigned = opcode is Opcode.I32DivS or Opcode.I32RemS or Opcode.I64DivS or Opcode.I64RemS;
        var isRemainder = opcode is Opcode.I32RemS or Opcode.I64RemS;
        var known = divisor.Form == ExpressionForm.Constant;
        if (!known || divisor.Bits == 0)
        {
            EmitValue(divisor, isExact: false);
            il.Emit(OpCodes.Brfalse, Trap(TrapCode.IntegerDivideByZero, assign.Offset));
        }

        // By -1 a quotient may overflow, and the machine takes no such remainder.
        var behind = il.DefineLabel();
        if (isSigned && (!known || divisor.Bits == (isLong ? ulong.MaxValue : uint.MaxValue)))
        {
            var divides = il.DefineLabel();
            EmitValue(divisor, isExact: false);
            EmitInteger(-1, isLong);
            il.Emit(OpCodes.Bne_Un, divides);
            if (isRemainder)
            {
                EmitStore(assign.Target, () => EmitInteger(0, isLong));
                il.Emit(OpCodes.Br, behind);
            }
            else
            {
                EmitValue(dividend, isExact: false);
                EmitInteger(isLong ? long.MinValue : int.MinValue, isLong);
                il.Emit(OpCodes.Beq, Trap(TrapCode.IntegerOverflow, assign.Offset));
            }

            il.MarkLabel(divides);
        }

        EmitStore(assign.Target, () =>
        {
            EmitValue(dividend, isExact: false);
            EmitValue(divisor, isExact: false);
            il.Emit(opcode switch
            {
                Opcode.I32DivS or Opcode.I64DivS => OpCodes.Div,
                Opcode.I32DivU or Opcode.I64DivU => OpCodes.Div_Un,
                Opcode.I32RemS or Opcode.I64RemS => OpCodes.Rem,
                _ => OpCodes.Rem_Un,
            });
        });
        il.MarkLabel(behind);
    }

    private void EmitInteger(long value, bool isLong)
    {
        if (isLong) il.Emit(OpCodes.Ldc_I8, value);
        else il.Emit(OpCodes.Ldc_I4, (int)value);
    }

    // The bounds are exact in double: for i32 the neighbours of the range are too, for i64 its lower end has to be.
    private void EmitTruncation(Assign assign)
    {
        var (opcode, value) = (assign.Value.Opcode, assign.Value.Left!);
        var (low, lowFits, high) = opcode switch
        {
            Opcode.I32TruncF32S or Opcode.I32TruncF64S => (-2147483649.0, false, 2147483648.0),
            Opcode.I32TruncF32U or Opcode.I32TruncF64U => (-1.0, false, 4294967296.0),
            Opcode.I64TruncF32S or Opcode.I64TruncF64S => (-9223372036854775808.0, true, 9223372036854775808.0),
            _ => (-1.0, false, 18446744073709551616.0),
        };
        var misfit = il.DefineLabel();
        conversions.Add((misfit, value, assign.Offset));
        EmitValue(value, isExact: false);
        il.Emit(OpCodes.Conv_R8);
        il.Emit(OpCodes.Ldc_R8, low);
        il.Emit(lowFits ? OpCodes.Blt_Un : OpCodes.Ble_Un, misfit);
        EmitValue(value, isExact: false);
        il.Emit(OpCodes.Conv_R8);
        il.Emit(OpCodes.Ldc_R8, high);
        il.Emit(OpCodes.Bge_Un, misfit);
        EmitStore(assign.Target, () =>
        {
            EmitValue(value, isExact: false);
            il.Emit(OpCodes.Conv_R8);
            if (Members.Operations.TryGetValue(opcode, out var method)) il.Emit(OpCodes.Call, method);
            else il.Emit(OpCodes.Conv_I8);
            if (assign.Target.Type == WasmType.I32) il.Emit(OpCodes.Conv_I4);
        });
    }

    private void EmitLoad(Load load)
    {
        EmitCheckAddress(load.Address, Reach(load.Opcode, load.Displacement), load.Offset);
        EmitStore(load.Target, () =>
        {
            EmitAddress(load.Displacement);
            if (OpcodeTable.Get(load.Opcode).AccessBytes > 1) il.Emit(OpCodes.Unaligned, (byte)1);
            foreach (var code in LoadCodes(load.Opcode)) il.Emit(code);
        });
    }

    private void EmitStore(Store store)
    {
        var bytes = OpcodeTable.Get(store.Opcode).AccessBytes;
        EmitCheckAddress(store.Address, Reach(store.Opcode, store.Displacement), store.Offset);
        EmitAddress(store.Displacement);
        EmitValue(store.Value, isExact: true);
        if (store.Value.Type == WasmType.I64 && bytes < 8) il.Emit(OpCodes.Conv_I4);
        if (bytes > 1) il.Emit(OpCodes.Unaligned, (byte)1);
        il.Emit(store.Opcode switch
        {
            Opcode.F32Store => OpCodes.Stind_R4,
            Opcode.F64Store => OpCodes.Stind_R8,
            Opcode.I64Store => OpCodes.Stind_I8,
            Opcode.I32Store or Opcode.I64Store32 => OpCodes.Stind_I4,
            Opcode.I32Store16 or Opcode.I64Store16 => OpCodes.Stind_I2,
            _ => OpCodes.Stind_I1,
        });
    }

    // effective = address;  if (effective > limit, corrected for another reach) goto trap
    private void EmitCheckAddress(Expression address, long reach, int offset)
    {
        EmitValue(address, isExact: false);
        il.Emit(OpCodes.Conv_U8);
        il.Emit(OpCodes.Stloc, effective);
        il.Emit(OpCodes.Ldloc, effective);
        il.Emit(OpCodes.Ldloc, limit!);
        if (reach != commonReach)
        {
            il.Emit(OpCodes.Ldc_I8, commonReach - reach);
            il.Emit(OpCodes.Add);
        }

        il.Emit(OpCodes.Bgt, Trap(TrapCode.OutOfBoundsMemoryAccess, offset));
    }

    private void EmitAddress(uint displacement)
    {
        il.Emit(OpCodes.Ldloc, memory!);
        il.Emit(OpCodes.Ldloc, effective);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Add);
        if (displacement == 0) return;
        il.Emit(OpCodes.Ldc_I8, (long)displacement);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Add);
    }

    private void EmitJumpIf(Expression condition, bool whenTrue, Label target)
    {
        while (condition is { Form: ExpressionForm.Operation, Opcode: Opcode.I32Eqz }) (condition, whenTrue) = (condition.Left!, !whenTrue);
        if (condition.Form == ExpressionForm.Operation && Comparison(condition.Opcode) is { } comparison)
        {
            EmitValue(condition.Left!, isExact: false);
            EmitValue(condition.Right!, isExact: false);
            il.Emit(whenTrue ? comparison.WhenTrue : comparison.WhenFalse, target);
            return;
        }

        EmitValue(condition, isExact: false);
        il.Emit(whenTrue ? OpCodes.Brtrue : OpCodes.Brfalse, target);
    }
}
