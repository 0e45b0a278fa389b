using Fog.Wasm.Format;
using static Fog.Wasm.Portable.Tests.ModuleBuilder;

namespace Fog.Wasm.Portable.Tests;

// Where the compiler is referenced, Fog.Wasm.Math is nearer.
using Math = System.Math;

/// <summary>
/// A random well-typed program: a tree that is emitted as WebAssembly and, independently, evaluated in plain C#. Every
/// program ends: loops count down counters of their own.
/// </summary>
internal sealed class RandomProgram
{
    public const int ParameterCount = 8;
    private const int LocalsPerType = 2;
    private const int CounterBase = ParameterCount + (4 * LocalsPerType);
    private const int CountersMax = 6;
    private const int MemoryBytes = 65_536;

    private static readonly WasmType[] Types = [WasmType.I32, WasmType.I64, WasmType.F32, WasmType.F64];

    private static readonly Opcode[] Operations =
        [.. OpcodeTable.Rows.Where(r => r.Immediates == Immediates.None && r.Signature?.Results.Length == 1).Select(r => r.Opcode)];

    private readonly Random random;
    private readonly List<Node> statements = [];
    private Node result;
    private int counters;

    public RandomProgram(int seed)
    {
        random = new Random(seed);
        ResultType = Types[random.Next(4)];
        for (var i = random.Next(1, 6); i > 0; i--) statements.Add(Statement(3));
        result = Expression(ResultType, 4);
    }

    public WasmType ResultType { get; }

    /// <summary>Two parameters of each type, in the order of <see cref="Types"/>.</summary>
    public static FunctionType Signature(WasmType result) => new([.. Types.SelectMany(t => new[] { t, t })], [result]);

    public ModuleBuilder Emit()
    {
        var body = new List<Instruction>();
        foreach (var statement in statements) statement.Emit(body);
        result.Emit(body);
        WasmType[] locals = [.. Types.SelectMany(t => Enumerable.Repeat(t, LocalsPerType)), .. Enumerable.Repeat(WasmType.I32, 2 * CountersMax)];
        return new ModuleBuilder().Memory(1).Function(Signature(ResultType), [.. locals], [.. body]);
    }

    /// <summary>What the program returns: bits, or the trap it ends in.</summary>
    public NumericOracle.Outcome Evaluate(ReadOnlySpan<long> arguments)
    {
        var state = new State();
        arguments.CopyTo(state.Locals);
        try
        {
            foreach (var statement in statements) statement.Evaluate(state);
            return result.Evaluate(state);
        }
        catch (TrapException trap)
        {
            return trap.Code;
        }
        catch (ReturnException early)
        {
            return early.Value;
        }
    }

    private Node Statement(int depth)
    {
        switch (depth == 0 ? 0 : random.Next(10))
        {
            case 0 or 1 or 2:
                var type = Types[random.Next(4)];
                var local = Local(type);
                var value = Expression(type, depth);
                return new(b => { value.Emit(b); b.Add(Set(local)); }, s => s.Locals[local] = value.Evaluate(s));
            case 3:
                var condition = Expression(WasmType.I32, 2);
                var then = Statements(depth - 1);
                var otherwise = random.Next(2) == 0 ? null : Statements(depth - 1);
                return new(
                    b =>
                    {
                        condition.Emit(b);
                        b.Add(If());
                        then.Emit(b);
                        if (otherwise is not null) { b.Add(Opcode.Else); otherwise.Emit(b); }
                        b.Add(Opcode.End);
                    },
                    s => (int)condition.Evaluate(s) != 0 ? then.Evaluate(s) : otherwise?.Evaluate(s) ?? 0);
            case 4 when counters < CountersMax:
                return LoopOf(depth);
            case 5:
                return StoreOf();
            case 6:
                var before = Statements(depth - 1);
                var leave = Expression(WasmType.I32, 2);
                var after = Statements(depth - 1);
                return new(
                    b => { b.Add(Block()); before.Emit(b); leave.Emit(b); b.Add(BrIf(0)); after.Emit(b); b.Add(Opcode.End); },
                    s =>
                    {
                        before.Evaluate(s);
                        return (int)leave.Evaluate(s) != 0 ? 0 : after.Evaluate(s);
                    });
            case 7 when random.Next(8) == 0:
                var early = Expression(ResultType, 2);
                var when = Expression(WasmType.I32, 2);
                return new(
                    b => { when.Emit(b); b.Add(If()); early.Emit(b); b.Add(Opcode.Return); b.Add(Opcode.End); },
                    s => (int)when.Evaluate(s) != 0 ? throw new ReturnException(early.Evaluate(s)) : 0);
            case 8:
                return CheckOf();
            case 9 when random.Next(2) == 0:
                return StoreElementOf();
            default:
                var dropped = Expression(Types[random.Next(4)], depth);
                return new(b => { dropped.Emit(b); b.Add(Opcode.Drop); }, dropped.Evaluate);
        }
    }

