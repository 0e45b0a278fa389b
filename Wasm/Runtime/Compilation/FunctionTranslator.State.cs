using System.Collections.Immutable;
using System.Reflection;
using Fog.Wasm.Format;

namespace Fog.Wasm.Runtime.Compilation;

// Instructions on globals, tables, segments, references and memory as a whole.
internal sealed partial class FunctionTranslator
{
    private void TranslateState()
    {
        var index = Current.Index;
        var second = (int)Current.Second;
        switch (Current.Opcode)
        {
            case Opcode.GlobalGet:
                AssignNew(Expression.Read(ExpressionForm.Global, context.Global(index, 0).Type, index), isExact: true);
                break;
            case Opcode.GlobalSet:
                var value = Pop();
                statements.Add(new SetGlobal(index, value));
                Release(value);
                break;
            case Opcode.RefNull:
                Push(Expression.Constant((WasmType)Current.Immediate, 0));
                break;
            case Opcode.RefFunc:
                Push(Expression.Read(ExpressionForm.FunctionReference, WasmType.FuncRef, index));
                break;
            case Opcode.RefIsNull:
                Push(Expression.Operation(Opcode.RefIsNull, WasmType.I32, Pop()));
                break;
            case Opcode.TableGet:
                Operate(nameof(GuestOperations.TableGet), context.Table(index, 0).Element, 1, index);
                break;
            case Opcode.TableSet:
                Operate(nameof(GuestOperations.TableSet), null, 2, index);
                break;
            case Opcode.TableSize:
                AssignNew(Expression.Read(ExpressionForm.TableSize, WasmType.I32, index), isExact: false);
                break;
            case Opcode.TableGrow:
                Operate(nameof(GuestOperations.TableGrow), WasmType.I32, 2, index);
                break;
            case Opcode.TableFill:
                Operate(nameof(GuestOperations.TableFill), null, 3, index);
                break;
            case Opcode.TableCopy:
                Operate(nameof(GuestOperations.TableCopy), null, 3, index, second);
                break;
            case Opcode.TableInit:
                Operate(nameof(GuestOperations.TableInit), null, 3, second, index);
                break;
            case Opcode.ElemDrop:
                Operate(nameof(GuestOperations.ElementDrop), null, 0, index);
                break;
            case Opcode.DataDrop:
                Operate(nameof(GuestOperations.DataDrop), null, 0, index);
                break;
            case Opcode.MemorySize:
                AssignNew(Expression.Read(ExpressionForm.MemorySize, WasmType.I32, 0), isExact: false);
                break;
            case Opcode.MemoryGrow:
                Operate(nameof(GuestOperations.MemoryGrow), WasmType.I32, 1);
                break;
            case Opcode.MemoryFill:
                Operate(nameof(GuestOperations.MemoryFill), null, 3);
                break;
            case Opcode.MemoryCopy:
                Operate(nameof(GuestOperations.MemoryCopy), null, 3);
                break;
            case Opcode.MemoryInit:
                Operate(nameof(GuestOperations.MemoryInit), null, 3, index);
                break;
            default:
                throw new InvalidOperationException($"{Current.Opcode} is not compiled");
        }
    }

    private void Operate(string method, WasmType? resultType, int operands, params ImmutableArray<int> indices)
    {
        var arguments = Pop(operands);
        var result = resultType is { } some ? New(some, isExact: true) : null;
        statements.Add(new Operate(typeof(GuestOperations).GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!, indices, arguments, result, Current.Offset));
        foreach (var argument in arguments) Release(argument);
        if (result is not null) PushNew(result);
    }
}
