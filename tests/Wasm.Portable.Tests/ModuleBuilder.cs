using System.Collections.Immutable;
using Fog.Wasm.Format;

namespace Fog.Wasm.Portable.Tests;

/// <summary>Modules assembled by hand, instruction by instruction.</summary>
internal sealed class ModuleBuilder
{
    private Module module = new();

    public static Instruction Get(int local) => Instruction.WithIndex(Opcode.LocalGet, local);

    public static Instruction Set(int local) => Instruction.WithIndex(Opcode.LocalSet, local);

    public static Instruction Tee(int local) => Instruction.WithIndex(Opcode.LocalTee, local);

    public static Instruction Br(int depth) => Instruction.WithIndex(Opcode.Br, depth);

    public static Instruction BrIf(int depth) => Instruction.WithIndex(Opcode.BrIf, depth);

    public static Instruction Call(int function) => Instruction.WithIndex(Opcode.Call, function);

    public static Instruction Block(WasmType? result = null) => Instruction.WithBlock(Opcode.Block, Type(result));

    public static Instruction Loop(WasmType? result = null) => Instruction.WithBlock(Opcode.Loop, Type(result));

    public static Instruction If(WasmType? result = null) => Instruction.WithBlock(Opcode.If, Type(result));

    public static Instruction I32(int value) => Instruction.I32Const(value);

    public static Instruction I64(long value) => Instruction.I64Const(value);

    public static Instruction F32(float value) => Instruction.F32Const(value);

    public static Instruction F64(double value) => Instruction.F64Const(value);

    /// <summary>Adds a function, its <c>end</c> included for free; functions are numbered from 0.</summary>
    public ModuleBuilder Function(FunctionType type, ImmutableArray<WasmType> locals, params ReadOnlySpan<Instruction> body)
    {
        var index = module.Types.IndexOf(type);
        if (index < 0)
        {
            index = module.Types.Length;
            module = module with { Types = module.Types.Add(type) };
        }

        module = module with { Functions = module.Functions.Add(new(index, locals, [.. body, Opcode.End])) };
        return this;
    }

    public ModuleBuilder Export(string name, int function)
    {
        module = module with { Exports = module.Exports.Add(new(name, ExternalKind.Function, function)) };
        return this;
    }

    public ModuleBuilder Memory(uint pages, uint? pagesMax = null)
    {
        module = module with { Memories = [new(new(pages, pagesMax))] };
        return this;
    }

    public ModuleBuilder With(Func<Module, Module> change)
    {
        module = change(module);
        return this;
    }

    /// <summary>A bump allocator from 1024 up: the next function and one global.</summary>
    public ModuleBuilder Allocator()
    {
        var global = module.Globals.Length;
        module = module with { Globals = module.Globals.Add(new(new(WasmType.I32, true), [I32(1024), Opcode.End])) };
        var index = module.Functions.Length;
        return Function(
            new([WasmType.I32], [WasmType.I32]),
            [],
            Instruction.WithIndex(Opcode.GlobalGet, global),
            Instruction.WithIndex(Opcode.GlobalGet, global),
            Get(0),
            Opcode.I32Add,
            I32(7),
            Opcode.I32Add,
            I32(-8),
            Opcode.I32And,
            Instruction.WithIndex(Opcode.GlobalSet, global)).Export(FunctionManifest.AllocatorName, index);
    }

    public ModuleBuilder Manifest(FunctionManifest manifest)
    {
        module = module with { CustomSections = [manifest.ToSection()] };
        return this;
    }

    public Module Build() => module;

    public byte[] ToBytes() => ModuleWriter.Write(module);

    private static BlockType Type(WasmType? result) => result is { } type ? BlockType.Of(type) : BlockType.Empty;
}
