using System.Collections.Immutable;
using Fog.Wasm.Compiler.Binding;
using Fog.Wasm.Format;

namespace Fog.Wasm.Compiler.Lowering;

internal sealed partial class MethodLowerer
{
    /// <summary>Evaluates an expression and leaves its value on the stack.</summary>
    private void Push(Expression expression)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (expression)
        {
            case Constant constant:
                PushConstant(constant);
                break;
            case VariableValue or Element or TupleElement when IsInMemory(expression):
                PushFromMemory(expression);
                break;
            case VariableValue value:
                code.Get(SlotsOf(value.Variable));
                break;
            case StaticArray array:
                code.Emit(Instruction.I32Const(0), array);
                code.I32(array.Length);
                break;
            case TupleElement element:
                PushTupleElement(element);
                break;
            case NullValue:
                code.Emit(Instruction.I32Const(0), NullSource.Instance);
                code.I32(0);
                break;
            case NotNull value:
                PushNotNull(value);
                break;
            case SameReference pair:
                PushSameReference(pair);
                break;
            case Refer refer:
                PushAddressOf(refer.Target);
                code.Set(SlotsOf(refer.Variable));
                break;
            case ArrayLength length:
                PushLength(length);
                break;
            case NewArray array:
                PushNewArray(array);
                break;
            case Part part:
                PushPart(part);
                break;
            case CopyElements copy:
                LowerCopy(copy);
                break;
            case ArrayLiteral literal:
                PushArrayLiteral(literal);
                break;
            case TupleLiteral literal:
                foreach (var item in literal.Items) Push(item);
                break;
            case Unary unary:
                PushUnary(unary);
                break;
            case Binary binary:
                PushBinary(binary);
                break;
            case ShortCircuit both:
                PushShortCircuit(both);
                break;
            case Conditional conditional:
                PushConditional(conditional);
                break;
            case Binding.Convert convert:
                PushConvert(convert);
                break;
            case Assign assign:
                LowerAssign(assign, wanted: true);
                break;
            case Update update:
                LowerUpdate(update, wanted: true);
                break;
            case Deconstruction deconstruction:
                LowerDeconstruction(deconstruction, wanted: true);
                break;
            case Call call:
                PushCall(call);
                break;
            case ImportCall call:
                foreach (var argument in call.Arguments) Push(argument);
                code.Emit(Opcode.Call, new ImportedFunction(call.Import), call.Arguments.IsEmpty ? null : call.Place); // Without arguments none of them traps.
                break;
            case Intrinsic intrinsic:
                foreach (var argument in intrinsic.Arguments) Push(argument);
                code.Emit(intrinsic.Opcode);
                break;
            case Let let:
                foreach (var assignment in let.Assignments) LowerAssign(assignment, wanted: false);
                Push(let.Value);
                break;
            case Throw thrown:
                code.Emit(Opcode.Unreachable, null, thrown.Place, thrown.Failure);
                break;
            default:
                throw new InvalidOperationException($"no code for {expression.GetType().Name}");
        }
    }

    /// <summary>Evaluates an expression for what it does.</summary>
    private void Effect(Expression expression)
    {
        switch (expression)
        {
            case Assign assign:
                LowerAssign(assign, wanted: false);
                break;
            case Update update:
                LowerUpdate(update, wanted: false);
                break;
            case Deconstruction deconstruction:
                LowerDeconstruction(deconstruction, wanted: false);
                break;
            case Let let:
                foreach (var assignment in let.Assignments) LowerAssign(assignment, wanted: false);
                Effect(let.Value);
                break;
            case Constant or VariableValue:
                break;
            default:
                Push(expression);
                if (expression is not Throw) foreach (var _ in expression.Type.Shape) code.Emit(Opcode.Drop);
                break;
        }
    }

    private void PushConstant(Constant constant) => code.Emit(constant.Scalar.Wasm switch
    {
        WasmType.I64 => Instruction.I64Const(constant.Bits),
        WasmType.F32 => Instruction.F32ConstBits((uint)constant.Bits),
        WasmType.F64 => new Instruction(Opcode.F64Const, (ulong)constant.Bits),
        _ => Instruction.I32Const((int)constant.Bits),
    });

    private void PushTupleElement(TupleElement element)
    {
        if (RootOf(element) is not null)
        {
            code.Get(SlotsOf((Expression)element));
            return;
        }

        var held = code.Take(element.Tuple.Type.Shape);
        Push(element.Tuple);
        code.Set(held);
        code.Get(new ArraySegment<Slot>(held, ((TupleType)element.Tuple.Type).OffsetOf(element.Index), element.Type.Shape.Length));
        code.Release(held);
    }

    private void PushNotNull(NotNull value)
    {
        Push(value.Value);
        var length = code.Take(WasmType.I32);
        var pointer = code.Take(WasmType.I32);
        code.Set(length);
        code.Set(pointer);
        code.TrapIfNull(pointer, value.Place, value.Failure);
        code.Get(pointer);
        code.Get(length);
        code.Release(length);
        code.Release(pointer);
    }

    private void PushSameReference(SameReference pair)
    {
        Push(pair.Left);
        code.Emit(Opcode.Drop);
        if (pair.Right is NullValue)
        {
            code.Emit(Opcode.I32Eqz);
            return;
        }

        Push(pair.Right);
        code.Emit(Opcode.Drop);
        code.Emit(Opcode.I32Eq);
    }

    private void PushCall(Call call)
    {
        var passing = PassingOf.Arguments(program, call.Method);
        var address = 0UL;
        var results = call.Type.Shape;
        var targets = new List<Slot>();
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            var argument = call.Arguments[i];
            if (passing[i] != Passing.Value && IsInMemory(argument))
            {
                PushAddressOf(argument);
                address |= 1UL << i;
                continue;
            }

            Push(argument);
            if ((call.References >> i & 1) == 0) continue;
            results = results.AddRange(argument.Type.Shape);
            targets.AddRange(SlotsOf(argument));
        }

        code.Emit(Opcode.Call, new MethodInstance(call.Method, address));
        foreach (var global in LoweredFunction.ResultGlobals(results, program.IsMathematics(call.Method))) code.Emit(Opcode.GlobalGet, global);
        code.Set(targets);
    }

    private void PushShortCircuit(ShortCircuit both)
    {
        Push(both.Left);
        if (Effects.IsTrivial(both.Right))
        {
            Push(both.Right);
            code.Emit(both.IsAnd ? Opcode.I32And : Opcode.I32Or);
            return;
        }

        code.Open(Opcode.If, WasmType.I32);
        if (both.IsAnd) Push(both.Right);
        else code.I32(1);
        code.Else();
        if (both.IsAnd) code.I32(0);
        else Push(both.Right);
        code.End();
    }

    private void PushConditional(Conditional conditional)
    {
        var shape = conditional.Type.Shape;
        if (IsSelected(conditional))
        {
            Push(conditional.WhenTrue);
            Push(conditional.WhenFalse);
            Push(conditional.Condition);
            code.Emit(Opcode.Select);
            return;
        }

        Push(conditional.Condition);
        if (shape.Length == 1)
        {
            code.Open(Opcode.If, shape[0]);
            Push(conditional.WhenTrue);
            code.Else();
            Push(conditional.WhenFalse);
            code.End();
            return;
        }

        // More than one value: through locals.
        var held = code.Take(shape);
        code.Open(Opcode.If);
        Store(conditional.WhenTrue);
        code.Else();
        Store(conditional.WhenFalse);
        code.End();
        code.Get(held);
        code.Release(held);

        void Store(Expression value)
        {
            Push(value);
            if (value is not Throw) code.Set(held);
        }
    }

    private static bool IsSelected(Conditional conditional) =>
        conditional.Type.Shape.Length == 1 && Effects.IsLeaf(conditional.WhenTrue) && Effects.IsLeaf(conditional.WhenFalse) && IsPure(conditional.Condition);

    /// <summary>Sets no variable, so that the arms of a select may be read before it.</summary>
    private static bool IsPure(Expression condition) => condition switch
    {
        Constant or VariableValue => true,
        Unary unary => IsPure(unary.Operand),
        Binary binary => IsPure(binary.Left) && IsPure(binary.Right),
        ShortCircuit both => IsPure(both.Left) && IsPure(both.Right),
        Binding.Convert convert => IsPure(convert.Operand),
        Element element => IsPure(element.Array) && IsPure(element.Index),
        TupleElement element => IsPure(element.Tuple),
        SameReference pair => IsPure(pair.Left) && IsPure(pair.Right),
        NullValue => true,
        ArrayLength length => IsPure(length.Array),
        StaticArray => true,
        _ => false,
    };
}
