using System.Diagnostics;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Portable.Tests;
using Fog.Wasm.Runtime.Compilation;
using Fog.Wasm.Runtime.Lowering;
using Fog.Wasm.Runtime.Tests.Compilation;
using Fog.Wasm.Runtime.Validation;
using static Fog.Wasm.Portable.Tests.ModuleBuilder;

namespace Fog.Wasm.Runtime.Tests;

/// <summary>What a module that means harm costs at most, from its bytes to its run.</summary>
public class HostileModuleTests
{
    private const string Header = "0061736D01000000";

    // Nothing here takes a second on an idle machine.
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("01FFFFFFFF0F", "a section of 4 GiB")]
    [InlineData("0105FFFFFFFF0F", "4 G types")]
    [InlineData("01086001FFFFFFFF0F7F", "4 G parameters")]
    [InlineData("0205FFFFFFFF0F", "4 G imports")]
    [InlineData("020601FFFFFFFF0F", "a name of 4 GiB")]
    [InlineData("0305FFFFFFFF0F", "4 G functions")]
    [InlineData("0405FFFFFFFF0F", "4 G tables")]
    [InlineData("0605FFFFFFFF0F", "4 G globals")]
    [InlineData("0705FFFFFFFF0F", "4 G exports")]
    [InlineData("0905FFFFFFFF0F", "4 G element segments")]
    [InlineData("090A010041000BFFFFFFFF0F", "4 G elements")]
    [InlineData("0B05FFFFFFFF0F", "4 G data segments")]
    [InlineData("0B0A010041000BFFFFFFFF0F", "4 GiB of data")]
    [InlineData("0104016000000302010" + "00A05FFFFFFFF0F", "4 G bodies")]
    [InlineData("0104016000000302010" + "00A0601FFFFFFFF0F", "a body of 4 GiB")]
    [InlineData("0104016000000302010" + "00A0A010801FFFFFFFF0F7F0B", "4 G locals")]
    [InlineData("0104016000000302010" + "00A0B01090041000EFFFFFFFF0F", "4 G labels")]
    public void A_count_beyond_the_bytes_is_refused_before_anything_is_allocated_for_it(string sections, string what)
    {
        var bytes = Convert.FromHexString(Header + sections);
        var refused = Bounded(100_000, () => Refusal(bytes));
        Assert.True(refused is not null, what);
    }

    [Theory]
    [InlineData("FF")]
    [InlineData("C080")]
    [InlineData("E08080")]
    [InlineData("EDA080")]
    [InlineData("F4908080")]
    [InlineData("80")]
    [InlineData("E282")]
    public void A_name_that_is_not_UTF8_is_refused_wherever_it_stands(string name)
    {
        var length = (name.Length / 2).ToString("X2");
        string[] modules =
        [
            Section(0, length + name),
            Section(2, "01" + length + name + "00" + "0300"),
            Section(2, "01" + "00" + length + name + "0300"),
            Section(7, "01" + length + name + "0000"),
        ];
        foreach (var module in modules) Assert.Equal(ModuleError.MalformedUtf8, Refusal(Convert.FromHexString(Header + module)));
    }

    [Fact]
    public void A_module_over_its_size_is_not_looked_at()
    {
        var bytes = new byte[ModuleLimits.ModuleBytesMax + 1];
        Assert.Equal(ModuleError.LimitExceeded, Bounded(100_000, () => Refusal(bytes)));
    }

    [Fact]
    public void Locals_by_the_million_in_a_small_module_are_refused()
    {
        // Eight bytes a function, each with as many locals as one may have.
        var many = Enumerable.Repeat(new Function(0, [.. Enumerable.Repeat(WasmType.I64, ModuleLimits.LocalsMax)], [Opcode.End]), ModuleLimits.SectionEntriesMax);
        var bytes = ModuleWriter.Write(new Module { Types = [new([], [])], Functions = [.. many] });
        Assert.InRange(bytes.Length, 1, 150_000);
        Assert.Equal(ModuleError.LimitExceeded, Bounded(20L << 20, () => Refusal(bytes)));
    }

    [Fact]
    public void As_many_locals_as_there_may_be_are_compiled_within_bounds()
    {
        var count = ModuleLimits.ModuleLocalsMax / ModuleLimits.LocalsMax;
        var many = Enumerable.Repeat(new Function(0, [.. Enumerable.Repeat(WasmType.I64, ModuleLimits.LocalsMax)], [Opcode.End]), count);
        var bytes = ModuleWriter.Write(new Module { Types = [new([], [])], Functions = [.. many] });
        Bounded(500L << 20, () => Everything(bytes));
    }

    [Fact]
    public void Functions_by_the_thousand_are_compiled_within_bounds()
    {
        var many = Enumerable.Repeat(new Function(0, [], [Instruction.I32Const(1), Opcode.Drop, Opcode.End]), ModuleLimits.SectionEntriesMax);
        var bytes = ModuleWriter.Write(new Module { Types = [new([], [])], Functions = [.. many] });
        Bounded(500L << 20, () => Everything(bytes));
    }

    [Fact]
    public void A_branch_table_with_a_hundred_values_a_label_is_left_to_the_portable_executor()
    {
        // In blocks within blocks, tables that name each of them: a label takes a byte or two and moves a hundred values.
        const int Depth = 400;
        const int Tables = 20;
        var wide = new FunctionType([], [.. Enumerable.Repeat(WasmType.I32, ModuleLimits.TypeArityMax)]);
        List<Instruction> body = [.. Enumerable.Repeat(Instruction.WithBlock(Opcode.Block, BlockType.Indexed(0)), Depth)];
        for (var i = 0; i < Tables; i++)
        {
            body.AddRange([Instruction.WithBlock(Opcode.Block, BlockType.Indexed(0))]);
            body.AddRange(Enumerable.Repeat(I32(i), ModuleLimits.TypeArityMax + 1));
            body.AddRange([Instruction.BrTable([.. Enumerable.Range(0, Depth).Select(d => (uint)d)], 0), Opcode.End]);
            if (i < Tables - 1) body.AddRange(Enumerable.Repeat((Instruction)Opcode.Drop, ModuleLimits.TypeArityMax));
        }

        for (var i = 0; i < Depth; i++) body.Add(Opcode.End);
        var bytes = new ModuleBuilder().Function(wide, [], [.. body]).ToBytes();
        var module = ModuleReader.Read(bytes);
        ModuleValidator.Validate(module);
        Assert.Contains("values in branches and calls", CompiledModule.Unsuitable(module), StringComparison.Ordinal);
        Bounded(500L << 20, () => Everything(bytes));
    }

    [Fact]
    public void Branches_that_make_an_image_too_large_are_refused_by_then()
    {
        var wide = new FunctionType([], [.. Enumerable.Repeat(WasmType.I32, ModuleLimits.TypeArityMax)]);
        List<Instruction> body = [I32(1), Opcode.Drop, .. Enumerable.Range(0, ModuleLimits.TypeArityMax).Select(I32)];
        for (var i = 0; i < 14_000; i++) body.AddRange([Get(0), BrIf(0)]);
        var one = new ModuleBuilder().Function(new([WasmType.I32], wide.Results), [], [.. body]).Build();
        var bytes = ModuleWriter.Write(one with { Functions = [.. Enumerable.Repeat(one.Functions[0], 15)] });
        var refused = Bounded(800L << 20, () => Refusal(bytes));
        Assert.Equal(ModuleError.LimitExceeded, refused);
    }

    [Fact]
    public void An_expression_as_long_as_a_function_may_be_is_compiled()
    {
        List<Instruction> body = [Get(0)];
        while (body.Count < CompilationLimits.FunctionInstructionsMax - 3) body.AddRange([I32(3), Opcode.I32Add]);
        var module = ModuleReader.Read(new ModuleBuilder().Function(new([WasmType.I32], [WasmType.I32]), [], [.. body]).ToBytes());
        ModuleValidator.Validate(module);
        Bounded(300L << 20, () =>
        {
            var meter = new Meter(long.MaxValue);
            var instance = new ModuleInstance(CompiledModule.Compile(module), meter, 0);
            Assert.True(instance.Call(instance.Function(0), [5UL], 10));
            Assert.Equal(5 + (3 * (body.Count / 2)), (int)meter.Slots[0]);
            return true;
        });
    }

    [Fact]
    public void Blocks_as_deep_as_they_may_be_are_the_same_compiled()
    {
        var depth = ModuleLimits.NestingMax;
        Instruction[] body = [.. Enumerable.Repeat(Block(), depth), Get(0), BrIf(depth - 1), .. Enumerable.Repeat((Instruction)Opcode.End, depth), Get(0)];
        var both = Bounded(100L << 20, () => new BothEngines(new ModuleBuilder().Function(new([WasmType.I32], [WasmType.I32]), [], body)));
        both.Call(0, 9);
        both.Call(0, 0);
        Assert.Equal(ModuleError.LimitExceeded, Refusal(new ModuleBuilder().Function(new([], []), [], [.. Enumerable.Repeat(Block(), depth + 1), .. Enumerable.Repeat((Instruction)Opcode.End, depth + 1)]).ToBytes()));
    }

    [Fact]
    public void A_huge_branch_table_is_the_same_compiled()
    {
        var labels = Enumerable.Range(0, 50_000).Select(i => (uint)(i % 2)).ToArray();
        var both = Bounded(200L << 20, () => new BothEngines(new ModuleBuilder().Function(
            new([WasmType.I32], [WasmType.I32]),
            [],
            Block(), Block(), Get(0), Instruction.BrTable([.. labels], 0), Opcode.End, I32(10), Opcode.Return, Opcode.End, I32(11))));
        foreach (var index in (long[])[0, 1, 49_999, 50_000, -1]) both.Call(0, index);
    }

    [Fact]
    public void Memory_that_grows_for_ever_stays_within_its_limit_compiled()
    {
        const int PagesMax = 16;
        var module = ModuleReader.Read(new ModuleBuilder().Memory(0).Function(new([], []), [], Loop(), I32(1), Opcode.MemoryGrow, Opcode.Drop, Br(0), Opcode.End).ToBytes());
        var meter = new Meter(1_000_000);
        var instance = new ModuleInstance(CompiledModule.Compile(module), meter, PagesMax * GuestMemory.PageBytes);
        Bounded(3L * PagesMax * GuestMemory.PageBytes, () => instance.Call(instance.Function(0), [], 1));
        Assert.Equal(TrapCode.FuelExhausted, meter.Trap);
        Assert.Equal(PagesMax, instance.Memory.Pages);
    }

    [Fact]
    public void Endless_loops_and_recursion_end_at_the_same_place_on_both_engines()
    {
        var loop = new BothEngines(new ModuleBuilder().Function(new([], []), [], Loop(), Br(0), Opcode.End), fuel: 100_000);
        Assert.Equal(TrapCode.FuelExhausted, loop.Call(0).Trap);
        var recursion = new BothEngines(new ModuleBuilder().Function(new([], []), [WasmType.I64], Call(0)), callDepthMax: 1_000);
        Assert.Equal(TrapCode.CallStackExhausted, recursion.Call(0).Trap);
    }

    [Fact]
    public void A_function_of_nearly_all_the_bytes_there_may_be_is_compiled_and_run_within_bounds()
    {
        // Branches, calls, stores and loads: what the JIT makes most of.
        List<Instruction> body = [];
        while (body.Count < 28_000)
        {
            body.AddRange([Get(0), If(), Get(0), Get(1), Instruction.Access(Opcode.I64Store), Opcode.End, Get(0), Instruction.Access(Opcode.I64Load), Set(1)]);
        }

        var both = Bounded(500L << 20, () => new BothEngines(new ModuleBuilder().Memory(1).Function(new([WasmType.I32, WasmType.I64], [WasmType.I64]), [], [.. body, Get(1)])));
        Bounded(500L << 20, () => both.Call(0, 8, 77).Results[0]);
    }

    private static string Section(int id, string content) => $"{id:X2}{content.Length / 2:X2}{content}";

    // Decoded, validated, lowered and compiled.
    private static bool Everything(byte[] bytes)
    {
        var module = ModuleReader.Read(bytes);
        ModuleValidator.Validate(module);
        _ = new DeviceImage(ImageWriter.Write(module));
        if (CompiledModule.Unsuitable(module) is null) CompiledModule.Compile(module);
        return true;
    }

    private static ModuleError? Refusal(byte[] bytes)
    {
        try
        {
            Everything(bytes);
            return null;
        }
        catch (ModuleException e)
        {
            return e.Error;
        }
    }

    private static T Bounded<T>(long allocatedMax, Func<T> act)
    {
        var clock = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = act();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= allocatedMax, $"{allocated} bytes allocated, at most {allocatedMax}");
        Assert.True(clock.Elapsed < TimeMax, $"{clock.Elapsed}");
        return result;
    }
}
