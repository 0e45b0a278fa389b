using System.Collections.Immutable;
using System.Security.Cryptography;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime;
using Fog.Wasm.Runtime.Compilation;
using Fog.Wasm.Runtime.Values;
using static Fog.Wasm.Portable.Tests.ModuleBuilder;

namespace Fog.Wasm.Portable.Tests;

/// <summary>Imports of module fog, on both engines and over snapshots.</summary>
public class FogModuleTests
{
    private const long Now = 1_767_225_600_123;
    private const long Seed = 0x0123456789ABCDEF;
    private const long Fuel = 100_000;

    [Fact]
    public void Now_is_the_invocation_s_timestamp() => Assert.Equal(Now, Returned(Function(WasmType.I64, [], Import("now"))));

    [Fact]
    public void Random_numbers_are_those_of_SplitMix64()
    {
        // The published first values for seed 1234567, and the third as a result.
        var third = Function(WasmType.I64, [], Import("random"), Opcode.Drop, Import("random"), Opcode.Drop, Import("random"));
        Assert.Equal(9817491932198370423UL, (ulong)Returned(third, seed: 1234567));
        Assert.NotEqual(Returned(third, seed: 1), Returned(third, seed: 2));
    }

    [Fact]
    public void A_run_resumed_at_every_block_draws_each_number_once()
    {
        // Sum of 10 numbers, each times its place, with a checkpoint in each round.
        var artifact = Function(
            WasmType.I64, [WasmType.I64, WasmType.I32],
            Loop(),
            Get(0), Import("random"), Get(1), Opcode.I64ExtendI32U, Opcode.I64Mul, Opcode.I64Add, Set(0),
            Import("checkpoint"),
            Get(1), I32(1), Opcode.I32Add, Tee(1), I32(10), Opcode.I32LtU, BrIf(0), Opcode.End,
            Get(0));
        var whole = Run(artifact, new FogModule(Now, Seed), Fuel);
        var digest = SHA256.HashData(artifact.Image.AsSpan());
        var run = Start(artifact, new FogModule(Now, Seed), Fuel);
        var stops = 0;
        while (!run.Step(1))
        {
            stops++;
            run = FunctionRun.Resume(
                [.. artifact.Image], Arguments, run.Snapshot(digest, new Sha256Digest()), digest, new Sha256Digest(), Fuel, 1 << 16, 10, new FogModule(Now, Seed));
        }

        Assert.Equal(whole.Result, run.Result);
        Assert.Equal(whole.FuelUsed, run.FuelUsed);
        Assert.Equal(21, stops);
    }

    [Fact]
    public void A_snapshot_with_more_numbers_than_fuel_is_refused()
    {
        var artifact = Function(WasmType.I64, [], Import("random"), Import("checkpoint"), I64(1), Opcode.I64Add);
        var digest = SHA256.HashData(artifact.Image.AsSpan());
        var fog = new FogModule(Now, Seed) { StopsAtCheckpoint = true };
        var run = Start(artifact, fog, Fuel);
        Assert.False(run.Step(Fuel));
        byte[] snapshot = run.Snapshot(digest, new Sha256Digest());
        Assert.Equal(2, SnapshotShape.Check(artifact.Image, [.. snapshot], Fuel, 1 << 16, 10));
        snapshot[^40] = 3;
        SHA256.HashData(snapshot.AsSpan(..^32)).CopyTo(snapshot.AsSpan(^32..));
        var refused = Assert.Throws<SnapshotException>(() => SnapshotShape.Check(artifact.Image, [.. snapshot], Fuel, 1 << 16, 10));
        Assert.Equal(SnapshotError.BadField, refused.Error);
    }

    [Fact]
    public void A_checkpoint_ends_the_slice_where_it_is_wanted()
    {
        var artifact = Function(WasmType.I64, [], Import("checkpoint"), Import("now"), Import("checkpoint"));
        Assert.True(Start(artifact, new FogModule(Now, Seed), Fuel).Step(Fuel));
        var fog = new FogModule(Now, Seed) { StopsAtCheckpoint = true };
        var run = Start(artifact, fog, Fuel);
        Assert.False(run.Step(Fuel));
        Assert.Equal(1, run.FuelUsed);
        fog.StopsAtCheckpoint = false;
        Assert.True(run.Step(Fuel));
        Assert.Equal(3, run.FuelUsed);
    }

