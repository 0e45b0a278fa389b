using System.Collections.Immutable;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime;
using Fog.Wasm.Runtime.Values;
using static Fog.Wasm.Portable.Tests.ModuleBuilder;

namespace Fog.Wasm.Portable.Tests;

public class FunctionRunTests
{
    private const long Fuel = 1_000_000;
    private const int Memory = 65_536;
    private const int Depth = 16;

    public static TheoryData<string> Scalars => ["bool", "i8", "u8", "i16", "u16", "char", "i32", "u32", "i64", "u64", "f32", "f64"];

    [Fact]
    public void The_sum_of_an_array_is_computed_and_metered()
    {
        var run = Start(SumOfArray(), [new double[] { 1, 2, 3.5 }]);
        Assert.True(run.Step(long.MaxValue));
        Assert.Equal(6.5, Returned(run));

        // fog_alloc 9; entry 2 locals; 4 headers of 4; 3 bodies of 14; the end 1.
        Assert.Equal(9 + 2 + (4 * 4) + (3 * 14) + 1, run.FuelUsed);
    }

    [Theory]
    [MemberData(nameof(Scalars))]
    public void A_scalar_of_any_type_goes_in_and_comes_out_the_same(string name)
    {
        Assert.True(FogType.TryParse(name, out var type));
        foreach (var value in SampleValues(type.Kind))
        {
            var run = Start(Identity(type), [value]);
            Assert.True(run.Step(1));
            Assert.Equal(value, Returned(run));
        }
    }

    [Theory]
    [MemberData(nameof(Scalars))]
    public void An_array_of_any_type_goes_in_and_comes_out_the_same(string name)
    {
        Assert.True(FogType.TryParse(name, out var scalar));
        var type = new FogType(scalar.Kind, true);
        var values = SampleValues(type.Kind);
        var array = Array.CreateInstance(FogClrTypes.Of(scalar), values.Count);
        for (var i = 0; i < values.Count; i++) array.SetValue(values[i], i);
        var run = Start(IdentityOfArray(type), [array]);
        while (!run.Step(1)) continue;
        Assert.Equal(array, Returned(run));
    }

    [Fact]
    public void Golden_values_pass_through_a_function_byte_by_byte()
    {
        var lines = File.ReadLines(Path.Combine(Vectors.Folder, "values/values.txt")).Where(l => l.Length > 0 && l[0] != '#' && !l.StartsWith("void", StringComparison.Ordinal)).ToList();
        foreach (var line in lines.Select(l => l.Split('|', StringSplitOptions.TrimEntries)))
        {
            Assert.True(FogType.TryParse(line[0], out var type));
            var image = FunctionArtifact.Load((type.IsReference ? IdentityOfArray(type) : Identity(type)).ToBytes()).Image.ToArray();
            var run = new FunctionRun(image, Convert.FromHexString("0100" + line[2]), Fuel, Memory, Depth);
            Assert.True(run.Step(long.MaxValue));
            Assert.Equal("0100" + line[2] + "0000", Convert.ToHexString(run.Result));
        }

        Assert.True(lines.Count > 35);
    }

    [Fact]
    public void A_string_keeps_its_units_even_half_a_surrogate_pair()
    {
        foreach (var text in new[] { "", "ä", "fog \0 \ud83c\udf2b", "\udc00\ud800" })
        {
            var run = Start(IdentityOfArray(new(FogKind.String)), [text]);
            run.Step(long.MaxValue);
            Assert.Equal(text, Returned(run));
        }
    }

