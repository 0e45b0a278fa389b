using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Fog.DeviceProxy.Proxy.Messages;

namespace Fog.DeviceProxy.Proxy.Tests.Messages;

public class MalformedBodyTests
{
    [Theory]
    [MemberData(nameof(GoldenCase.All), MemberType = typeof(GoldenCase))]
    public void A_body_cut_short_anywhere_is_malformed(string file, string name)
    {
        byte[] body = GoldenCase.Of(file, name).Body;
        for (int length = 0; length < body.Length; length++)
            Assert.Null(MessageCodecs.Of(file).Read(body.AsSpan(0, length)));
    }

    [Theory]
    [MemberData(nameof(GoldenCase.All), MemberType = typeof(GoldenCase))]
    public void Trailing_bytes_are_malformed(string file, string name) =>
        Assert.Null(MessageCodecs.Of(file).Read([.. GoldenCase.Of(file, name).Body, 0]));

    /// <summary>A golden body in which the field at an offset is overwritten.</summary>
    [Theory]
    // hello: nonce 0, firmware 16, period 20, duty 24, battery 26, heap 28, cause 32, clock error 33, back-off 37, fuel rate 41, count 45
    [InlineData("hello", "other wake cause, most negative clock error", 20, "63000000", "period below 100 ms")]
    [InlineData("hello", "other wake cause, most negative clock error", 20, "015c2605", "period above 24 h")]
    [InlineData("hello", "other wake cause, most negative clock error", 24, "0000", "duty 0")]
    [InlineData("hello", "other wake cause, most negative clock error", 24, "e903", "duty 1001")]
    [InlineData("hello", "other wake cause, most negative clock error", 32, "04", "undefined wake cause")]
    [InlineData("hello", "after a crash, sixteen images cached, greatest values", 45, "11", "17 images")]
    [InlineData("hello", "after a crash, sixteen images cached, greatest values", 45, "0f", "an image more than counted")]
    [InlineData("hello", "other wake cause, most negative clock error", 45, "02", "an image less than counted")]
    // result: task 0, status 16, reason 17, digest 18, size 50, length 54, value 56
    [InlineData("result", "inline value", 16, "02", "undefined status")]
    [InlineData("result", "inline value", 16, "01", "failed without a reason, with a value")]
    [InlineData("result", "inline value", 17, "01", "a reason without failure")]
    [InlineData("result", "transfer failed", 17, "07", "undefined reason")]
    [InlineData("result", "transfer failed", 17, "00", "failed for no reason")]
    [InlineData("result", "transfer failed", 16, "00", "a reason without failure")]
    [InlineData("result", "transfer failed", 18, "01", "failed, with a digest")]
    [InlineData("result", "transfer failed", 49, "01", "failed, with a digest")]
    [InlineData("result", "transfer failed", 50, "01000000", "failed, with a size")]
    [InlineData("result", "inline value", 50, "29000000", "size above the value's length")]
    [InlineData("result", "inline value", 50, "27000000", "size below the value's length")]
    [InlineData("result", "inline value", 50, "01040000", "a large size with an inline value")]
    [InlineData("result", "value by digest", 50, "00040000", "a small size without its value")]
    [InlineData("result", "largest value by digest", 50, "01000400", "size above the largest blob")]
    [InlineData("result", "largest value by digest", 50, "ffffffff", "size above the largest blob")]
    [InlineData("result", "largest value by digest", 56, "ffffffffffffffff", "fuel of 2^64 - 1")]
    [InlineData("result", "largest value by digest", 56, "0000000000000080", "fuel of 2^63")]
    [InlineData("result", "largest value by digest", 64, "0000000000200000", "execute of 2^45")]
    [InlineData("result", "largest value by digest", 72, "ffffffffffffffff", "transfer of 2^64 - 1")]
    // snapshot: task 0, digest 16, size 48, length 52, value 54
    [InlineData("snapshot", "inline", 48, "00000000", "no size")]
    [InlineData("snapshot", "inline", 48, "61000000", "size above the value's length")]
    [InlineData("snapshot", "inline", 48, "01040000", "a large size with an inline value")]
    [InlineData("snapshot", "by digest", 48, "00040000", "a small size without its value")]
    [InlineData("snapshot", "by digest", 48, "01000400", "size above the largest blob")]
    [InlineData("snapshot", "by digest", 54, "0000000000000080", "fuel of 2^63")]
    // need: digest 0, offset 32, count 36
    [InlineData("need", "from the start", 32, "01000000", "offset within a chunk")]
    [InlineData("need", "from the start", 32, "00000400", "offset at the largest blob's end")]
    [InlineData("need", "from the start", 32, "00fcffff", "offset near 2^32")]
    [InlineData("need", "from the start", 36, "00", "no chunk")]
    [InlineData("need", "from the start", 36, "09", "nine chunks")]
    [InlineData("fog-need", "from the start", 36, "00", "no chunk")]
    [InlineData("fog-need", "from the start", 32, "ff030000", "offset within a chunk")]
    // chunk: digest 0, total 32, offset 36, length 40, data 42
    [InlineData("chunk", "first of three", 32, "01000400", "total above the largest blob")]
    [InlineData("chunk", "first of three", 32, "ffffffff", "total above the largest blob")]
    [InlineData("chunk", "first of three", 32, "ff030000", "more data than the total")]
    [InlineData("chunk", "first of three", 36, "01000000", "offset within a chunk")]
    [InlineData("chunk", "first of three", 36, "000c0000", "offset behind the total")]
    [InlineData("chunk", "first of three", 36, "00080000", "a whole chunk where less is left")]
    [InlineData("chunk", "last of three, 452 bytes", 36, "00040000", "less than a chunk where more is left")]
    [InlineData("chunk", "first of three", 40, "ff03", "length below the chunk's")]
    [InlineData("chunk", "first of three", 40, "0104", "length above the chunk's")]
    [InlineData("chunk", "not known here", 36, "00040000", "an offset in nothing")]
    [InlineData("chunk", "not known here", 32, "01000000", "a total without data")]
    [InlineData("fog-chunk", "first of three", 32, "01000400", "total above the largest blob")]
    // sleep: sleep 0, battery 4, intervals 6, 14, 22, 30, 38, 46
    [InlineData("sleep", "nothing yet", 6, "0000000000200000", "connect of 2^45")]
    [InlineData("sleep", "nothing yet", 14, "0000000000200000", "idle of 2^45")]
    [InlineData("sleep", "nothing yet", 22, "0000000000200000", "receive of 2^45")]
    [InlineData("sleep", "nothing yet", 30, "0000000000200000", "execute of 2^45")]
    [InlineData("sleep", "nothing yet", 38, "0000000000200000", "transmit of 2^45")]
    [InlineData("sleep", "nothing yet", 46, "ffffffffffffffff", "sleep of 2^64 - 1")]
    // log: level 0, length 1, text 3
    [InlineData("log", "a warning", 0, "04", "undefined level")]
    [InlineData("log", "a warning", 3, "80", "a continuation byte first")]
    [InlineData("log", "a warning", 5, "c0af", "an overlong slash")]
    [InlineData("log", "a warning", 5, "eda080", "a surrogate")]
    [InlineData("log", "longest, 512 bytes", 1, "0102", "513 bytes of text")]
    [InlineData("log", "a warning", 1, "0000", "text beside its length")]
    // welcome: nonce 0, time 16, sleep 24, awake 28, length 32, cluster 33 ("c-1"), term 36, leader 40, tasks 41
    [InlineData("welcome", "a member", 16, "00d01ef17fe60000", "a time after the year 9999")]
    [InlineData("welcome", "a member", 16, "ffffffffffffffff", "a time of 2^64 - 1")]
    [InlineData("welcome", "a member", 33, "43", "an upper-case name")]
    [InlineData("welcome", "a member", 33, "e9", "a name beyond ASCII")]
    [InlineData("welcome", "a member", 33, "2f", "a slash in a name")]
    [InlineData("welcome", "a member", 32, "21", "a name longer than the body")]
    [InlineData("welcome", "a member", 40, "02", "undefined leader flag")]
    // task: task 0, term 16, image 20, image size 52, fuel 56, memory 64, depth 68, deadline 70, digest 78, size 110, length 114, data 116, snapshot 121, snapshot size 153
    [InlineData("task", "inline arguments", 52, "01000400", "image above the largest blob")]
    [InlineData("task", "inline arguments", 56, "0000000000000080", "fuel of 2^63")]
    [InlineData("task", "inline arguments", 64, "00000080", "memory of 2 GiB")]
    [InlineData("task", "inline arguments", 70, "0000000000000080", "a deadline of 2^63")]
    [InlineData("task", "inline arguments", 110, "06000000", "size above the arguments' length")]
    [InlineData("task", "inline arguments", 110, "01000400", "arguments above the largest blob")]
    [InlineData("task", "inline arguments", 110, "01040000", "a large size with inline arguments")]
    [InlineData("task", "arguments by digest", 110, "00040000", "a small size without its arguments")]
    [InlineData("task", "inline arguments", 114, "0400", "length below the size")]
    [InlineData("task", "from a snapshot", 153, "00000000", "a snapshot without a size")]
    [InlineData("task", "from a snapshot", 153, "01000400", "a snapshot above the largest blob")]
    // accepted: task 0, keep 16
    [InlineData("accepted", "drop", 16, "02", "undefined keep flag")]
    public void A_field_out_of_its_range_is_malformed(string file, string name, int offset, string hex, string why)
    {
        var codec = MessageCodecs.Of(file);
        byte[] body = GoldenCase.Of(file, name).Body;
        Assert.NotNull(codec.Read(body));
        Convert.FromHexString(hex).CopyTo(body.AsSpan(offset));
        Assert.True(codec.Read(body) is null, why);
    }