    [Fact]
    public void A_line_is_logged_as_it_stands_in_memory()
    {
        var fog = new FogModule(Now, Seed);
        var run = Run(Function(WasmType.I64, [], I32(3), I32(5), Import("log"), I64(0)), fog, Fuel, "grüße");
        Assert.Equal("grüße", fog.TakeLine());
        Assert.Null(fog.TakeLine());

        // Four instructions, and two times 8 bytes begun.
        Assert.Equal(4 + 2, run.FuelUsed);
    }

    [Fact]
    public void Lines_are_bounded_in_length_and_number()
    {
        var fog = new FogModule(Now, Seed);
        Run(
            Function(
                WasmType.I64, [WasmType.I32],
                Loop(), I32(0), I32(1000), Import("log"), Get(0), I32(1), Opcode.I32Add, Tee(0), I32(50), Opcode.I32LtU, BrIf(0), Opcode.End, I64(0)),
            fog, Fuel);
        for (var i = 0; i < FogModule.LinesMax; i++) Assert.Equal(FogModule.LineUnitsMax, fog.TakeLine().Length);
        Assert.Null(fog.TakeLine());
    }

    [Fact]
    public void Lines_and_results_take_heap_until_they_are_taken()
    {
        var fog = new FogModule(Now, Seed);
        var run = Start(Function(WasmType.I64, [], I32(3), I32(5), Import("log"), I64(0)), fog, Fuel);
        var before = run.HeapBytes;
        Assert.True(run.Step(Fuel));
        var line = NanoHeap.Bytes("grüße");

        // Of 64 bits: header, value, effects. The arguments are not held any more.
        var result = NanoHeap.Bytes(new byte[2 + 9 + 2]);
        Assert.Equal(NanoHeap.Bytes(run), run.HeapBytes);
        Assert.InRange(run.HeapBytes, line + result, before + line + result);
        var held = run.HeapBytes;
        fog.TakeLine();
        Assert.Equal(held - line, run.HeapBytes);
        Assert.Equal(NanoHeap.Bytes(run), run.HeapBytes);
    }

    [Theory]
    [InlineData(65_536, 0, TrapCode.None)]
    [InlineData(65_530, 3, TrapCode.None)]
    [InlineData(65_530, 4, TrapCode.OutOfBoundsMemoryAccess)]
    [InlineData(65_537, 0, TrapCode.OutOfBoundsMemoryAccess)]
    [InlineData(-2, 1, TrapCode.OutOfBoundsMemoryAccess)]
    [InlineData(0, -1, TrapCode.OutOfBoundsMemoryAccess)]
    [InlineData(0, int.MaxValue, TrapCode.OutOfBoundsMemoryAccess)]
    [InlineData(0, 32_768, TrapCode.FuelExhausted)]
    public void A_line_outside_of_memory_or_fuel_is_a_trap_at_the_call(int address, int units, TrapCode expected)
    {
        var artifact = Function(WasmType.I64, [], I32(address), I32(units), Import("log"), I64(0));
        var result = ValueCodec.DecodeResult(Run(artifact, new FogModule(Now, Seed), fuel: 8_000).Result);
        if (expected == TrapCode.None)
        {
            Assert.IsType<FogResult.Returned>(result);
            return;
        }

        var call = artifact.Module.Functions[0].Body.Single(i => i.Opcode == Opcode.Call);
        Assert.Equal(new FogResult.Trapped(expected, (uint)artifact.Module.Imports.Length, (uint)call.Offset), result);
    }

    [Fact]
    public void An_effect_is_part_of_the_result()
    {
        // "grüße" is at 3: what is no name is at 13, and a name at 20.
        var run = Run(Function(WasmType.I64, [], [.. Emit(20, 3, 3, 5), .. Emit(22, 1, 0, 0), I64(7)]), new FogModule(Now, Seed), Fuel);
        var result = Assert.IsType<FogResult.Returned>(ValueCodec.DecodeResult(run.Result));
        Assert.Equal(7L, result.Value.Clr);
        Assert.Equal<FogEffect>([new(EffectKind.Emit, "a-9", "grüße"), new(EffectKind.Emit, "-", "")], result.Effects);
        Assert.Equal(Convert.ToHexString(ValueCodec.EncodeResult(result)), Convert.ToHexString(run.Result));

        // Eleven instructions, and for each text 1 for each 8 bytes begun.
        Assert.Equal(11 + 1 + 2 + 1, run.FuelUsed);
    }

