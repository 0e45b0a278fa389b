using Fog.Wasm.Format;

namespace Fog.Conformance.Fuzz;

/// <summary>Changes to the instructions and the declarations of a module, many of which leave it valid.</summary>
internal static class InstructionMutations
{
    private static readonly ulong[] Bits =
        [0, 1, 2, 7, 31, 32, 63, 64, 255, 65_535, 65_536, int.MaxValue, 0x80000000, uint.MaxValue, 1UL << 32, long.MaxValue, 1UL << 63, ulong.MaxValue, 0x7FF0000000000000, 0x7FF8000000000000, 0xFFF0000000000001, 0x7F800000, 0xFFC00000, 0x3FF0000000000000, 0x41E0000000000000];

    private static readonly ILookup<(string, Immediates), Opcode> Alike =
        OpcodeTable.Rows.Where(r => r.Signature is not null).ToLookup(r => (Key(r.Signature!), r.Immediates), r => r.Opcode);

    // Operations that put another value in place of the one on top of the stack.
    private static readonly ILookup<WasmType, OpcodeInfo> Unary = OpcodeTable.Rows
        .Where(r => r.Immediates == Immediates.None && r.Signature is { Parameters.Length: 1, Results.Length: 1 } s && s.Parameters[0] == s.Results[0])
        .ToLookup(r => r.Signature!.Results[0]);

    private static readonly ILookup<WasmType, OpcodeInfo> Binary = OpcodeTable.Rows
        .Where(r => r.Immediates == Immediates.None && r.Signature is { Parameters.Length: 2, Results.Length: 1 } s && s.Parameters[0] == s.Results[0] && s.Parameters[1] == s.Results[0])
        .ToLookup(r => r.Signature!.Results[0]);

    /// <param name="module">A module.</param>
    /// <param name="other">Another one, for splices.</param>
    public static Module Mutate(Module module, Module other, Random random)
    {
        if (module.Functions.Length == 0 || random.Next(12) == 0) return Declarations(module, random);
        var number = random.Next(module.Functions.Length);
        var function = module.Functions[number];
        if (random.Next(20) == 0 && other.Functions.Length > 0)
        {
            var donor = other.Functions[random.Next(other.Functions.Length)];
            return module with { Functions = module.Functions.SetItem(number, function with { Locals = donor.Locals, Body = donor.Body }) };
        }

        var body = function.Body.ToList();
        Change(body, random.Next(body.Count), module, function, random);
        return module with { Functions = module.Functions.SetItem(number, function with { Body = [.. body] }) };
    }

    private static void Change(List<Instruction> body, int at, Module module, Function function, Random random)
    {
        var instruction = body[at];
        var info = OpcodeTable.Get(instruction.Opcode);
        switch (random.Next(10))
        {
            case 0 or 1 when info.Signature is not null:
                var alike = Alike[(Key(info.Signature), info.Immediates)].ToArray();
                body[at] = instruction with { Opcode = alike[random.Next(alike.Length)], Second = info.Immediates == Immediates.MemoryAccess ? 0 : instruction.Second };
                break;
            case 2 or 3:
                body[at] = Immediate(instruction, info.Immediates, random);
                break;
            case 4:
                body.RemoveAt(at);
                break;
            case 5:
                var part = body.GetRange(at, Math.Min(random.Next(1, 12), body.Count - at));
                body.InsertRange(random.Next(body.Count), part);
                break;
            case 6 or 7 when info.Signature is { Results.Length: 1 } signature && Unary.Contains(signature.Results[0]):
                body.InsertRange(at + 1, Operation(signature.Results[0], random));
                break;
            default:
                body.InsertRange(at, Neutral(module, function, random));
                break;
        }
    }

    private static Instruction Immediate(Instruction instruction, Immediates kind, Random random) => kind switch
    {
        Immediates.I32 or Immediates.F32 => instruction with { Immediate = (uint)Pick(random) },
        Immediates.I64 or Immediates.F64 => instruction with { Immediate = Pick(random) },
        Immediates.MemoryAccess => instruction with { Immediate = (uint)Pick(random), Second = instruction.Second == 0 ? 0 : (uint)random.Next((int)Math.Min(instruction.Second, 4) + 1) },
        Immediates.Label or Immediates.Local or Immediates.Global or Immediates.Function or Immediates.Table or Immediates.Element or Immediates.Data =>
            instruction with { Immediate = (ulong)Math.Max(0, (long)instruction.Immediate + random.Next(-2, 3)) },
        Immediates.TypeAndTable or Immediates.TablePair or Immediates.ElementAndTable => instruction with { Immediate = (ulong)random.Next(4), Second = (uint)random.Next(2) },
        Immediates.LabelTable => instruction with { List = [.. Enumerable.Range(0, random.Next(30)).Select(_ => (uint)random.Next(3))], Second = (uint)random.Next(3) },
        _ => instruction,
    };

    private static Instruction[] Operation(WasmType type, Random random)
    {
        if (random.Next(2) == 0)
        {
            var unary = Unary[type].ToArray();
            return [unary[random.Next(unary.Length)].Opcode];
        }

        var binary = Binary[type].ToArray();
        return [Constant(type, random), binary[random.Next(binary.Length)].Opcode];
    }

