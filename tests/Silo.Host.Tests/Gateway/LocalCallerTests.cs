using System.Net;
using Fog.Silo.Gateway.Backups;
using Microsoft.AspNetCore.Http;

namespace Fog.Silo.Host.Tests.Gateway;

public sealed class LocalCallerTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "localhost", true)]
    [InlineData("::1", "[::1]", true)]
    [InlineData("::ffff:127.0.0.1", "127.0.0.1", true)]
    [InlineData("192.0.2.1", "127.0.0.1", false)]
    [InlineData("::ffff:192.0.2.1", "127.0.0.1", false)]
    [InlineData("2001:db8::1", "localhost", false)]
    [InlineData("127.0.0.1", "192.0.2.1", false)]
    [InlineData("127.0.0.1", "localhost.example.com", false)]
    [InlineData("127.0.0.1", "", false)]
    public void It_comes_from_loopback_and_asks_for_loopback(string peer, string host, bool isLocal)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        context.Request.Host = new HostString(host, 7400);
        Assert.Equal(isLocal, LocalCaller.Is(context));
    }

    [Fact]
    public void Nobody_in_particular_is_not_local()
    {
        var context = new DefaultHttpContext();
        context.Request.Host = new HostString("localhost");
        Assert.False(LocalCaller.Is(context));
    }
}