    [Fact]
    public void Each_effect_has_its_kind()
    {
        var result = Run(Function(WasmType.I64, [], [.. Emit(20, 1, 3, 2), .. Emit(20, 3, 3, 5)[..4], Import("state_put"), .. Emit(20, 2, 3, 1)[..4], Import("call"), I64(7)]), new FogModule(Now, Seed), Fuel).Result;
        Assert.Equal<FogEffect>(
            [new(EffectKind.Emit, "a", "gr"), new(EffectKind.StatePut, "a-9", "grüße"), new(EffectKind.Call, "a-", "g")], Assert.IsType<FogResult.Returned>(ValueCodec.DecodeResult(result)).Effects);
    }

    [Fact]
    public void A_run_resumed_at_every_block_has_each_effect_once()
    {
        // Sixteen effects, with a checkpoint behind each.
        var artifact = Function(
            WasmType.I64, [WasmType.I32],
            Loop(),
            I32(20), I32(3), I32(3), Get(0), Import("emit"),
            Import("checkpoint"),
            Get(0), I32(1), Opcode.I32Add, Tee(0), I32(PortableLimits.EffectsMax), Opcode.I32LtU, BrIf(0), Opcode.End,
            I64(0));
        var whole = Run(artifact, new FogModule(Now, Seed), Fuel);
        Assert.Equal(PortableLimits.EffectsMax, Assert.IsType<FogResult.Returned>(ValueCodec.DecodeResult(whole.Result)).Effects.Length);
        var digest = SHA256.HashData(artifact.Image.AsSpan());
        var run = Start(artifact, new FogModule(Now, Seed), Fuel);
        while (!run.Step(1))
        {
            run = FunctionRun.Resume(
                [.. artifact.Image], Arguments, run.Snapshot(digest, new Sha256Digest()), digest, new Sha256Digest(), Fuel, 1 << 16, 10, new FogModule(Now, Seed));
        }

        Assert.Equal(Convert.ToHexString(whole.Result), Convert.ToHexString(run.Result));
        Assert.Equal(whole.FuelUsed, run.FuelUsed);
    }

    [Theory]
    [InlineData(20, 3, 3, 5, 16, TrapCode.None)]
    [InlineData(20, 3, 3, 5, 17, TrapCode.EffectLimitExceeded)]
    [InlineData(20, 3, 100, (PortableLimits.EffectBytesMax - 2 - 7) / 2, 1, TrapCode.None)]
    [InlineData(20, 3, 100, ((PortableLimits.EffectBytesMax - 2 - 7) / 2) + 1, 1, TrapCode.EffectLimitExceeded)]
    [InlineData(20, 3, 100, 1000, 3, TrapCode.EffectLimitExceeded)]
    [InlineData(13, 3, 3, 5, 1, TrapCode.InvalidEffectName)]
    [InlineData(3, 1, 3, 5, 1, TrapCode.None)]
    [InlineData(3, 5, 3, 5, 1, TrapCode.InvalidEffectName)]
    [InlineData(20, 0, 3, 5, 1, TrapCode.InvalidEffectName)]
    [InlineData(26, 32, 3, 5, 1, TrapCode.None)]
    [InlineData(26, 33, 3, 5, 1, TrapCode.InvalidEffectName)]
    [InlineData(20, 3, 65_530, 4, 1, TrapCode.OutOfBoundsMemoryAccess)]
    [InlineData(65_536, 1, 3, 5, 1, TrapCode.OutOfBoundsMemoryAccess)]
    [InlineData(20, -1, 3, 5, 1, TrapCode.OutOfBoundsMemoryAccess)]
    [InlineData(20, 3, 0, 32_768, 1, TrapCode.FuelExhausted)]
    [InlineData(0, 32_768, 3, 5, 1, TrapCode.FuelExhausted)]
    public void An_effect_beyond_its_limits_is_a_trap_at_the_call(int name, int nameUnits, int text, int textUnits, int times, TrapCode expected)
    {
        Instruction[] body = [.. Enumerable.Range(0, times).SelectMany(_ => Emit(name, nameUnits, text, textUnits)), I64(0)];
        var artifact = Function(WasmType.I64, [], body);
        var result = ValueCodec.DecodeResult(Run(artifact, new FogModule(Now, Seed), fuel: 8_000).Result);
        if (expected == TrapCode.None)
        {
            Assert.Equal(times, Assert.IsType<FogResult.Returned>(result).Effects.Length);
            return;
        }

        var calls = artifact.Module.Functions[0].Body.Where(i => i.Opcode == Opcode.Call).Select(i => (uint)i.Offset).ToList();
        var trapped = Assert.IsType<FogResult.Trapped>(result);
        Assert.Equal((expected, (uint)artifact.Module.Imports.Length), (trapped.Code, trapped.Function));
        Assert.Contains(trapped.Offset, calls);
    }

