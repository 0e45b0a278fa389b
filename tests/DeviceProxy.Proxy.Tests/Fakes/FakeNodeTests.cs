using Fog.DeviceProxy.Proxy.Tests.Messages;

namespace Fog.DeviceProxy.Proxy.Tests.Fakes;

public class FakeNodeTests
{
    [Fact]
    public void It_derives_the_golden_session_keys() => Assert.All(
        GoldenCase.Of("session-key"),
        golden => Assert.Equal(
            golden["sessionKey"],
            FakeNode.SessionKey(golden["deviceKey"], new(golden.Site, golden.Node), golden["deviceNonce"], golden["fogNonce"])));

    [Fact]
    public void Every_golden_message_is_under_the_key_of_its_session() => Assert.All(
        GoldenCase.All().Select(row => GoldenCase.Of((string)row[0], (string)row[1])),
        golden => Assert.Contains(
            Convert.ToHexString(golden.Key),
            new[]
            {
                Convert.ToHexString(golden["deviceKey"]),
                Convert.ToHexString(FakeNode.SessionKey(golden["deviceKey"], new(golden.Site, golden.Node), golden["deviceNonce"], golden["fogNonce"])),
            }));
}