    [Fact]
    public void NaNs_and_bools_come_out_canonical()
    {
        var f64 = new ModuleBuilder().Function(new([], [WasmType.F64]), [], new Instruction(Opcode.F64Const, 0xFFF0_0000_0000_0001)).Export("f", 0).Manifest(new("f", "1", [], new(FogKind.F64)));
        Assert.Equal("01000C000000000000F87F0000", Hex(f64));
        var f32 = new ModuleBuilder().Function(new([], [WasmType.F32]), [], Instruction.F32ConstBits(0xFFC12345)).Export("f", 0).Manifest(new("f", "1", [], new(FogKind.F32)));
        Assert.Equal("01000B0000C07F0000", Hex(f32));
        var truth = new ModuleBuilder().Function(new([], [WasmType.I32]), [], I32(256)).Export("f", 0).Manifest(new("f", "1", [], new(FogKind.Bool)));
        Assert.Equal("010001010000", Hex(truth));
        var narrow = new ModuleBuilder().Function(new([], [WasmType.I32]), [], I32(0x12345)).Export("f", 0).Manifest(new("f", "1", [], new(FogKind.I16)));
        Assert.Equal("01000445230000", Hex(narrow));
        var nothing = new ModuleBuilder().Function(new([], []), []).Export("f", 0).Manifest(new("f", "1", [], new(FogKind.Void)));
        Assert.Equal("0100000000", Hex(nothing));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void So_do_those_of_arrays_at_any_address(bool atOnce)
    {
        byte[] memory =
        [
            .. Enumerable.Range(0, 40).Select(i => (byte)(i * 7)),
            .. new[] { 1.5, double.NaN, -double.NaN, double.PositiveInfinity, BitConverter.Int64BitsToDouble(0x7FF0_0000_0000_0001), double.MaxValue }.SelectMany(BitConverter.GetBytes),
            .. new[] { -2.5f, -float.NaN, BitConverter.Int32BitsToSingle(0x7FAB_CDEF), float.NegativeInfinity, float.MaxValue, float.NaN, 0f }.SelectMany(BitConverter.GetBytes),
        ];
        for (var address = 0; address < memory.Length; address++)
        {
            Check(FogKind.U8, 1, octets => octets);
            Check(FogKind.Bool, 1, octets => [octets[0] == 0 ? (byte)0 : (byte)1]);
            Check(FogKind.I16, 2, octets => octets);
            Check(FogKind.F32, 4, octets => float.IsNaN(BitConverter.ToSingle(octets)) ? Convert.FromHexString("0000C07F") : octets);
            Check(FogKind.F64, 8, octets => double.IsNaN(BitConverter.ToDouble(octets)) ? Convert.FromHexString("000000000000F87F") : octets);

            void Check(FogKind kind, int size, Func<byte[], byte[]> canonical)
            {
                var count = (memory.Length - address) / size;
                var module = new ModuleBuilder().Memory(1)
                    .Function(new([], [WasmType.I64]), [], I64(((long)address << 32) | (uint)count))
                    .With(m => m with { Data = [new(SegmentMode.Active, [.. memory], [I32(0), Opcode.End])] })
                    .Export("f", 0)
                    .Manifest(new("f", "1", [], new(kind, true)));
                var run = new FunctionRun(FunctionArtifact.Load(module.ToBytes()).Image.ToArray(), [0, 0], Fuel, Memory, Depth, copy: atOnce ? BlockCopy.Instance : null);
                Assert.True(run.Step(long.MaxValue));
                var values = memory.Skip(address).Take(count * size).Chunk(size).SelectMany(canonical);
                Assert.Equal([1, 0, new FogType(kind, true).Tag, .. BitConverter.GetBytes(count), .. values, 0, 0], run.Result);
            }
        }
    }

    [Fact]
    public void Slices_of_any_size_lead_to_the_same_result_and_fuel()
    {
        var arguments = new object[] { Enumerable.Range(0, 500).Select(i => i * 0.25).ToArray() };
        var whole = Start(SumOfArray(), arguments);
        Assert.True(whole.Step(long.MaxValue));
        foreach (var slice in new long[] { -5, 0, 1, 7, 100, 3_000 })
        {
            var sliced = Start(SumOfArray(), arguments);
            var steps = 1;
            while (!sliced.Step(slice)) steps++;
            Assert.Equal(whole.Result, sliced.Result);
            Assert.Equal(whole.FuelUsed, sliced.FuelUsed);
            Assert.True(steps > 1, $"one step of {slice}");
        }
    }

    [Fact]
    public void A_step_takes_no_more_than_its_slice_and_one_block()
    {
        var run = Start(SumOfArray(), [new double[500]]);
        var before = run.FuelUsed;
        while (!run.Step(100))
        {
            Assert.InRange(run.FuelUsed - before, 86, 100);
            before = run.FuelUsed;
        }
    }

    [Fact]
    public void Fuel_that_just_suffices_gives_the_result_and_one_less_a_trap()
    {
        var arguments = new object[] { new double[] { 1, 2, 3 } };
        var whole = Start(SumOfArray(), arguments);
        whole.Step(long.MaxValue);

        var enough = Start(SumOfArray(), arguments, whole.FuelUsed);
        enough.Step(long.MaxValue);
        Assert.Equal(whole.Result, enough.Result);

        var short1 = Start(SumOfArray(), arguments, whole.FuelUsed - 1);
        Assert.True(short1.Step(long.MaxValue));
        Assert.Equal(TrapCode.FuelExhausted, Trapped(short1).Code);
        Assert.Equal(whole.FuelUsed - 1, short1.FuelUsed);
    }

    [Fact]
    public void An_allocator_that_answers_nonsense_is_a_trap_of_its_own()
    {
        foreach (var address in new[] { -1, 65_536, 65_536 - 7, int.MinValue })
        {
            var module = new ModuleBuilder().Memory(1)
                .Function(new([WasmType.I32, WasmType.I32], []), [])
                .Function(new([WasmType.I32], [WasmType.I32]), [], I32(address))
                .Export("f", 0).Export(FunctionManifest.AllocatorName, 1)
                .Manifest(new("f", "1", [new("x", new(FogKind.F64, true))], new(FogKind.Void)));
            var run = Start(module, [new double[] { 1 }]);
            Assert.True(run.Step(long.MaxValue));
            Assert.Equal(new FogResult.Trapped(TrapCode.OutOfBoundsMemoryAccess, 1, 0), Trapped(run));
        }
    }

    [Theory]
    [InlineData(0x0001_0000, 1)]
    [InlineData(0x0000_FFF9, 1)]
    [InlineData(0, -1)]
    [InlineData(0, 8_193)]
    [InlineData(0, 0x2000_0001)]
    [InlineData(-8, 1)]
    public void A_result_outside_of_memory_is_a_trap(int pointer, int count)
    {
        var module = new ModuleBuilder().Memory(1)
            .Function(new([], [WasmType.I64]), [], I64(((long)pointer << 32) | (uint)count))
            .Export("f", 0)
            .Manifest(new("f", "1", [], new(FogKind.F64, true)));
        var run = Start(module, []);
        Assert.True(run.Step(long.MaxValue));
        Assert.Equal(new FogResult.Trapped(TrapCode.OutOfBoundsMemoryAccess, 0, 0), Trapped(run));
    }

    [Fact]
    public void A_start_function_runs_first_and_its_trap_is_the_result()
    {
        var module = new ModuleBuilder().Memory(1)
            .Function(new([], [WasmType.I32]), [], I32(0), Instruction.Access(Opcode.I32Load))
            .Function(new([], []), [], I32(0), I32(42), Instruction.Access(Opcode.I32Store))
            .Function(new([], []), [], Opcode.Unreachable)
            .Export("f", 0)
            .Manifest(new("f", "1", [], new(FogKind.I32)));
        var run = Start(module.With(m => m with { Start = 1 }), []);
        while (!run.Step(1)) continue;
        Assert.Equal(42, Returned(run));

        var trapping = Start(module.With(m => m with { Start = 2 }), []);
        Assert.True(trapping.Step(long.MaxValue));
        Assert.Equal(TrapCode.Unreachable, Trapped(trapping).Code);
    }

    [Fact]
    public void A_segment_outside_of_memory_is_a_trap_at_once()
    {
        var module = new ModuleBuilder().Memory(1)
            .Function(new([], []), [])
            .With(m => m with { Data = [new(SegmentMode.Active, [1, 2], [I32(65_535), Opcode.End])] })
            .Export("f", 0)
            .Manifest(new("f", "1", [], new(FogKind.Void)));
        var run = Start(module, []);
        Assert.True(run.Step(1));
        Assert.Equal(new FogResult.Trapped(TrapCode.OutOfBoundsMemoryAccess, 0, 0), Trapped(run));
        Assert.Equal(0, run.FuelUsed);
    }

    [Fact]
    public void Data_is_copied_where_its_segment_says()
    {
        var module = new ModuleBuilder().Memory(1)
            .Function(new([], [WasmType.I64]), [], I64((40_000L << 32) | 3))
            .With(m => m with { Data = [new(SegmentMode.Active, [1, 2, 255], [I32(40_000), Opcode.End])] })
            .Export("f", 0)
            .Manifest(new("f", "1", [], new(FogKind.U8, true)));
        var run = Start(module, []);
        run.Step(long.MaxValue);
        Assert.Equal(new byte[] { 1, 2, 255 }, Returned(run));
    }

    [Fact]
    public void Heap_grows_with_what_is_touched_and_is_reported()
    {
        var small = Start(SumOfArray(), [new double[10]]);
        var large = Start(SumOfArray(), [new double[4_000]]);
        small.Step(long.MaxValue);
        large.Step(long.MaxValue);
        Assert.InRange(small.HeapBytes, 1_000, 6_000);
        Assert.InRange(large.HeapBytes - small.HeapBytes, 31_000, 34_000);
    }

    [Theory]
    [InlineData("", ArgumentEncodingError.Truncated, -1)]
    [InlineData("01", ArgumentEncodingError.Truncated, -1)]
    [InlineData("0000", ArgumentEncodingError.CountMismatch, -1)]
    [InlineData("0300", ArgumentEncodingError.CountMismatch, -1)]
    [InlineData("0200", ArgumentEncodingError.Truncated, 0)]
    [InlineData("02000B", ArgumentEncodingError.TypeMismatch, 0)]
    [InlineData("02008C", ArgumentEncodingError.Truncated, 0)]
    [InlineData("02008C010000", ArgumentEncodingError.Truncated, 0)]
    [InlineData("02008C0100000000000000000000", ArgumentEncodingError.Truncated, 0)]
    [InlineData("02008CFFFFFFFF", ArgumentEncodingError.Truncated, 0)]
    [InlineData("02008CFFFFFF1F", ArgumentEncodingError.Truncated, 0)]
    [InlineData("02008C00000000", ArgumentEncodingError.Truncated, 1)]
    [InlineData("02008C0000000001", ArgumentEncodingError.Truncated, 1)]
    [InlineData("02008C000000000102", ArgumentEncodingError.NotCanonical, 1)]
    [InlineData("02008C01000000010000000000F87F0101", ArgumentEncodingError.NotCanonical, 0)]
    [InlineData("02008C01000000000000000000F8FF0101", ArgumentEncodingError.NotCanonical, 0)]
    [InlineData("02008C00000000010100", ArgumentEncodingError.TrailingBytes, -1)]
    public void Encoded_arguments_that_do_not_fit_are_refused(string hex, ArgumentEncodingError error, int parameter)
    {
        var module = new ModuleBuilder().Memory(1)
            .Function(new([WasmType.I32, WasmType.I32, WasmType.I32], []), [])
            .Export("f", 0)
            .Allocator()
            .Manifest(new("f", "1", [new("a", new(FogKind.F64, true)), new("b", new(FogKind.Bool))], new(FogKind.Void)));
        var image = FunctionArtifact.Load(module.ToBytes()).Image.ToArray();
        var refused = Assert.Throws<ArgumentEncodingException>(() => new FunctionRun(image, Convert.FromHexString(hex), Fuel, Memory, Depth));
        Assert.Equal((error, parameter), (refused.Error, refused.Parameter));
    }

    [Fact]
    public void Limits_that_make_no_sense_are_the_callers_fault()
    {
        var artifact = FunctionArtifact.Load(SumOfArray().ToBytes());
        var arguments = ValueCodec.EncodeArguments(artifact.Manifest, [new double[1]]);
        Assert.Throws<ArgumentException>(() => new FunctionRun(artifact.Image.ToArray(), arguments, 0, Memory, Depth));
        Assert.Throws<ArgumentException>(() => new FunctionRun(artifact.Image.ToArray(), arguments, Fuel, -1, Depth));
        Assert.Throws<ArgumentException>(() => new FunctionRun(artifact.Image.ToArray(), arguments, Fuel, Memory, 0));
        Assert.Equal(ImageError.MemoryOverLimit, Assert.Throws<ImageException>(() => new FunctionRun(artifact.Image.ToArray(), arguments, Fuel, Memory - 1, Depth)).Error);
    }

    internal static ModuleBuilder SumOfArray() => new ModuleBuilder()
        .Memory(1)
        .Function(
            new([WasmType.I32, WasmType.I32], [WasmType.F64]),
            [WasmType.I32, WasmType.F64],
            Block(),
            Loop(),
            Get(2), Get(1), Opcode.I32GeS, BrIf(1),
            Get(3), Get(0), Get(2), I32(3), Opcode.I32Shl, Opcode.I32Add, Instruction.Access(Opcode.F64Load), Opcode.F64Add, Set(3),
            Get(2), I32(1), Opcode.I32Add, Set(2),
            Br(0),
            Opcode.End,
            Opcode.End,
            Get(3))
        .Export("sum", 0)
        .Allocator()
        .Manifest(new("sum", "1", [new("values", new(FogKind.F64, true))], new(FogKind.F64)));

    internal static FunctionRun Start(ModuleBuilder module, IReadOnlyList<object?> arguments, long fuel = Fuel, int memory = Memory, int depth = Depth)
    {
        var artifact = FunctionArtifact.Load(module.ToBytes());
        return new FunctionRun(artifact.Image.ToArray(), ValueCodec.EncodeArguments(artifact.Manifest, arguments), fuel, memory, depth);
    }

    internal static FogResult.Trapped Trapped(FunctionRun run) => Assert.IsType<FogResult.Trapped>(ValueCodec.DecodeResult(run.Result));

    private static object? Returned(FunctionRun run) => Assert.IsType<FogResult.Returned>(ValueCodec.DecodeResult(run.Result)).Value.Clr;

    private static string Hex(ModuleBuilder module)
    {
        var run = Start(module, []);
        Assert.True(run.Step(long.MaxValue));
        return Convert.ToHexString(run.Result);
    }

    private static ModuleBuilder Identity(FogType type) => new ModuleBuilder()
        .Function(new([type.WasmType], [type.WasmType]), [], Get(0))
        .Export("f", 0)
        .Manifest(new("f", "1", [new("x", type)], type));

    // (pointer, count) in, (pointer << 32) | count out.
    private static ModuleBuilder IdentityOfArray(FogType type) => new ModuleBuilder()
        .Memory(1)
        .Function(
            new([WasmType.I32, WasmType.I32], [WasmType.I64]),
            [],
            Get(0), Opcode.I64ExtendI32U, I64(32), Opcode.I64Shl, Get(1), Opcode.I64ExtendI32U, Opcode.I64Or)
        .Export("f", 0)
        .Allocator()
        .Manifest(new("f", "1", [new("x", type)], type));

    private static IReadOnlyList<object> SampleValues(FogKind kind) => kind switch
    {
        FogKind.Bool => [true, false],
        FogKind.I8 => [sbyte.MinValue, (sbyte)-1, (sbyte)0, sbyte.MaxValue],
        FogKind.U8 => [byte.MinValue, (byte)1, byte.MaxValue],
        FogKind.I16 => [short.MinValue, (short)-1, short.MaxValue],
        FogKind.U16 => [ushort.MinValue, ushort.MaxValue],
        FogKind.Char => ['\0', 'f', '\ud800', '\uffff'],
        FogKind.I32 => [int.MinValue, -1, 0, int.MaxValue],
        FogKind.U32 => [0u, uint.MaxValue],
        FogKind.I64 => [long.MinValue, -1L, long.MaxValue],
        FogKind.U64 => [0ul, ulong.MaxValue],
        FogKind.F32 => [0f, -0f, 1.5f, float.NaN, float.PositiveInfinity, float.Epsilon],
        _ => [0.0, -0.0, 1.5, double.NaN, double.NegativeInfinity, double.Epsilon],
    };
}