    [Theory]
    [InlineData("none", "")]
    [InlineData("count", "0000")]
    [InlineData("many", "1100010161000000")]
    [InlineData("short", "01")]
    public void A_snapshot_whose_effects_no_call_has_is_refused(string what, string hex)
    {
        var artifact = Function(WasmType.I64, [], [.. Emit(20, 1, 3, 0), Import("checkpoint"), I64(1)]);
        var digest = SHA256.HashData(artifact.Image.AsSpan());
        var run = Start(artifact, new FogModule(Now, Seed) { StopsAtCheckpoint = true }, Fuel);
        Assert.False(run.Step(Fuel));
        byte[] snapshot = run.Snapshot(digest, new Sha256Digest());
        Assert.Equal("01000101610000", Convert.ToHexString(snapshot.AsSpan(^39..^32)));
        byte[] forged = [.. snapshot[..^39], .. Convert.FromHexString(hex), .. snapshot[^32..]];
        BitConverter.TryWriteBytes(forged.AsSpan(8), forged.Length);
        SHA256.HashData(forged.AsSpan(..^32)).CopyTo(forged.AsSpan(^32..));
        if (what == "none")
        {
            Assert.Equal(run.FuelUsed, SnapshotShape.Check(artifact.Image, [.. forged], Fuel, 1 << 16, 10));
            return;
        }

        Assert.Equal(SnapshotError.BadField, Assert.Throws<SnapshotException>(() => SnapshotShape.Check(artifact.Image, [.. forged], Fuel, 1 << 16, 10)).Error);
    }

    /// <summary>What a liar makes of the list itself is no result: its seat has no value.</summary>
    [Fact]
    public void Effects_that_a_snapshot_made_up_are_no_result()
    {
        var artifact = Function(WasmType.I64, [], [.. Emit(20, 1, 3, 0), Import("checkpoint"), I64(1)]);
        var digest = SHA256.HashData(artifact.Image.AsSpan());
        var run = Start(artifact, new FogModule(Now, Seed) { StopsAtCheckpoint = true }, Fuel);
        Assert.False(run.Step(Fuel));
        byte[] snapshot = run.Snapshot(digest, new Sha256Digest());
        snapshot[^35] = (byte)'A';
        SHA256.HashData(snapshot.AsSpan(..^32)).CopyTo(snapshot.AsSpan(^32..));
        var resumed = FunctionRun.Resume([.. artifact.Image], Arguments, snapshot, digest, new Sha256Digest(), Fuel, 1 << 16, 10, new FogModule(Now, Seed));
        Assert.True(resumed.Step(Fuel));
        Assert.Equal(ValueFormatError.InvalidEffects, Assert.Throws<ValueFormatException>(() => ValueCodec.DecodeResult(resumed.Result)).Error);
    }

    [Fact]
    public void A_call_that_traps_has_no_effects()
    {
        var run = Run(Function(WasmType.I64, [], [.. Emit(20, 3, 3, 5), Opcode.Unreachable]), new FogModule(Now, Seed), Fuel);
        Assert.Equal(TrapCode.Unreachable, Assert.IsType<FogResult.Trapped>(ValueCodec.DecodeResult(run.Result)).Code);
    }