    private Node Statements(int depth)
    {
        Node[] list = [.. Enumerable.Range(0, random.Next(0, 3)).Select(_ => Statement(depth))];
        return new(b => Array.ForEach(list, n => n.Emit(b)), s =>
        {
            foreach (var node in list) node.Evaluate(s);
            return 0;
        });
    }

    // for (c = 0; c < n; c++): tested at the top or at the bottom, against a constant or a local, as compilers do.
    private Node LoopOf(int depth)
    {
        var counter = CounterBase + (2 * counters++);
        var limit = counter + 1;
        var turns = random.Next(1, 5);
        var body = Statements(depth - 1);
        var atTop = random.Next(3) == 0;
        var isLocal = random.Next(2) == 0;
        var less = new[] { Opcode.I32LtS, Opcode.I32LtU, Opcode.I32Ne }[random.Next(3)];
        return new(
            b =>
            {
                b.AddRange([I32(0), Set(counter), I32(turns), Set(limit)]);
                var bound = isLocal ? Get(limit) : I32(turns);
                if (atTop) b.AddRange([Block(), Loop(), Get(counter), bound, Opcode.I32GeS, BrIf(1)]);
                else b.Add(Loop());
                body.Emit(b);
                b.AddRange([Get(counter), I32(1), Opcode.I32Add]);
                if (atTop) b.AddRange([Set(counter), Br(0), Opcode.End, Opcode.End]);
                else b.AddRange([Tee(counter), bound, less, BrIf(0), Opcode.End]);
            },
            s =>
            {
                for (s.Locals[counter] = 0; s.Locals[counter] < turns; s.Locals[counter]++) body.Evaluate(s);
                return 0;
            });
    }

    // if (condition) unreachable: how compiled code checks. Seldom true.
    private Node CheckOf()
    {
        var value = Masked(Expression(WasmType.I32, 2), 0x3F);
        var form = random.Next(4);
        return new(
            b =>
            {
                value.Emit(b);
                b.AddRange(form switch
                {
                    0 => [I32(62), Opcode.I32GeU],
                    1 => [I32(1), Opcode.I32Eq],
                    2 => [I32(5), Opcode.I32Sub, Opcode.I32Eqz],
                    _ => new Instruction[] { I32(60), Opcode.I32GtS, Opcode.I32Eqz, Opcode.I32Eqz },
                });
                b.AddRange([If(), Opcode.Unreachable, Opcode.End]);
            },
            s =>
            {
                var v = (int)value.Evaluate(s);
                var fails = form switch { 0 => v >= 62, 1 => v == 1, 2 => v == 5, _ => v > 60 };
                return fails ? throw new TrapException(TrapCode.Unreachable) : 0;
            });
    }

