using Fog.Wasm.Format;
using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Lowering;

// Instructions on globals, tables, segments, references and memory as a whole.
internal sealed partial class FunctionLowering
{
    private void LowerState()
    {
        var index = Current.Index;
        var second = (int)Current.Second;
        switch (Current.Opcode)
        {
            case Opcode.GlobalGet:
                var global = context.Global(index, 0).Type;
                Result(GlobalOp(DeviceOp.GlobalGetI32, DeviceOp.GlobalGetI64, global), global, layout.GlobalRegister(index));
                break;
            case Opcode.GlobalSet:
                var type = context.Global(index, 0).Type;
                code.Emit(GlobalOp(DeviceOp.GlobalSetI32, DeviceOp.GlobalSetI64, type), layout.GlobalRegister(index), PopRegister());
                break;
            case Opcode.RefNull:
                stack.PushConstant((WasmType)Current.Immediate, unchecked((uint)-1), -1);
                break;
            case Opcode.RefFunc:
                stack.PushConstant(WasmType.FuncRef, (ulong)layout.FunctionNumber(index), -1);
                break;
            case Opcode.RefIsNull:
                Result(DeviceOp.RefIsNull, WasmType.I32, PopRegister());
                break;
            case Opcode.TableGet:
                Result(DeviceOp.TableGet, context.Table(index, 0).Element, index, PopRegister());
                break;
            case Opcode.TableSet:
                var (position, value) = PopTwo();
                Effect(DeviceOp.TableSet, index, position, value);
                break;
            case Opcode.TableSize:
                Result(DeviceOp.TableSize, WasmType.I32, index);
                break;
            case Opcode.TableGrow:
                var (initial, delta) = PopTwo();
                Result(DeviceOp.TableGrow, WasmType.I32, index, initial, delta);
                break;
            case Opcode.TableFill:
                var (start, fill, fillCount) = PopThree();
                Effect(DeviceOp.TableFill, index, start, fill, fillCount);
                break;
            case Opcode.TableCopy:
                var (to, from, count) = PopThree();
                Effect(DeviceOp.TableCopy, index, second, to, from, count);
                break;
            case Opcode.TableInit:
                var (target, source, length) = PopThree();
                Effect(DeviceOp.TableInit, second, index, target, source, length);
                break;
            case Opcode.ElemDrop:
                Effect(DeviceOp.ElemDrop, index);
                break;
            case Opcode.DataDrop:
                Effect(DeviceOp.DataDrop, index);
                break;
            case Opcode.MemorySize:
                Result(DeviceOp.MemorySize, WasmType.I32);
                break;
            case Opcode.MemoryGrow:
                Result(DeviceOp.MemoryGrow, WasmType.I32, PopRegister());
                break;
            case Opcode.MemoryFill:
                var (address, octet, bytes) = PopThree();
                Effect(DeviceOp.MemoryFill, address, octet, bytes);
                break;
            case Opcode.MemoryCopy:
                var (copyTo, copyFrom, copyBytes) = PopThree();
                Effect(DeviceOp.MemoryCopy, copyTo, copyFrom, copyBytes);
                break;
            case Opcode.MemoryInit:
                var (initTo, initFrom, initBytes) = PopThree();
                Effect(DeviceOp.MemoryInit, index, initTo, initFrom, initBytes);
                break;
            default:
                throw new InvalidOperationException($"{Current.Opcode} is not lowered");
        }
    }

    private int PopRegister() => stack.Register(stack.Pop());

    private (int First, int Second) PopTwo()
    {
        var second = PopRegister();
        return (PopRegister(), second);
    }

    private (int First, int Second, int Third) PopThree()
    {
        var third = PopRegister();
        var (first, second) = PopTwo();
        return (first, second, third);
    }

    private void Effect(DeviceOp op, params ReadOnlySpan<int> fields)
    {
        code.MapTrap(Current.Offset);
        EmitFields(op, fields);
    }

    // The destination, then the operands.
    private void Result(DeviceOp op, WasmType type, params ReadOnlySpan<int> operands)
    {
        code.MapTrap(Current.Offset);
        var start = code.Length;
        EmitFields(op, [stack.PushSlot(type), .. operands]);
        stack.WrittenBy(start);
    }

    // Three fields in the first cell, what is left in a second.
    private void EmitFields(DeviceOp op, ReadOnlySpan<int> fields)
    {
        code.Emit(op, At(fields, 0), At(fields, 1), At(fields, 2));
        if (fields.Length > 3) code.Cell(At(fields, 3), At(fields, 4));

        static int At(ReadOnlySpan<int> fields, int place) => place < fields.Length ? fields[place] : 0;
    }

    private static DeviceOp GlobalOp(DeviceOp i32, DeviceOp i64, WasmType type)
    {
        var kind = RegisterKinds.Of(type);
        return kind == RegisterKind.I32 ? i32 : i64 + (ushort)(kind - RegisterKind.I64);
    }
}
