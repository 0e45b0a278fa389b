using Fog.Wasm.Format;
using Fog.Wasm.Runtime;
using Fog.Wasm.Runtime.Lowering;
using Fog.Wasm.Runtime.Values;

namespace Fog.Wasm.Portable.Tests;

public class DeviceImageTests
{
    [Fact]
    public void An_image_cut_anywhere_is_refused()
    {
        var image = Image();
        for (var length = 0; length < image.Length; length++)
        {
            Assert.Throws<ImageException>(() => new DeviceImage(image[..length]));

            // Also when the header was made to agree.
            if (length < 12) continue;
            var cut = image[..length];
            BitConverter.TryWriteBytes(cut.AsSpan(8), length);
            Assert.Throws<ImageException>(() => new DeviceImage(cut));
        }
    }

    [Theory]
    [InlineData(0, 0x00, ImageError.BadMagic)]
    [InlineData(4, 0x01, ImageError.UnsupportedVersion)]
    [InlineData(8, 0x01, ImageError.LengthMismatch)]
    [InlineData(14, 0x01, ImageError.MemoryOverLimit)]
    [InlineData(18, 0x10, ImageError.LimitExceeded)]
    [InlineData(20, 0x09, ImageError.BadReference)]
    [InlineData(26, 0x0E, ImageError.BadReference)]
    [InlineData(28, 0x00, ImageError.BadReference)]
    [InlineData(28, 0x8D, ImageError.BadReference)]
    public void A_field_that_makes_no_sense_is_refused_by_name(int position, byte value, ImageError error)
    {
        var image = Image();
        image[position] = value;
        Assert.Equal(error, Assert.Throws<ImageException>(() => new FunctionRun(image, Arguments(), 1_000, 65_536, 4)).Error);
    }

    /// <summary>As that of an image made for later firmware.</summary>
    [Fact]
    public void An_instruction_beyond_the_last_is_refused_by_name()
    {
        var module = new ModuleBuilder().Memory(1).Function(new([], [WasmType.F64]), [], ModuleBuilder.F64(2.5), Opcode.F64Floor).Export("f", 0);
        var image = new DeviceImage(ImageWriter.Write(ModuleReader.Read(module.ToBytes())));
        var last = (int)Enum.GetValues<DeviceOp>().Max();
        var at = Array.FindIndex(image.Code, cell => (ushort)cell == (ushort)DeviceOp.F64Floor);
        foreach (var op in (int[])[last + 1, last + 2, ushort.MaxValue])
        {
            image.Code[at] = (image.Code[at] & ~0xFFFFL) | (uint)op;
            var executor = new Executor(image, 1_000, 65_536, 4);
            executor.Begin(0);
            Assert.Equal(ImageError.CorruptCode, Assert.Throws<ImageException>(() => executor.Run(1_000)).Error);
        }
    }

    [Fact]
    public void Bytes_behind_the_code_are_refused()
    {
        var image = new byte[Image().Length + 1];
        Image().CopyTo(image, 0);
        Assert.Equal(ImageError.LengthMismatch, Assert.Throws<ImageException>(() => new DeviceImage(image)).Error);
        BitConverter.TryWriteBytes(image.AsSpan(8), image.Length);
        Assert.Equal(ImageError.LengthMismatch, Assert.Throws<ImageException>(() => new DeviceImage(image)).Error);
    }

    [Fact]
    public void An_image_over_the_limit_is_refused_before_it_is_read() =>
        Assert.Equal(ImageError.LimitExceeded, Assert.Throws<ImageException>(() => new DeviceImage(new byte[PortableLimits.ImageBytesMax + 1])).Error);

    [Fact]
    public void A_corrupted_image_runs_or_is_refused_but_never_throws_anything_else()
    {
        var random = new Random(11);
        var refused = 0;
        for (var i = 0; i < 4_000; i++)
        {
            var image = Image();
            for (var changes = random.Next(1, 4); changes > 0; changes--) image[random.Next(image.Length)] = (byte)random.Next(256);
            try
            {
                var run = new FunctionRun(image, Arguments(), 2_000, 1 << 20, 8);
                for (var steps = 0; steps < 50 && !run.Step(200); steps++) continue;
            }
            catch (ImageException)
            {
                refused++;
            }
            catch (ArgumentEncodingException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1_000, 3_999);
    }

    private static byte[] Image() => FunctionArtifact.Load(FunctionRunTests.SumOfArray().ToBytes()).Image.ToArray();

    private static byte[] Arguments() =>
        ValueCodec.EncodeArguments(new FunctionManifest("f", "1", [new("values", new(FogKind.F64, true))], new(FogKind.F64)), [new double[] { 1, 2, 3 }]);
}