    // array[index] as compiled code does it: the index checked against a length, then base + (index << shift).
    private Node ElementOf(WasmType type)
    {
        Opcode[] loads = type switch
        {
            WasmType.I32 => [Opcode.I32Load, Opcode.I32Load8U, Opcode.I32Load16S],
            WasmType.I64 => [Opcode.I64Load],
            WasmType.F32 => [Opcode.F32Load],
            _ => [Opcode.F64Load],
        };
        var load = loads[random.Next(loads.Length)];
        var bytes = OpcodeTable.Get(load).AccessBytes;
        var shift = bytes switch { 1 => 0, 2 => 1, 4 => 2, _ => 3 };
        var array = NewArray(shift, loads.Length == 1 ? 0 : random.Next(3) * 8);
        return new(
            b =>
            {
                array.Emit(b);
                array.Push(b, Instruction.Access(load, array.Offset));
            },
            s =>
            {
                var address = array.At(s, bytes);
                long bits = 0;
                for (var i = 0; i < bytes; i++) bits |= (long)s.Memory[address + i] << (8 * i);
                if (load == Opcode.I32Load16S) bits = (short)bits;
                return type is WasmType.I32 or WasmType.F32 ? (int)bits : bits;
            });
    }

    // The difference of two elements, of one array or of two.
    private Node DifferenceOf()
    {
        var (first, second) = (NewArray(3, 0), NewArray(3, 0));
        var load = Instruction.Access(Opcode.F64Load);
        return new(
            b =>
            {
                first.Emit(b);
                second.Emit(b);
                first.Push(b, load);
                second.Push(b, load);
                b.Add(Opcode.F64Sub);
            },
            s =>
            {
                first.Set(s);
                second.Set(s);
                long Read(ArrayOf array)
                {
                    var address = array.Address(s, 8);
                    return BitConverter.ToInt64(s.Memory, (int)address);
                }

                var x = Read(first);
                return Compute(Opcode.F64Sub, x, Read(second));
            });
    }

    // An element and a local, added, subtracted or multiplied either way round.
    private Node ElementAndLocalOf(WasmType type)
    {
        var array = NewArray(type == WasmType.I32 ? 2 : 3, 0);
        var load = Instruction.Access(type == WasmType.I32 ? Opcode.I32Load : Opcode.F64Load);
        var opcode = type == WasmType.I32 ? Opcode.I32Add : new[] { Opcode.F64Add, Opcode.F64Sub, Opcode.F64Mul }[random.Next(3)];
        var isFirst = random.Next(2) == 0;
        var local = Local(type);
        return new(
            b =>
            {
                array.Emit(b);
                if (!isFirst) b.Add(Get(local));
                array.Push(b, load);
                if (isFirst) b.Add(Get(local));
                b.Add(opcode);
            },
            s =>
            {
                var address = (int)array.At(s, type == WasmType.I32 ? 4 : 8);
                var element = type == WasmType.I32 ? BitConverter.ToInt32(s.Memory, address) : BitConverter.ToInt64(s.Memory, address);
                return isFirst ? Compute(opcode, element, s.Locals[local]) : Compute(opcode, s.Locals[local], element);
            });
    }

    // array[index] = a local, checked as it is read.
    private Node StoreElementOf()
    {
        var array = NewArray(3, 0);
        var value = Local(WasmType.F64);
        return new(
            b =>
            {
                array.Emit(b);
                array.Push(b, Get(value), Instruction.Access(Opcode.F64Store));
            },
            s =>
            {
                var address = array.At(s, 8);
                BitConverter.TryWriteBytes(s.Memory.AsSpan((int)address), s.Locals[value]);
                return 0;
            });
    }

    // An array as compilers keep it, its address and its length in neighbouring locals, either way round, or its length
    // as a constant; and an index in a third local.
    private ArrayOf NewArray(int shift, int offset)
    {
        int[] locals = random.Next(2) == 0 ? [0, 1, ParameterCount] : [ParameterCount, ParameterCount + 1, 0];
        if (random.Next(2) == 0) (locals[0], locals[1]) = (locals[1], locals[0]);
        var misaligned = random.Next(8) == 0 ? 0xFFF : 0xFF8;
        return new(
            locals[0],
            random.Next(4) == 0 ? -1 : locals[1],
            locals[2],
            random.Next(4) == 0 ? 3 : 10_000,
            Masked(Expression(WasmType.I32, 1), misaligned),
            Masked(Expression(WasmType.I32, 1), 0x1FFF),
            shift,
            (uint)offset);
    }

