using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime;
using Fog.Wasm.Runtime.Values;
using static Fog.Wasm.Portable.Tests.ModuleBuilder;

namespace Fog.Wasm.Portable.Tests;

public class SnapshotTests
{
    private const long Fuel = 150_000;
    private const int Memory = 1 << 20;
    private const int Depth = 60;

    [Fact]
    public void A_run_resumed_from_snapshots_anywhere_is_the_run_without_them()
    {
        int stops = 0, traps = 0, returns = 0;
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(250),
            Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
            {
                var random = new Random(seed);
                var subject = Subject.Of(new RandomModule(seed).Emit(), [Enumerable.Range(0, random.Next(20)).Select(_ => random.NextDouble()).ToArray(), random.Next(8)]);
                var whole = subject.Start();
                Assert.True(whole.Step(long.MaxValue));
                var resumed = subject.Start();
                while (!resumed.Step(random.Next(3) == 0 ? random.Next(20) : random.Next(1 + (int)(whole.FuelUsed / 8))))
                {
                    resumed = subject.Resume(subject.Snapshot(resumed));
                    stops++;
                }

                if (whole.Result[1] == 1) traps++;
                else returns++;
                Assert.Equal(Convert.ToHexString(whole.Result), Convert.ToHexString(resumed.Result));
                Assert.Equal(whole.FuelUsed, resumed.FuelUsed);
                Assert.Equal(whole.Executor.Memory.Bytes, resumed.Executor.Memory.Bytes);
                for (var address = 0; address < whole.Executor.Memory.Bytes; address += 8) Assert.Equal(whole.Executor.Memory.LoadI64(address), resumed.Executor.Memory.LoadI64(address));
                return true;
            }));
        Assert.True(stops > 2_000 && traps > 20 && returns > 20, $"{stops} stops, {traps} traps, {returns} returns");
    }

    [Fact]
    public void A_random_program_resumed_at_every_block_is_the_same_program() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(100),
            Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
            {
                var program = new RandomProgram(seed);
                FogKind Kind(WasmType type) => type switch { WasmType.I32 => FogKind.I32, WasmType.I64 => FogKind.I64, WasmType.F32 => FogKind.F32, _ => FogKind.F64 };
                var manifest = new FunctionManifest("f", "1", [.. RandomProgram.Signature(program.ResultType).Parameters.Select((p, i) => new FogParameter($"p{i}", new(Kind(p))))], new(Kind(program.ResultType)));
                var subject = Subject.Of(program.Emit().Export("f", 0).Manifest(manifest), [seed, -3, (long)seed << 20, 5L, seed * 0.5f, -0f, 1e10 / (seed + 1.0), double.NaN]);
                var whole = subject.Start();
                whole.Step(long.MaxValue);
                var resumed = subject.Start();
                while (!resumed.Step(1)) resumed = subject.Resume(subject.Snapshot(resumed));
                return whole.Result.AsSpan().SequenceEqual(resumed.Result) && whole.FuelUsed == resumed.FuelUsed;
            }));

    [Fact]
    public void A_snapshot_of_what_was_just_resumed_is_the_same_snapshot()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var subject = Subject.Of(new RandomModule(seed).Emit(), [new double[] { 1, 2 }, 5]);
            var run = subject.Start();
            for (var stops = 0; stops < 10 && !run.Step(500); stops++)
            {
                var snapshot = subject.Snapshot(run);
                run = subject.Resume(snapshot);
                Assert.Equal(snapshot, subject.Snapshot(run));
                Assert.Equal(run.FuelUsed, SnapshotShape.Check([.. subject.Image], [.. snapshot], Fuel, Memory, Depth));
            }
        }
    }

    [Fact]
    public void A_mutated_snapshot_is_refused_by_name_or_runs_within_its_limits()
    {
        var random = new Random(5);
        int refused = 0, ran = 0;
        for (var seed = 0; seed < 60; seed++)
        {
            var subject = Subject.Of(new RandomModule(seed).Emit(), [new double[] { 1, 2, 3 }, 6]);
            var run = subject.Start();
            if (run.Step(random.Next(4_000))) continue;
            var snapshot = subject.Snapshot(run);
            if (run.Step(random.Next(4_000))) continue;
            var later = subject.Snapshot(run);
            for (var i = 0; i < 150; i++)
            {
                var mutant = Mutate(snapshot, later, random);
                try
                {
                    var resumed = subject.Resume(mutant);
                    Assert.InRange(resumed.FuelUsed, 0, Fuel);
                    for (var slices = 0; slices < 20 && !resumed.Step(1 + (Fuel / 15)); slices++) continue;
                    Assert.NotNull(resumed.Result);
                    Assert.InRange(resumed.FuelUsed, 0, Fuel);
                    Assert.InRange(resumed.Executor.Memory.Bytes, 65_536, Memory);
                    Assert.InRange(resumed.HeapBytes, 0, 1_000_000);
                    ran++;
                }
                catch (SnapshotException)
                {
                    refused++;
                }
                catch (ImageException)
                {
                    // A register that holds a function there is not.
                    refused++;
                }
            }
        }

        Assert.True(refused > 500 && ran > 500, $"{refused} refused, {ran} ran");
    }

    [Fact]
    public void A_snapshot_cut_anywhere_is_refused()
    {
        var subject = Sum();
        var snapshot = Taken(subject, 40);
        for (var length = 0; length < snapshot.Length; length++)
        {
            Assert.Throws<SnapshotException>(() => subject.Resume(snapshot[..length]));
            if (length >= 32) Assert.Throws<SnapshotException>(() => subject.Resume(Sealed(snapshot[..length])));
        }

        Assert.Equal(SnapshotError.LengthMismatch, Refused(subject, Sealed([.. snapshot, 0])));
    }

    [Fact]
    public void A_damaged_byte_is_seen_wherever_it_is()
    {
        var subject = Sum();
        var snapshot = Taken(subject, 40);
        for (var i = 0; i < snapshot.Length; i++)
        {
            var damaged = (byte[])snapshot.Clone();
            damaged[i] ^= 1;
            Assert.Equal(SnapshotError.DigestMismatch, Refused(subject, damaged));
        }
    }

    // Positions for one array parameter in the entry: header 12, image digest 32, phase, parameter, then fuel at 46.
    [Theory]
    [InlineData(0, 0, SnapshotError.BadMagic)]
    [InlineData(4, 2, SnapshotError.UnsupportedVersion)]
    [InlineData(6, 1, SnapshotError.UnsupportedVersion)]
    [InlineData(12, -1, SnapshotError.WrongImage)]
    [InlineData(44, 0, SnapshotError.BadField)]
    [InlineData(44, 1, SnapshotError.BadField)]
    [InlineData(44, 9, SnapshotError.BadField)]
    [InlineData(45, 0, SnapshotError.BadField)]
    [InlineData(50, 1, SnapshotError.FuelOverLimit)]
    [InlineData(53, 0x80, SnapshotError.FuelOverLimit)]
    [InlineData(54, 0, SnapshotError.MemoryOverLimit)]
    [InlineData(55, 1, SnapshotError.MemoryOverLimit)]
    [InlineData(57, 0x80, SnapshotError.MemoryOverLimit)]
    [InlineData(58, 0, SnapshotError.DepthOverLimit)]
    [InlineData(58, Depth + 1, SnapshotError.DepthOverLimit)]
    [InlineData(58, 2, SnapshotError.BadFrame)]
    [InlineData(60, 0, SnapshotError.NotABlock)]
    [InlineData(63, 0x80, SnapshotError.NotABlock)]
    public void A_field_that_makes_no_sense_is_refused_by_name(int position, int value, SnapshotError error)
    {
        var subject = Sum();
        var snapshot = Taken(subject, 40);
        snapshot[position] = (byte)value;
        Assert.Equal(error, Refused(subject, Sealed(snapshot)));
        Assert.Equal(error, Assert.Throws<SnapshotException>(() => SnapshotShape.Check([.. subject.Image], [.. Sealed(snapshot)], Fuel, Memory, Depth)).Error);
    }

    [Fact]
    public void Every_block_of_the_function_and_no_other_cell_is_a_place_to_stand()
    {
        var subject = Sum();
        var image = new DeviceImage(subject.Image);
        var marks = image.MarkInstructions();
        var snapshot = Taken(subject, 40);
        var accepted = 0;
        for (var cell = 0; cell < image.Code.Length; cell++)
        {
            BitConverter.TryWriteBytes(snapshot.AsSpan(60), cell);
            var isBlock = (marks[cell / 8] >> (cell % 8) & 1) == 1 && (DeviceOp)(ushort)image.Code[cell] == DeviceOp.Block && image.FunctionAt(cell) == image.EntryFunction;
            if (isBlock)
            {
                subject.Resume(Sealed(snapshot));
                accepted++;
            }
            else
            {
                Assert.Equal(SnapshotError.NotABlock, Refused(subject, Sealed(snapshot)));
            }
        }

        Assert.InRange(accepted, 3, 10);
    }

    [Fact]
    public void A_snapshot_is_not_resumed_with_less_than_it_has()
    {
        var subject = Subject.Of(Recursion(), [20]);
        var snapshot = Taken(subject, 120);
        Assert.Equal(SnapshotError.DepthOverLimit, Refused(subject with { CallDepthMax = 10 }, snapshot));
        Assert.Equal(SnapshotError.FuelOverLimit, Refused(subject with { FuelMax = 100 }, snapshot));
        Assert.Equal(SnapshotError.WrongImage, Refused(Sum(), snapshot));
        var grown = Subject.Of(new ModuleBuilder().Memory(0).Function(new([], []), [], I32(2), Opcode.MemoryGrow, Opcode.Drop, Loop(), Br(0), Opcode.End).Export("f", 0).Manifest(new("f", "1", [], new(FogKind.Void))), []);
        Assert.Equal(SnapshotError.MemoryOverLimit, Refused(grown with { MemoryBytesMax = 65_536 }, Taken(grown, 300)));
    }

    [Fact]
    public void The_depth_of_a_resumed_run_counts_the_calls_before()
    {
        var subject = Subject.Of(Recursion(), [Depth - 2]);
        var whole = subject.Start();
        whole.Step(long.MaxValue);
        Assert.Equal(0, whole.Result[1]);
        var resumed = subject.Resume(Taken(subject, 400));
        resumed.Step(long.MaxValue);
        Assert.Equal(whole.Result, resumed.Result);

        var deeper = Subject.Of(Recursion(), [Depth]);
        resumed = deeper.Resume(Taken(deeper, 400));
        resumed.Step(long.MaxValue);
        Assert.Equal(TrapCode.CallStackExhausted, FunctionRunTests.Trapped(resumed).Code);
    }

    [Fact]
    public void A_snapshot_holds_what_was_touched_and_no_more()
    {
        var empty = Taken(Sum(values: 0), 1).Length;
        Assert.InRange(empty, 100, 300);
        Assert.InRange(Taken(Sum(values: 1_000), 500).Length - empty, 8_000, 8_200);
    }

    [Fact]
    public void A_run_too_large_for_a_snapshot_says_so_and_goes_on()
    {
        // 1.5 MB filled with ones.
        var module = new ModuleBuilder().Memory(24)
            .Function(new([], [WasmType.I32]), [], I32(0), I32(1), I32(24 << 16), Opcode.MemoryFill, Loop(), Opcode.End, I32(5))
            .Export("f", 0)
            .Manifest(new("f", "1", [], new(FogKind.I32), MemoryBytesMax: 2 << 20));
        var subject = Subject.Of(module, []) with { FuelMax = 1_000_000, MemoryBytesMax = 2 << 20 };
        var run = subject.Start();
        Assert.False(run.Step(1));
        Assert.Equal(SnapshotError.TooLarge, Assert.Throws<SnapshotException>(() => subject.Snapshot(run)).Error);
        Assert.True(run.Step(1));
        Assert.Equal("010007050000000000", Convert.ToHexString(run.Result));
        Assert.Equal(SnapshotError.TooLarge, Refused(subject, new byte[PortableLimits.SnapshotBytesMax + 1]));
    }

    [Fact]
    public void A_finished_run_has_no_snapshot()
    {
        var subject = Sum();
        var run = subject.Start();
        run.Step(long.MaxValue);
        Assert.Throws<ArgumentException>(() => subject.Snapshot(run));
    }

    [Fact]
    public void Golden_snapshots_are_written_and_resumed_byte_by_byte()
    {
        var lines = File.ReadLines(Path.Combine(Vectors.Folder, "snapshots/snapshots.txt")).Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('|', StringSplitOptions.TrimEntries)).ToList();
        Assert.Equal(6, lines.Count);
        foreach (var line in lines)
        {
            byte[] Hex(int column) => Convert.FromHexString(line[column]);
            var subject = new Subject(Hex(0), Hex(1));
            var run = subject.Start();
            Assert.False(run.Step(long.Parse(line[2], System.Globalization.CultureInfo.InvariantCulture)));
            Assert.Equal(line[3], Convert.ToHexString(subject.Snapshot(run)));
            var resumed = subject.Resume(Hex(3));
            Assert.True(resumed.Step(long.MaxValue));
            Assert.Equal(line[4], Convert.ToHexString(resumed.Result));
        }
    }

    private static Subject Sum(int values = 3) => Subject.Of(FunctionRunTests.SumOfArray(), [Enumerable.Range(1, values).Select(i => i / 3.0).ToArray()]);

    // f(n) = n == 0 ? 0 : n + f(n - 1)
    private static ModuleBuilder Recursion() => new ModuleBuilder()
        .Function(new([WasmType.I32], [WasmType.I32]), [], Get(0), If(WasmType.I32), Get(0), Get(0), I32(1), Opcode.I32Sub, Call(0), Opcode.I32Add, Opcode.Else, I32(0), Opcode.End)
        .Export("f", 0)
        .Manifest(new("f", "1", [new("n", new(FogKind.I32))], new(FogKind.I32)));

    private static byte[] Taken(Subject subject, long fuel)
    {
        var run = subject.Start();
        Assert.False(run.Step(fuel));
        return subject.Snapshot(run);
    }

    private static SnapshotError Refused(Subject subject, byte[] snapshot) => Assert.Throws<SnapshotException>(() => subject.Resume(snapshot)).Error;

    // Length and digest as they should be.
    private static byte[] Sealed(byte[] snapshot)
    {
        var copy = (byte[])snapshot.Clone();
        if (copy.Length >= 44) BitConverter.TryWriteBytes(copy.AsSpan(8), copy.Length);
        SHA256.HashData(copy.AsSpan(0, copy.Length - 32), copy.AsSpan(copy.Length - 32));
        return copy;
    }

    private static byte[] Mutate(byte[] snapshot, byte[] other, Random random)
    {
        var bytes = snapshot.ToList();

        // Behind the image's digest, that more than one field gets its turn.
        int Place() => random.Next(44, bytes.Count - 32);
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            switch (random.Next(8))
            {
                case 0:
                    bytes.RemoveAt(Place());
                    break;
                case 1:
                    bytes.Insert(Place(), (byte)random.Next(256));
                    break;
                case 2:
                    var from = System.Math.Min(Place(), other.Length - 32);
                    bytes = [.. bytes[..from], .. other[from..]];
                    break;
                case 3:
                    for (int at = Place(), end = System.Math.Min(at + 4, bytes.Count); at < end; at++) bytes[at] = 0xFF;
                    break;
                case 4:
                    bytes[random.Next(44, 80)] ^= (byte)(1 << random.Next(8));
                    break;
                default:
                    bytes[Place()] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        return Sealed([.. bytes]);
    }

    /// <summary>A function with arguments and limits.</summary>
    private sealed record Subject(byte[] Image, byte[] Arguments)
    {
        public long FuelMax { get; init; } = Fuel;

        public int MemoryBytesMax { get; init; } = Memory;

        public int CallDepthMax { get; init; } = Depth;

        public static Subject Of(ModuleBuilder module, IReadOnlyList<object?> arguments)
        {
            var artifact = FunctionArtifact.Load(module.ToBytes());
            return new([.. artifact.Image], ValueCodec.EncodeArguments(artifact.Manifest, arguments));
        }

        private static FogModule Fog => new(nowMillis: 1_767_225_600_123, seed: 0x0123456789ABCDEF);

        public FunctionRun Start() => new((byte[])Image.Clone(), Arguments, FuelMax, MemoryBytesMax, CallDepthMax, Fog);

        public byte[] Snapshot(FunctionRun run) => run.Snapshot(SHA256.HashData(Image), new Sha256Digest());

        public FunctionRun Resume(byte[] snapshot) =>
            FunctionRun.Resume((byte[])Image.Clone(), Arguments, snapshot, SHA256.HashData(Image), new Sha256Digest(), FuelMax, MemoryBytesMax, CallDepthMax, Fog);
    }
}