    [Fact]
    public void A_name_of_33_letters_is_malformed()
    {
        byte[] body = GoldenCase.Of("welcome", "longest names").Body;
        body[32] = 33;
        Assert.Null(Welcome.Read([.. body.AsSpan(0, 33), (byte)'x', .. body.AsSpan(33)]));
    }

    [Theory]
    [MemberData(nameof(MessageCodecs.Files), MemberType = typeof(MessageCodecs))]
    public void Whatever_comes_reads_as_nothing_or_as_exactly_what_was_written(string file)
    {
        var codec = MessageCodecs.Of(file);
        byte[][] golden = [.. GoldenCase.Of(file).Select(c => c.Body)];
        var bent = from body in Gen.Elements(golden)
                   from at in Gen.Choose(0, body.Length - 1)
                   from with in Any.U8
                   from length in Gen.Frequency((4, Gen.Constant(body.Length)), (1, Gen.Choose(0, body.Length)))
                   select Bend(body, at, with)[..length];
        var noise = Any.Bytes(0, 300).Select(b => b.ToArray());
        Prop.ForAll(Gen.Frequency((9, bent), (1, noise)).ToArbitrary(), body => codec.Rewrite(body) is not { } again || again.AsSpan().SequenceEqual(body))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Theory]
    [MemberData(nameof(MessageCodecs.Files), MemberType = typeof(MessageCodecs))]
    public void Every_message_survives_the_way(string file) => MessageCodecs.Of(file).RoundTrips();

    [Fact]
    public void The_largest_task_fits_a_message()
    {
        var golden = GoldenCase.Of("task", "largest inline arguments");
        Assert.Equal(1024, BinaryPrimitives.ReadUInt16LittleEndian(golden.Body.AsSpan(114)));
        Assert.InRange(golden.Message.Length, 1024, ProtocolLimits.MessageBytesMax);
    }

    private static byte[] Bend(byte[] body, int at, byte with)
    {
        byte[] bent = [.. body];
        bent[at] = with;
        return bent;
    }
}