    private sealed record ArrayOf(int Origin, int LengthLocal, int Index, int Length, Node From, Node Place, int Shift, uint Offset)
    {
        /// <summary>Sets the locals.</summary>
        public void Emit(List<Instruction> body)
        {
            Place.Emit(body);
            body.Add(ModuleBuilder.Set(Index));
            From.Emit(body);
            body.Add(ModuleBuilder.Set(Origin));
            if (LengthLocal >= 0) body.AddRange([I32(Length), ModuleBuilder.Set(LengthLocal)]);
        }

        /// <summary>The check, the address, the rest.</summary>
        public void Push(List<Instruction> body, params ReadOnlySpan<Instruction> access)
        {
            body.AddRange([Get(Index), LengthLocal >= 0 ? Get(LengthLocal) : I32(Length), Opcode.I32GeU, If(), Opcode.Unreachable, Opcode.End, Get(Origin), Get(Index)]);
            if (Shift > 0) body.AddRange([I32(Shift), Opcode.I32Shl]);
            body.Add(Opcode.I32Add);
            body.AddRange(access);
        }

        public void Set(State s)
        {
            s.Locals[Index] = Place.Evaluate(s);
            s.Locals[Origin] = From.Evaluate(s);
            if (LengthLocal >= 0) s.Locals[LengthLocal] = Length;
        }

        public long At(State s, int bytes)
        {
            Set(s);
            return Address(s, bytes);
        }

        public long Address(State s, int bytes)
        {
            // A second array may have set the same local.
            var length = LengthLocal >= 0 ? (int)s.Locals[LengthLocal] : Length;
            if ((uint)(int)s.Locals[Index] >= (uint)length) throw new TrapException(TrapCode.Unreachable);
            var address = (long)(uint)unchecked((int)s.Locals[Origin] + ((int)s.Locals[Index] << Shift)) + Offset;
            if (address + bytes > MemoryBytes) throw new TrapException(TrapCode.OutOfBoundsMemoryAccess);
            return address;
        }
    }

    // a * b and c, added or subtracted either way round.
    private Node ProductOf(WasmType type, int depth)
    {
        var (a, b, c) = (Expression(type, depth), Expression(type, depth), Expression(type, depth));
        var opcode = type == WasmType.I32 ? Opcode.I32Add : random.Next(2) == 0 ? Opcode.F64Add : Opcode.F64Sub;
        var times = type == WasmType.I32 ? Opcode.I32Mul : Opcode.F64Mul;
        var isFirst = random.Next(2) == 0;
        return new(
            body =>
            {
                if (!isFirst) c.Emit(body);
                a.Emit(body);
                b.Emit(body);
                body.Add(times);
                if (isFirst) c.Emit(body);
                body.Add(opcode);
            },
            s =>
            {
                var other = isFirst ? 0 : c.Evaluate(s);
                var x = a.Evaluate(s);
                var product = Compute(times, x, b.Evaluate(s));
                return isFirst ? Compute(opcode, product, c.Evaluate(s)) : Compute(opcode, other, product);
            });
    }

    private Node StoreOf()
    {
        var row = Accesses(isLoad: false)[random.Next(9)];
        var address = Address();
        var value = Expression(row.Signature!.Parameters[1], 2);
        var offset = (uint)random.Next(0, 40);
        return new(
            b => { address.Emit(b); value.Emit(b); b.Add(Instruction.Access(row.Opcode, offset)); },
            s =>
            {
                var at = Effective(s, address, offset, row.AccessBytes, out var check);
                var bits = value.Evaluate(s);
                check();
                for (var i = 0; i < row.AccessBytes; i++) s.Memory[at + i] = (byte)(bits >> (8 * i));
                return 0;
            });
    }

