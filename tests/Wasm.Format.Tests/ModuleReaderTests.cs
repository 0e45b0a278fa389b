using System.Text;

namespace Fog.Wasm.Format.Tests;

public class ModuleReaderTests
{
    private const string Header = "0061736D01000000";

    /// <summary>A module of one function () -> () with this body, locals vector included.</summary>
    private static string WithBody(string body) =>
        Header + "010401600000" + "03020100" + Section(10, "01" + Size(body) + body);

    private static string Section(int id, string content) => id.ToString("X2") + Size(content) + content;

    private static string Size(string hex)
    {
        var size = hex.Length / 2;
        return size < 0x80 ? size.ToString("X2") : (size & 0x7F | 0x80).ToString("X2") + (size >> 7).ToString("X2");
    }

    public static TheoryData<string, ModuleError, string> Malformed => new()
    {
        { "", ModuleError.UnexpectedEnd, "nothing at all" },
        { "0061736D", ModuleError.UnexpectedEnd, "half a header" },
        { "0061736E01000000", ModuleError.BadMagic, "a wrong magic" },
        { "0061736D02000000", ModuleError.BadVersion, "a later version" },
        { "0061736D0D000100", ModuleError.UnsupportedFeature, "a component" },
        { Header + "0E00", ModuleError.UnknownSection, "section 14" },
        { Header + "0D00", ModuleError.UnsupportedFeature, "the tag section" },
        { Header + "0105", ModuleError.UnexpectedEnd, "a section longer than the module" },
        { Header + "01FFFFFFFF0F", ModuleError.UnexpectedEnd, "a section of 4 GiB" },
        { Header + "01808080808000", ModuleError.IntegerTooLong, "a size of six bytes" },
        { Header + "01FFFFFFFF1F", ModuleError.IntegerTooLarge, "a size over 32 bits" },
        { Header + "03020100" + "010401600000", ModuleError.SectionOrder, "functions before types" },
        { Header + "010401600000" + "010401600000", ModuleError.SectionOrder, "two type sections" },
        { Header + "01050160000000", ModuleError.SectionSize, "a byte left in a section" },
        { Header + "0104FFFFFF7F", ModuleError.UnexpectedEnd, "a count beyond the section" },
        { Header + "0104015F0000", ModuleError.UnsupportedFeature, "a struct type" },
        { Header + "010401400000", ModuleError.MalformedType, "an unknown type form" },
        { Header + "01050160017A00", ModuleError.MalformedType, "an unknown value type" },
        { Header + "01050160017B00", ModuleError.UnsupportedFeature, "a vector type" },
        { Header + "0201FF", ModuleError.UnexpectedEnd, "imports cut off" },
        { Header + "0205010000" + "0500", ModuleError.MalformedExternalKind, "an import of kind 5" },
        { Header + "02070100" + "01FF" + "000000", ModuleError.MalformedUtf8, "a name that is no UTF-8" },
        { Header + "040401700200", ModuleError.UnsupportedFeature, "a shared table" },
        { Header + "0404017F0000", ModuleError.MalformedType, "a table of numbers" },
        { Header + "0503010400", ModuleError.UnsupportedFeature, "a 64-bit memory" },
        { Header + "0503010300", ModuleError.UnsupportedFeature, "a shared memory" },
        { Header + "0503010800", ModuleError.MalformedLimits, "limits flags 8" },
        { Header + "0606017F0241000B", ModuleError.MalformedMutability, "mutability 2" },
        { Header + "0605017F004100", ModuleError.EndExpected, "an initialiser without end" },
        { Header + "07050101610400", ModuleError.UnsupportedFeature, "an exported tag" },
        { Header + "07050101610500", ModuleError.MalformedExternalKind, "an export of kind 5" },
        { Header + "09030108000B", ModuleError.MalformedSegment, "element flags 8" },
        { Header + "0B0201" + "03", ModuleError.MalformedSegment, "data flags 3" },
        { Header + "010401600000" + "03020100", ModuleError.FunctionCountMismatch, "a function without body" },
        { Header + "0A040102000B", ModuleError.FunctionCountMismatch, "a body without function" },
        { Header + "0C0101", ModuleError.DataCountMismatch, "a data count without data" },
        { WithBody("00"), ModuleError.EndExpected, "a body without end" },
        { WithBody("00027A0B"), ModuleError.MalformedType, "an unknown block type" },
        { WithBody("0002400B"), ModuleError.EndExpected, "a block without end" },
        { WithBody("000B0B"), ModuleError.SectionSize, "bytes after the end" },
        { WithBody("00270B"), ModuleError.IllegalOpcode, "opcode 27" },
        { WithBody("00FF0B"), ModuleError.IllegalOpcode, "opcode FF" },
        { WithBody("00FC120B"), ModuleError.IllegalOpcode, "FC 18" },
        { WithBody("00FC80020B"), ModuleError.IllegalOpcode, "FC 256" },
        { WithBody("0041808080808000" + "0B"), ModuleError.IntegerTooLong, "an i32 of six bytes" },
        { WithBody("004180808080" + "10" + "0B"), ModuleError.IntegerTooLarge, "an i32 over 32 bits" },
        { WithBody("0043000000"), ModuleError.UnexpectedEnd, "half an f32" },
        { WithBody("0041002820001A0B"), ModuleError.MalformedMemoryAccess, "alignment 2^32" },
        { WithBody("004100284000001A0B"), ModuleError.UnsupportedFeature, "another memory" },
        { WithBody("003F010B"), ModuleError.ZeroByteExpected, "memory.size of memory 1" },
        { WithBody("00FC08000041000B"), ModuleError.DataCountRequired, "memory.init without data count" },
        { WithBody("02FFFFFFFF0F7F017F0B"), ModuleError.LimitExceeded, "4 G locals" },
        { WithBody("000600"), ModuleError.UnsupportedFeature, "try" },
        { WithBody("001200"), ModuleError.UnsupportedFeature, "return_call" },
        { WithBody("001400"), ModuleError.UnsupportedFeature, "call_ref" },
        { WithBody("00FB00"), ModuleError.UnsupportedFeature, "struct.new" },
        { WithBody("00FD00"), ModuleError.UnsupportedFeature, "v128.load" },
        { WithBody("00FE00"), ModuleError.UnsupportedFeature, "atomics" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_module_is_refused_with_a_name(string hex, ModuleError error, string what)
    {
        var refused = Assert.Throws<ModuleException>(() => ModuleReader.Read(Convert.FromHexString(hex)));
        Assert.True(error == refused.Error, $"{what}: {refused.Message}");
        Assert.InRange(refused.Offset, 0, hex.Length / 2);
    }

    [Theory]
    [InlineData("00FD00", "simd")]
    [InlineData("00FE00", "threads")]
    [InlineData("000600", "exceptions")]
    [InlineData("001200", "tail calls")]
    [InlineData("00FB00", "gc")]
    [InlineData("004100284000001A0B", "multi-memory")]
    public void A_feature_out_of_scope_is_refused_by_its_name(string body, string feature) =>
        Assert.Equal(feature, Assert.Throws<ModuleException>(() => ModuleReader.Read(Convert.FromHexString(WithBody(body)))).Detail);

    [Fact]
    public void A_memory_of_64_bit_addresses_is_refused_by_its_name() =>
        Assert.Equal("memory64", Assert.Throws<ModuleException>(() => ModuleReader.Read(Convert.FromHexString(Header + "0503010400"))).Detail);

    [Fact]
    public void Every_prefix_of_a_module_is_refused_or_a_shorter_module()
    {
        var bytes = ModuleWriter.Write(ModuleWriterTests.EverySection());
        for (var length = 0; length < bytes.Length; length++)
        {
            try
            {
                // Cut at a section boundary what remains may be whole.
                ModuleReader.Read(bytes[..length]);
            }
            catch (ModuleException refused)
            {
                Assert.InRange(refused.Offset, 0, length);
            }
        }

        Assert.NotEmpty(ModuleReader.Read(bytes).Functions);
    }

    [Fact]
    public void Any_changed_byte_gives_a_module_or_a_named_refusal()
    {
        var bytes = ModuleWriter.Write(ModuleWriterTests.EverySection());
        var refused = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            for (var value = 0; value < 256; value++)
            {
                var changed = (byte[])bytes.Clone();
                changed[i] = (byte)value;
                try
                {
                    ModuleReader.Read(changed);
                }
                catch (ModuleException)
                {
                    refused++;
                }
            }
        }

        Assert.True(refused > bytes.Length * 20, $"only {refused} were refused");
    }

    [Fact]
    public void A_module_over_a_mebibyte_is_refused_before_it_is_read() =>
        Assert.Equal(ModuleError.LimitExceeded, Refusal(new byte[ModuleLimits.ModuleBytesMax + 1]));

    [Fact]
    public void Nesting_is_bounded()
    {
        Instruction[] Nested(int depth) =>
            [.. Enumerable.Repeat(Instruction.WithBlock(Opcode.Block, BlockType.Empty), depth), .. Enumerable.Repeat((Instruction)Opcode.End, depth + 1)];

        Assert.Equal((2 * ModuleLimits.NestingMax) + 1, ModuleReader.Read(OneFunction(Nested(ModuleLimits.NestingMax))).Functions[0].Body.Length);
        Assert.Equal(ModuleError.LimitExceeded, Refusal(OneFunction(Nested(ModuleLimits.NestingMax + 1))));
    }

    [Fact]
    public void A_body_is_bounded()
    {
        Instruction[] Nops(int count) => [.. Enumerable.Repeat((Instruction)Opcode.Nop, count), Opcode.End];

        Assert.NotEmpty(ModuleReader.Read(OneFunction(Nops(ModuleLimits.BodyBytesMax - 2))).Functions);
        Assert.Equal(ModuleError.LimitExceeded, Refusal(OneFunction(Nops(ModuleLimits.BodyBytesMax - 1))));
    }

    [Fact]
    public void A_name_is_bounded()
    {
        byte[] Exporting(int length) => ModuleWriter.Write(new Module
        {
            Types = [new([], [])],
            Functions = [new(0, [], [Opcode.End])],
            Exports = [new(new string('n', length), ExternalKind.Function, 0)],
        });

        Assert.NotEmpty(ModuleReader.Read(Exporting(ModuleLimits.NameBytesMax)).Exports);
        Assert.Equal(ModuleError.LimitExceeded, Refusal(Exporting(ModuleLimits.NameBytesMax + 1)));
    }

    [Theory]
    [InlineData("7F", -1)]
    [InlineData("FFFFFFFF7F", -1)]
    [InlineData("8080808078", int.MinValue)]
    [InlineData("FFFFFFFF07", int.MaxValue)]
    [InlineData("C000", 64)]
    [InlineData("40", -64)]
    public void Signed_integers_are_read_in_every_length_they_may_have(string hex, int value)
    {
        var module = ModuleReader.Read(Convert.FromHexString(WithBody("0041" + hex + "1A0B")));
        Assert.Equal(value, (int)module.Functions[0].Body[0].Immediate);
    }

    [Fact]
    public void Instructions_know_their_place_in_the_module()
    {
        var bytes = Convert.FromHexString(WithBody("000141001A0B"));
        foreach (var instruction in ModuleReader.Read(bytes).Functions[0].Body) Assert.Equal((byte)instruction.Opcode, bytes[instruction.Offset]);
    }

    [Fact]
    public void Custom_sections_are_kept_wherever_they_stand()
    {
        var section = Section(0, "02" + Convert.ToHexString(Encoding.UTF8.GetBytes("hi")) + "0102");
        var module = ModuleReader.Read(Convert.FromHexString(Header + section + "010401600000" + section));
        Assert.Equal(2, module.CustomSections.Length);
        Assert.Equal("hi", module.CustomSections[1].Name);
        Assert.Equal(new byte[] { 1, 2 }, module.CustomSections[1].Bytes);
    }

    private static byte[] OneFunction(Instruction[] body) =>
        ModuleWriter.Write(new Module { Types = [new([], [])], Functions = [new(0, [], [.. body])] });

    private static ModuleError Refusal(byte[] bytes) => Assert.Throws<ModuleException>(() => ModuleReader.Read(bytes)).Error;
}