    [Theory]
    [InlineData(21_500_000, 21.5)]
    [InlineData(-1, -1e-6)]
    [InlineData(long.MaxValue, 9223372036854.775)]
    [InlineData(FogModule.Unreadable, double.NaN)]
    public void A_sensor_is_read_by_its_name_when_it_is_asked_for(long millionths, double expected)
    {
        var asked = new List<string>();
        var fog = new FogModule(Now, Seed) { Sensors = new Readings(name => { asked.Add(name); return millionths; }) };
        var returned = Assert.IsType<FogResult.Returned>(ValueCodec.DecodeResult(Run(Reading(20, 3), fog, Fuel).Result));
        Assert.Equal(BitConverter.DoubleToInt64Bits(expected), (long)returned.Value.Clr! == 0x7FF8000000000000 ? BitConverter.DoubleToInt64Bits(double.NaN) : (long)returned.Value.Clr!);
        Assert.Equal(["a-9", "a-9"], asked); // On either engine once.
    }

    [Theory]
    [InlineData(20, 0)]
    [InlineData(20, 33)]
    [InlineData(3, 5)] // grüße
    [InlineData(22, 2)] // -9: a name, of which there is no sensor
    public void What_no_sensor_has_for_a_name_traps(int name, int units)
    {
        var fog = new FogModule(Now, Seed) { Sensors = new Readings(static _ => null) };
        Assert.Equal(TrapCode.UnknownSensor, Trap(Reading(name, units), fog));
    }

    [Fact]
    public void Where_there_are_no_sensors_none_is_known() => Assert.Equal(TrapCode.UnknownSensor, Trap(Reading(20, 3), new FogModule(Now, Seed)));

    [Theory]
    [InlineData(65_535, 1)]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    public void A_name_outside_of_memory_traps(int name, int units) =>
        Assert.Equal(TrapCode.OutOfBoundsMemoryAccess, Trap(Reading(name, units), new FogModule(Now, Seed) { Sensors = new Readings(static _ => 1) }));

    [Fact]
    public void A_name_is_paid_for()
    {
        var fog = new FogModule(Now, Seed) { Sensors = new Readings(static _ => 1) };
        long one = Run(Reading(20, 1), fog, Fuel).FuelUsed;
        Assert.Equal(one + 7, Run(Reading(20, 32), fog, Fuel).FuelUsed);
        Assert.Equal(TrapCode.FuelExhausted, Trap(Reading(20, 32), fog, one + 6));
    }

    [Fact]
    public void A_call_of_an_import_counts_for_the_depth()
    {
        var artifact = Function(WasmType.I64, [], Import("now"));
        var trapped = ValueCodec.DecodeResult(Run(artifact, new FogModule(Now, Seed), Fuel, depth: 1).Result);
        Assert.Equal(TrapCode.CallStackExhausted, Assert.IsType<FogResult.Trapped>(trapped).Code);
    }

    [Fact]
    public void Without_the_module_an_image_that_imports_is_refused()
    {
        var artifact = Function(WasmType.I64, [], Import("now"));
        var refused = Assert.Throws<ImageException>(() => Start(artifact, null, Fuel));
        Assert.Equal(ImageError.BadReference, refused.Error);
    }

    /// <summary>What is in no function, or follows from what a function returned: imports are counted by every engine alike.</summary>
    [Theory]
    [InlineData("segment", 0)]
    [InlineData("allocator", 1)]
    [InlineData("result", 0)]
    public void A_trap_at_no_instruction_names_the_same_function_on_both_engines(string what, int own)
    {
        var manifest = new FunctionManifest(
            "f", "1", what == "allocator" ? [new("x", new(FogKind.F64, true))] : [], what == "result" ? new(FogKind.F64, true) : new(FogKind.I64), FuelMax: Fuel);
        var module = new ModuleBuilder()
            .With(m => m with { Types = [.. FogImports.All.Select(i => i.Type).Distinct()], CustomSections = [manifest.ToSection()] })
            .With(m => m with { Imports = [.. FogImports.All.Select(i => new Import(FogImports.ModuleName, i.Name, ExternalKind.Function, m.Types.IndexOf(i.Type)))] })
            .With(m => what == "segment" ? m with { Data = [new(SegmentMode.Active, [1, 2], [I32(65_535), Opcode.End])] } : m)
            .Memory(1)
            .Function(new(what == "allocator" ? [WasmType.I32, WasmType.I32] : [], [WasmType.I64]), [], I64(-1))
            .Function(new([WasmType.I32], [WasmType.I32]), [], I32(-1))
            .Export("f", FogImports.All.Length)
            .Export(FunctionManifest.AllocatorName, FogImports.All.Length + 1);
        var artifact = FunctionArtifact.Load(module.ToBytes());
        byte[] arguments = what == "allocator" ? ValueCodec.EncodeArguments(manifest, new double[] { 1 }) : Arguments;
        var run = Run(artifact, new FogModule(Now, Seed), Fuel, arguments: arguments);
        Assert.Equal(
            new FogResult.Trapped(TrapCode.OutOfBoundsMemoryAccess, what == "segment" ? 0 : (uint)(FogImports.All.Length + own), 0),
            ValueCodec.DecodeResult(run.Result));
    }