    private Node LoadOf(WasmType type)
    {
        var rows = Accesses(isLoad: true).Where(r => r.Signature!.Results[0] == type).ToArray();
        var row = rows[random.Next(rows.Length)];
        var address = Address();
        var offset = random.Next(10) == 0 ? 65_530u : (uint)random.Next(0, 40);
        return new(
            b => { address.Emit(b); b.Add(Instruction.Access(row.Opcode, offset)); },
            s =>
            {
                var at = Effective(s, address, offset, row.AccessBytes, out var check);
                check();
                long bits = 0;
                for (var i = 0; i < row.AccessBytes; i++) bits |= (long)s.Memory[at + i] << (8 * i);
                var unused = 64 - (8 * row.AccessBytes);
                if (row.Opcode.ToString().EndsWith('S')) bits = bits << unused >> unused;
                return type is WasmType.I32 or WasmType.F32 ? (int)bits : bits;
            });
    }

    private static OpcodeInfo[] Accesses(bool isLoad) =>
        [.. OpcodeTable.Rows.Where(r => r.AccessBytes > 0 && r.Signature!.Results.Length == (isLoad ? 1 : 0))];

    // base + (index << shift), small; or the product; or a masked anything.
    private Node Address()
    {
        var origin = Masked(Expression(WasmType.I32, 1), 0xFFF);
        if (random.Next(3) == 0) return origin;
        var index = random.Next(2) == 0 ? Masked(Expression(WasmType.I32, 1), 0x3F) : LocalGet(Local(WasmType.I32), 0x7F);
        var shift = random.Next(1, 4);
        var byProduct = random.Next(3) == 0;
        return new(
            b =>
            {
                origin.Emit(b);
                index.Emit(b);
                if (byProduct) b.AddRange([I32(1 << shift), Opcode.I32Mul]);
                else b.AddRange([I32(shift), Opcode.I32Shl]);
                b.Add(Opcode.I32Add);
            },
            s =>
            {
                var a = (int)origin.Evaluate(s);
                return unchecked(a + ((int)index.Evaluate(s) << shift));
            });
    }

    private static Node Masked(Node node, int mask) =>
        new(b => { node.Emit(b); b.AddRange([I32(mask), Opcode.I32And]); }, s => (int)node.Evaluate(s) & mask);

    // Masks the local first, so that the address itself reads it lazily.
    private static Node LocalGet(int local, int mask) =>
        new(
            b => b.AddRange([Get(local), I32(mask), Opcode.I32And, Set(local), Get(local)]),
            s => s.Locals[local] = (int)s.Locals[local] & mask);

    private static int Effective(State state, Node address, uint offset, int bytes, out Action check)
    {
        var at = (ulong)(uint)(int)address.Evaluate(state) + offset;
        check = () =>
        {
            if (at + (ulong)bytes > MemoryBytes) throw new TrapException(TrapCode.OutOfBoundsMemoryAccess);
        };
        return (int)Math.Min(at, int.MaxValue);
    }

