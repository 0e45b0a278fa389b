namespace Fog.Wasm.Format.Tests;

public class FogTypeTests
{
    [Fact]
    public void Every_type_has_a_name_and_a_tag_that_lead_back_to_it()
    {
        foreach (var kind in Enum.GetValues<FogKind>())
        {
            foreach (var isArray in new[] { false, true })
            {
                if (isArray && kind is FogKind.Void or FogKind.String && isArray) continue;
                var type = new FogType(kind, isArray);
                Assert.True(FogType.TryParse(type.ToString(), out var parsed));
                Assert.Equal(type, parsed);
                Assert.True(FogType.TryFromTag(type.Tag, out var tagged));
                Assert.Equal(type, tagged);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("void[]")]
    [InlineData("string[]")]
    [InlineData("f64[][]")]
    [InlineData("F64")]
    [InlineData("int")]
    [InlineData("[]")]
    [InlineData(null)]
    public void What_is_no_type_is_not_parsed(string? name) => Assert.False(FogType.TryParse(name, out _));

    [Theory]
    [InlineData(14)]
    [InlineData(0x80)]
    [InlineData(0x8D)]
    [InlineData(0x8E)]
    [InlineData(0xFF)]
    public void What_is_no_tag_is_refused(byte tag) => Assert.False(FogType.TryFromTag(tag, out _));
}