    private static byte[] Arguments => [0, 0];

    private static FunctionArtifact Reading(int name, int units) => Function(WasmType.I64, [], I32(name), I32(units), Import("sensor"), Opcode.I64ReinterpretF64);

    private static TrapCode Trap(FunctionArtifact artifact, FogModule fog, long fuel = Fuel) =>
        Assert.IsType<FogResult.Trapped>(ValueCodec.DecodeResult(Run(artifact, fog, fuel).Result)).Code;

    private sealed class Readings(Func<string, long?> read) : ISensors
    {
        public bool TryRead(string name, out long millionths)
        {
            var value = read(name);
            millionths = value ?? 0;
            return value is not null;
        }
    }

    private static Instruction Import(string name) => Call(Array.FindIndex([.. FogImports.All], i => i.Name == name));

    private static Instruction[] Emit(int name, int nameUnits, int text, int textUnits) => [I32(name), I32(nameUnits), I32(text), I32(textUnits), Import("emit")];

    private static FunctionArtifact Function(WasmType result, ImmutableArray<WasmType> locals, params ReadOnlySpan<Instruction> body)
    {
        var manifest = new FunctionManifest("f", "1", [], new(FogKind.I64), FuelMax: Fuel);
        var module = new ModuleBuilder()
            .With(m => m with
            {
                Types = [.. FogImports.All.Select(i => i.Type).Distinct()],
                CustomSections = [manifest.ToSection()],
                Data =
                [
                    new(SegmentMode.Active, [.. "grüße".SelectMany(BitConverter.GetBytes)], [I32(3), Opcode.End]),
                    new(SegmentMode.Active, [.. "a-9bcdefghijklmnopqrstuvwxyz0123456789".SelectMany(BitConverter.GetBytes)], [I32(20), Opcode.End]),
                ],
            })
            .With(m => m with { Imports = [.. FogImports.All.Select(i => new Import(FogImports.ModuleName, i.Name, ExternalKind.Function, m.Types.IndexOf(i.Type)))] })
            .Memory(1)
            .Function(new([], [result]), locals, body)
            .Export("f", FogImports.All.Length);
        return FunctionArtifact.Load(module.ToBytes());
    }

    private static FunctionRun Start(FunctionArtifact artifact, FogModule? fog, long fuel, int depth = 10, byte[]? arguments = null) =>
        new([.. artifact.Image], arguments ?? Arguments, fuel, 1 << 16, depth, fog);

    private static long Returned(FunctionArtifact artifact, long seed = Seed) =>
        (long)Assert.IsType<FogResult.Returned>(ValueCodec.DecodeResult(Run(artifact, new FogModule(Now, seed), Fuel, seed: seed).Result)).Value.Clr!;

    /// <summary>Runs it to its end, and compiled: the same result for the same fuel, and the same lines.</summary>
    private static FunctionRun Run(FunctionArtifact artifact, FogModule fog, long fuel, string? line = null, int depth = 10, long seed = Seed, byte[]? arguments = null)
    {
        var run = Start(artifact, fog, fuel, depth, arguments);
        while (!run.Step(long.MaxValue))
        {
        }

        var beside = new FogModule(Now, seed) { Sensors = fog.Sensors };
        var compiled = new CompiledRun(CompiledModule.Compile(artifact.Module), artifact.Manifest, arguments ?? Arguments, fuel, 1 << 16, depth, fog: beside);
        Assert.True(compiled.Run());
        Assert.Equal((Convert.ToHexString(run.Result), run.FuelUsed), (Convert.ToHexString(compiled.Result!), compiled.FuelUsed));
        if (line is not null) Assert.Equal(line, beside.TakeLine());
        return run;
    }
}