    private Node Expression(WasmType type, int depth)
    {
        switch (depth == 0 ? random.Next(2) : random.Next(12))
        {
            case 0:
                var local = Local(type);
                return new(b => b.Add(Get(local)), s => s.Locals[local]);
            case 1:
                return ConstantOf(type);
            case 2:
                var teed = Local(type);
                var value = Expression(type, depth - 1);
                return new(b => { value.Emit(b); b.Add(Tee(teed)); }, s => s.Locals[teed] = value.Evaluate(s));
            case 3:
                var (first, second, condition) = (Expression(type, depth - 1), Expression(type, depth - 1), Expression(WasmType.I32, depth - 1));
                return new(
                    b => { first.Emit(b); second.Emit(b); condition.Emit(b); b.Add(Opcode.Select); },
                    s =>
                    {
                        var (x, y) = (first.Evaluate(s), second.Evaluate(s));
                        return (int)condition.Evaluate(s) != 0 ? x : y;
                    });
            case 4:
                var test = Expression(WasmType.I32, depth - 1);
                var (then, otherwise) = (Expression(type, depth - 1), Expression(type, depth - 1));
                var inThen = Statements(depth - 1);
                return new(
                    b => { test.Emit(b); b.Add(If(type)); inThen.Emit(b); then.Emit(b); b.Add(Opcode.Else); otherwise.Emit(b); b.Add(Opcode.End); },
                    s =>
                    {
                        if ((int)test.Evaluate(s) == 0) return otherwise.Evaluate(s);
                        inThen.Evaluate(s);
                        return then.Evaluate(s);
                    });
            case 5:
                var (early, leave, late) = (Expression(type, depth - 1), Expression(WasmType.I32, depth - 1), Expression(type, depth - 1));
                return new(
                    b => { b.Add(Block(type)); early.Emit(b); leave.Emit(b); b.Add(BrIf(0)); b.Add(Opcode.Drop); late.Emit(b); b.Add(Opcode.End); },
                    s =>
                    {
                        var x = early.Evaluate(s);
                        return (int)leave.Evaluate(s) != 0 ? x : late.Evaluate(s);
                    });
            case 6:
                return LoadOf(type);
            case 7:
                return ElementOf(type);
            case 8 when type == WasmType.F64:
                return random.Next(3) switch { 0 => DifferenceOf(), 1 => ElementAndLocalOf(type), _ => ProductOf(type, depth - 1) };
            case 8 when type == WasmType.I32:
                return random.Next(2) == 0 ? ElementAndLocalOf(type) : ProductOf(type, depth - 1);
            default:
                var candidates = Operations.Where(o => OpcodeTable.Get(o).Signature!.Results[0] == type).ToArray();
                var opcode = candidates[random.Next(candidates.Length)];
                var parameters = OpcodeTable.Get(opcode).Signature!.Parameters;
                var left = Expression(parameters[0], depth - 1);
                if (parameters.Length == 1) return new(b => { left.Emit(b); b.Add(opcode); }, s => Compute(opcode, left.Evaluate(s), 0));
                var right = Expression(parameters[1], depth - 1);
                return new(
                    b => { left.Emit(b); right.Emit(b); b.Add(opcode); },
                    s =>
                    {
                        var x = left.Evaluate(s);
                        return Compute(opcode, x, right.Evaluate(s));
                    });
        }
    }

    private Node ConstantOf(WasmType type)
    {
        var integer = random.Next(4) switch { 0 => random.Next(-4, 5), 1 => random.Next(-40_000, 40_000), 2 => random.Next(), _ => random.NextInt64() };
        var bits = type switch
        {
            WasmType.I32 => (int)integer,
            WasmType.I64 => integer,
            WasmType.F32 => BitConverter.SingleToInt32Bits(integer * 0.25f),
            _ => BitConverter.DoubleToInt64Bits(integer * 0.25),
        };
        var instruction = type switch
        {
            WasmType.I32 => I32((int)bits),
            WasmType.I64 => I64(bits),
            WasmType.F32 => Instruction.F32ConstBits((uint)bits),
            _ => new Instruction(Opcode.F64Const, (ulong)bits),
        };
        return new(b => b.Add(instruction), _ => bits);
    }

    // A parameter or a local of the type.
    private int Local(WasmType type)
    {
        var place = Array.IndexOf(Types, type);
        var choice = random.Next(2 + LocalsPerType);
        return choice < 2 ? (2 * place) + choice : ParameterCount + (LocalsPerType * place) + choice - 2;
    }

    private static long Compute(Opcode opcode, long left, long right)
    {
        var outcome = NumericOracle.Compute(opcode, left, right);
        return outcome.Trap == TrapCode.None ? outcome.Bits : throw new TrapException(outcome.Trap);
    }

    private sealed record Node(Action<List<Instruction>> Emit, Func<State, long> Evaluate);

    private sealed class State
    {
        public long[] Locals { get; } = new long[CounterBase + (2 * CountersMax)];

        public byte[] Memory { get; } = new byte[MemoryBytes];
    }

    private sealed class TrapException(TrapCode code) : Exception
    {
        public TrapCode Code { get; } = code;
    }

    private sealed class ReturnException(long value) : Exception
    {
        public long Value { get; } = value;
    }
}