    // What may stand anywhere: it leaves the stack as it was.
    private static Instruction[] Neutral(Module module, Function function, Random random)
    {
        var local = Local(module, function, random);
        var small = Instruction.I32Const(random.Next(70_000));
        return random.Next(14) switch
        {
            0 => [small, Opcode.MemoryGrow, Opcode.Drop],
            1 => [small, Instruction.Access(Opcode.I64Load, (uint)Pick(random)), Opcode.Drop],
            2 => [small, Constant(WasmType.F64, random), Instruction.Access(Opcode.F64Store), .. Nothing],
            3 => [small, small, Instruction.I32Const(random.Next(3_000)), Opcode.MemoryCopy],
            4 => [small, small, Instruction.I32Const(random.Next(3_000)), Opcode.MemoryFill],
            5 => [Constant(WasmType.F64, random), Opcode.I32TruncF64S, Opcode.Drop],
            6 => [Instruction.WithBlock(Opcode.Loop, BlockType.Empty), Constant(WasmType.I32, random), Instruction.WithIndex(Opcode.BrIf, random.Next(2)), Opcode.End],
            7 => [Constant(WasmType.I32, random), Instruction.WithBlock(Opcode.If, BlockType.Empty), random.Next(2) == 0 ? Opcode.Unreachable : Opcode.Nop, Opcode.End],
            8 => [Constant(WasmType.I64, random), Constant(WasmType.I64, random), Opcode.I64DivS, Opcode.Drop],
            9 => [Constant(WasmType.F32, random), Constant(WasmType.F32, random), Opcode.F32Min, Opcode.I32ReinterpretF32, Opcode.Drop],
            10 => [small, Instruction.CallIndirect(random.Next(3)), .. Nothing],
            11 => [Instruction.WithBlock(Opcode.Block, BlockType.Empty), small, Instruction.BrTable([0, 0, 1], 0), Opcode.End],
            12 when local is { } l => [Instruction.WithIndex(Opcode.LocalGet, l), Instruction.WithIndex(Opcode.LocalTee, l), Instruction.WithIndex(Opcode.LocalSet, l)],
            13 when local is { } l => [Constant(TypeOf(module, function, l), random), Instruction.WithIndex(Opcode.LocalSet, l)],
            _ => [Opcode.MemorySize, Opcode.Drop],
        };
    }

    private static readonly Instruction[] Nothing = [Opcode.Nop];

    private static int? Local(Module module, Function function, Random random)
    {
        var count = Parameters(module, function).Length + function.Locals.Length;
        return count == 0 ? null : random.Next(count);
    }

    private static WasmType TypeOf(Module module, Function function, int local)
    {
        var parameters = Parameters(module, function);
        return local < parameters.Length ? parameters[local] : function.Locals[local - parameters.Length];
    }

    private static System.Collections.Immutable.ImmutableArray<WasmType> Parameters(Module module, Function function) =>
        (uint)function.TypeIndex < (uint)module.Types.Length ? module.Types[function.TypeIndex].Parameters : [];

    private static Instruction Constant(WasmType type, Random random) => type switch
    {
        WasmType.I32 => new(Opcode.I32Const, (uint)Pick(random)),
        WasmType.I64 => new(Opcode.I64Const, Pick(random)),
        WasmType.F32 => new(Opcode.F32Const, (uint)Pick(random)),
        WasmType.F64 => new(Opcode.F64Const, Pick(random)),
        _ => new(Opcode.RefNull, (ulong)type),
    };

    private static Module Declarations(Module module, Random random)
    {
        switch (random.Next(6))
        {
            case 0:
                return module with { Memories = [new(new((uint)random.Next(20), random.Next(2) == 0 ? null : (uint)random.Next(20)))] };
            case 1 when module.Globals.Length > 0:
                var global = random.Next(module.Globals.Length);
                return module with { Globals = module.Globals.SetItem(global, module.Globals[global] with { Init = [Constant(module.Globals[global].Type.Type, random), Opcode.End] }) };
            case 2 when module.Data.Length > 0:
                var data = random.Next(module.Data.Length);
                return module with { Data = module.Data.SetItem(data, new(SegmentMode.Active, module.Data[data].Bytes, [Constant(WasmType.I32, random), Opcode.End])) };
            case 3 when module.Types.Length > 1:
                var type = random.Next(module.Types.Length);
                return module with { Types = module.Types.SetItem(type, module.Types[random.Next(module.Types.Length)]) };
            case 4:
                return module with { Start = random.Next(Math.Max(1, module.Functions.Length)) };
            default:
                return module with
                {
                    Tables = [new(WasmType.FuncRef, new((uint)random.Next(12), (uint)random.Next(20)))],
                    Elements = [new(SegmentMode.Active, 0, WasmType.FuncRef, [.. Enumerable.Range(0, random.Next(8)).Select(_ => random.Next(Math.Max(1, module.Functions.Length)))], [Instruction.I32Const(random.Next(4)), Opcode.End])],
                };
        }
    }

    private static ulong Pick(Random random) => random.Next(4) == 0 ? (ulong)random.NextInt64() : Bits[random.Next(Bits.Length)];

    private static string Key(FunctionType type) => $"{string.Join(',', type.Parameters)}:{string.Join(',', type.Results)}";
}
