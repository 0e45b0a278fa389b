using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Fog.Engine.Storage;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Identity;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Tests.Site;

namespace Fog.Grains.Tests.Identity;

/// <summary>Devices and callers come and go.</summary>
public class IdentityTests
{
    private static IIdentityGrain Identities(TestSite site) => site.Host.GrainFactory.GetGrain<IIdentityGrain>(TestSite.Name);

    [Fact]
    public async Task A_device_is_enrolled_once_unless_its_key_is_to_be_replaced()
    {
        await using var site = await TestSite.Start();
        var first = await Identities(site).Enrol("esp-1", replace: false);
        var refused = await Assert.ThrowsAsync<FogException>(() => Identities(site).Enrol("esp-1", replace: false));
        Assert.Equal(FogError.AlreadyEnrolled, refused.Error);
        Assert.NotEqual(first.Key.AsEnumerable(), (await Identities(site).Enrol("esp-1", replace: true)).Key.AsEnumerable());
        await site.Crash();
        Assert.Equal(["esp-1"], (await Identities(site).Describe()).Enrolled.AsEnumerable());
        Assert.DoesNotContain(Convert.ToBase64String(first.Key.AsSpan()), first.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_device_loses_its_session_and_gets_no_other_until_it_is_enrolled_anew()
    {
        await using var site = await TestSite.Start();
        var device = site.AddDevice("d0");
        device.Key = (await Identities(site).Enrol("d0", replace: false)).Key;
        var ended = new Ended();
        var watcher = site.Host.GrainFactory.CreateObjectReference<IIdentityObserver>(ended);
        Assert.Empty(await Identities(site).Watch(watcher));
        var open = device.HelloRequest();
        Assert.NotNull((await device.Grain.Hello(open)).Session);
        await device.Grain.Receive(new SessionRef(open.Epoch, open.Link, open.Facts), new KeepaliveUplink(1000));

        await Identities(site).Revoke("d0");
        await site.Settle();

        Assert.Equal([device.Id], ended.Devices);
        Assert.Equal(HelloRefusal.UnknownDevice, (await device.Grain.Hello(device.HelloRequest())).Refusal);
        await device.Grain.Receive(new SessionRef(open.Epoch + 10, open.Link, open.Facts), new KeepaliveUplink(1000));
        await site.Settle();
        Assert.Equal(0, site.LiveNodes);
        Assert.Equal([device.Id], (await Identities(site).Watch(watcher)).AsEnumerable());
        Assert.Equal(["d0"], (await Identities(site).Describe()).Revoked.AsEnumerable());
        Assert.Equal(FogError.UnknownDevice, (await Assert.ThrowsAsync<FogException>(() => Identities(site).Revoke("d0"))).Error);

        device.Key = (await Identities(site).Enrol("d0", replace: false)).Key;
        Assert.NotNull((await device.Grain.Hello(device.HelloRequest())).Session);
        Assert.Empty((await Identities(site).Describe()).Revoked);
        GC.KeepAlive(ended);
    }

    [Fact]
    public async Task A_device_with_a_new_key_ends_what_went_by_the_old_one()
    {
        await using var site = await TestSite.Start();
        var device = site.AddDevice("d0");
        device.Key = (await Identities(site).Enrol("d0", replace: false)).Key;
        var open = device.HelloRequest();
        await device.Grain.Hello(open);
        await Identities(site).Enrol("d0", replace: true);
        Assert.Equal(HelloRefusal.WrongTag, (await device.Grain.Hello(device.HelloRequest())).Refusal);
        await device.Grain.Receive(new SessionRef(open.Epoch, open.Link, open.Facts), new KeepaliveUplink(1000));
        Assert.Null((await device.Grain.Describe()).LastSeen);
    }

    [Fact]
    public async Task A_broker_admits_a_device_by_a_secret_that_is_not_its_key()
    {
        await using var site = await TestSite.Start();
        var device = site.AddDevice("d0");
        await device.Enrol();
        var secret = HMACSHA256.HashData(device.Key.AsSpan(), Encoding.ASCII.GetBytes("fog-mqtt-1 lab/d0"));
        Assert.True(await device.Grain.Admit([.. secret]));
        Assert.False(await device.Grain.Admit(device.Key));
        Assert.False(await device.Grain.Admit([]));
        Assert.False(await site.Host.GrainFactory.GetGrain<INodeGrain>("lab/nobody").Admit([.. secret]));
    }

    [Fact]
    public async Task A_key_that_an_earlier_version_stored_as_it_is_goes_on_and_is_sealed()
    {
        await using var site = await TestSite.Start();
        var device = site.AddDevice("d0");
        device.Key = [.. SHA256.HashData("of an earlier version"u8)];
        string plain = Convert.ToBase64String(device.Key.AsSpan());
        var record = new RecordKey(RecordKind.State, "node/lab/d0", "node");
        site.Store.Commit([new RecordWrite(record, null, Encoding.UTF8.GetBytes($$"""{"Schema":1,"Key":"{{plain}}"}"""))]);

        Assert.NotNull((await device.Grain.Hello(device.HelloRequest())).Session);
        await device.Grain.Reseal();

        string stored = Encoding.UTF8.GetString(site.Store.Read(record)!.Value.Body);
        Assert.Contains("\"Schema\":2", stored, StringComparison.Ordinal);
        Assert.DoesNotContain(plain, stored, StringComparison.Ordinal);
        await site.Crash();
        Assert.NotNull((await device.Grain.Hello(device.HelloRequest())).Session);
    }

    [Fact]
    public async Task A_token_is_shown_once_and_checked_by_its_hash()
    {
        await using var site = await TestSite.Start();
        Assert.Equal(TokenCheck.NoneIssued, await Identities(site).Check([]));
        var token = await Identities(site).IssueToken("ci");
        Assert.Equal(FogError.IdempotencyConflict, (await Assert.ThrowsAsync<FogException>(() => Identities(site).IssueToken("ci"))).Error);
        await Identities(site).IssueToken("second");
        await site.Crash();
        Assert.Equal(TokenCheck.Valid, await Identities(site).Check(Hash(token.Token)));
        Assert.Equal(TokenCheck.Invalid, await Identities(site).Check(Hash(token.Token + "x")));
        Assert.Equal(TokenCheck.Invalid, await Identities(site).Check([]));
        Assert.Equal(["ci", "second"], (await Identities(site).Describe()).Tokens.Select(static t => t.Name));
        await Identities(site).RevokeToken("ci");
        Assert.Equal(TokenCheck.Invalid, await Identities(site).Check(Hash(token.Token)));
        Assert.Equal(FogError.UnknownToken, (await Assert.ThrowsAsync<FogException>(() => Identities(site).RevokeToken("ci"))).Error);
        Assert.Equal("ci", token.ToString());
    }

    [Fact]
    public async Task Tokens_have_a_limit()
    {
        await using var site = await TestSite.Start();
        for (int i = 0; i < GrainLimits.TokensMax; i++)
        {
            await Identities(site).IssueToken($"t-{i}");
        }

        Assert.Equal(FogError.LimitExceeded, (await Assert.ThrowsAsync<FogException>(() => Identities(site).IssueToken("one-more"))).Error);
    }

    [Fact]
    public async Task A_ring_without_a_key_in_use_is_refused_until_everything_is_sealed_anew()
    {
        await using var site = await TestSite.Start();
        Assert.True((await Identities(site).UseKeys(["aaaaaaaa"])).Reseal);
        await Identities(site).Resealed("aaaaaaaa", []);
        Assert.False((await Identities(site).UseKeys(["aaaaaaaa"])).Reseal);
        Assert.Equal(["aaaaaaaa"], (await Identities(site).UseKeys(["bbbbbbbb"])).Missing.AsEnumerable());
        Assert.True((await Identities(site).UseKeys(["aaaaaaaa", "bbbbbbbb"])).Reseal);
        Assert.Equal(["aaaaaaaa"], (await Identities(site).UseKeys(["bbbbbbbb"])).Missing.AsEnumerable());
        await Identities(site).Resealed("bbbbbbbb", ["esp-1"]);
        Assert.Equal(new KeyUse([], Reseal: false).Reseal, (await Identities(site).UseKeys(["bbbbbbbb"])).Reseal);
        Assert.Equal(["esp-1"], (await Identities(site).Describe()).Enrolled.AsEnumerable());
    }

    private static ImmutableArray<byte> Hash(string token) => [.. SHA256.HashData(Encoding.ASCII.GetBytes(token))];

    private sealed class Ended : IIdentityObserver
    {
        public ConcurrentQueue<NodeId> Devices { get; } = [];

        void IIdentityObserver.Ended(NodeId device) => Devices.Enqueue(device);
    }
}
