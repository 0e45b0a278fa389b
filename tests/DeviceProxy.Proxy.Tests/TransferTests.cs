using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Proxy.Messages;
using Fog.DeviceProxy.Proxy.Tests.Fakes;
using Fog.DeviceProxy.Proxy.Tests.Transfers;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Tests;

/// <summary>Blobs in both directions between a device and the blob grains.</summary>
public class TransferTests
{
    private static readonly byte[] Value = UploadTests.Value(10_000);
    private static readonly Digest Digest = Digest.Of(Value);

    [Fact]
    public async Task A_device_gets_the_chunks_it_needs()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        fog.Fog.Store(Value);
        await fog.Wake(device);

        await fog.Send(device, device.NeedOf(Digest, 0, 8));
        var published = fog.Broker.Published();
        Assert.Equal(8, published.Length);
        var got = new byte[Value.Length];
        TakeAll(device, published, got);

        await fog.Send(device, device.NeedOf(Digest, 8192, 8));
        published = fog.Broker.Published();
        Assert.Equal(2, published.Length);
        TakeAll(device, published, got);
        Assert.Equal(Value, got);
        Assert.Equal(Enumerable.Range(0, 11).Select(n => (uint)n), device.Heard);
        Assert.Equal(1, fog.Fog.Blob(Digest).Gets);
    }

    [Fact]
    public async Task Any_run_of_chunks_may_be_asked_for()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        fog.Fog.Store(Value);
        await fog.Wake(device);
        await fog.Send(device, device.NeedOf(Digest, 3072, 2));
        Assert.Equal([3072, 4096], fog.Broker.Published().Select(m => device.Hear(m, MessageType.FogChunk, Chunk.Read).Offset));
    }

    [Fact]
    public async Task An_unknown_digest_is_answered_so_and_asked_for_again_next_time()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        await fog.Wake(device);
        await fog.Send(device, device.NeedOf(Digest, 0, 8));
        var chunk = device.Hear(Assert.Single(fog.Broker.Published()), MessageType.FogChunk, Chunk.Read);
        Assert.Equal((Digest, 0, 0), (chunk.Digest, chunk.Total, chunk.Data.Length));

        fog.Fog.Store(Value);
        await fog.Send(device, device.NeedOf(Digest, 0, 8));
        Assert.Equal(8, fog.Broker.Published().Length);
    }

    [Fact]
    public async Task A_need_that_begins_behind_the_end_is_dropped()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        fog.Fog.Store(Value);
        await fog.Wake(device);
        await fog.Send(device, device.NeedOf(Digest, 10_240, 1));
        Assert.Empty(fog.Broker.Published());
        Assert.Equal(1, fog.Dropped(Drop.NeedBeyondEnd));
    }

    [Fact]
    public async Task A_value_is_fetched_verified_stored_and_then_reported()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        await fog.Wake(device);
        var need = NeedIn(device, await fog.Deliver(device, new FetchDownlink(Digest, Value.Length)));
        Assert.Equal(new Need(Digest, 0, 8), need);
        need = await Answer(fog, device, need!);
        Assert.Equal(new Need(Digest, 8192, 2), need);
        Assert.Null(await Answer(fog, device, need!));
        Assert.Equal(Value, fog.Fog.Blob(Digest).Content!.Value);
        Assert.Equal(new ValueUplink(Digest, Found: true), Assert.Single(fog.Node(device).Received));
    }

    [Fact]
    public async Task A_fetch_in_the_batch_after_welcome_is_a_need()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        fog.Node(device).Batch = [new FetchDownlink(Digest, Value.Length)];
        Assert.Equal(new Need(Digest, 0, 8), NeedIn(device, await fog.Wake(device)));
    }

    [Fact]
    public async Task An_upload_goes_on_in_the_next_session_where_the_last_one_left_it()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        fog.Node(device).Batch = [new FetchDownlink(Digest, Value.Length)];
        await fog.Wake(device);
        await fog.Send(device, device.ChunkOf(Digest, Value, 0), device.ChunkOf(Digest, Value, 1024), device.Sleep());

        var need = NeedIn(device, await fog.Wake(device));
        Assert.Equal(new Need(Digest, 2048, 8), need);
        Assert.Null(await Answer(fog, device, need!));
        Assert.Equal(new ValueUplink(Digest, Found: true), fog.Node(device).Received[^1]);
    }

    [Fact]
    public async Task Loss_duplication_and_reordering_within_a_run_are_mended()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        await fog.Wake(device);
        await fog.Deliver(device, new FetchDownlink(Digest, Value.Length));
        byte[][] run = [.. Enumerable.Range(0, 8).Select(i => device.ChunkOf(Digest, Value, i * 1024))];
        await fog.Send(device, run[1], run[0], run[1], run[4], run[3], run[3], run[7], run[6]); // 2 and 5 are lost
        var needs = fog.Broker.Published().Select(m => device.Hear(m, MessageType.FogNeed, Need.Read)).ToArray();
        Assert.Equal([new Need(Digest, 2048, 1)], needs);
        await fog.Send(device, device.ChunkOf(Digest, Value, 2048));
        Assert.Equal(new Need(Digest, 5120, 1), NeedIn(device, fog.Broker.Published()));
        await fog.Send(device, device.ChunkOf(Digest, Value, 5120));
        var need = NeedIn(device, fog.Broker.Published());
        Assert.Equal(new Need(Digest, 8192, 2), need);
        Assert.Null(await Answer(fog, device, need!));
        Assert.Equal(Value, fog.Fog.Blob(Digest).Content!.Value);
        Assert.Equal(2, fog.Dropped(Drop.Replayed));
    }

    [Fact]
    public async Task A_value_that_is_not_what_its_digest_says_counts_as_not_found()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        byte[] corrupt = [.. Value];
        corrupt[^1] ^= 1;
        await fog.Wake(device);
        await fog.Deliver(device, new FetchDownlink(Digest, Value.Length));
        for (int offset = 0; offset < corrupt.Length; offset += 1024)
            await fog.Send(device, device.ChunkOf(Digest, corrupt, offset));
        Assert.Equal(new ValueUplink(Digest, Found: false), Assert.Single(fog.Node(device).Received));
        Assert.Null(fog.Fog.Blob(Digest).Content);

        fog.Broker.Published();
        Assert.Equal(new Need(Digest, 0, 8), NeedIn(device, await fog.Deliver(device, new FetchDownlink(Digest, Value.Length))));
    }

    [Fact]
    public async Task A_value_that_the_device_no_longer_has_or_had_in_another_size_counts_as_not_found()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        await fog.Wake(device);
        await fog.Deliver(device, new FetchDownlink(Digest, Value.Length));
        await fog.Send(device, device.Say(MessageType.Chunk, Chunk.NotKnown(Digest), Chunk.Write));
        await fog.Deliver(device, new FetchDownlink(Digest, Value.Length));
        await fog.Send(device, device.ChunkOf(Digest, Value[..^1], 0));
        Assert.Equal(
            [new ValueUplink(Digest, Found: false), new ValueUplink(Digest, Found: false)],
            fog.Node(device).Received);
    }

    [Fact]
    public async Task A_chunk_that_nobody_asked_for_is_dropped()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        await fog.Wake(device);
        await fog.Send(device, device.ChunkOf(Digest, Value, 0));
        Assert.Equal(1, fog.Dropped(Drop.UnwantedChunk));
        Assert.Empty(fog.Node(device).Received);
    }

    [Fact]
    public async Task A_store_that_fails_reports_nothing_so_that_the_node_grain_asks_again()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        byte[] small = Value[..100];
        var digest = Digest.Of(small);
        fog.Fog.Blob(digest).PutFails = new FogException(FogError.LimitExceeded, "full");
        await fog.Wake(device);
        await fog.Deliver(device, new FetchDownlink(digest, small.Length));
        await fog.Send(device, device.ChunkOf(digest, small, 0));
        Assert.Empty(fog.Node(device).Received);
        Assert.Equal(1, fog.Dropped(Drop.Failed));

        fog.Fog.Blob(digest).PutFails = null;
        await fog.Deliver(device, new FetchDownlink(digest, small.Length));
        await fog.Send(device, device.ChunkOf(digest, small, 0));
        Assert.Equal(new ValueUplink(digest, Found: true), Assert.Single(fog.Node(device).Received));
    }

    [Fact]
    public async Task What_has_not_come_is_asked_for_again_a_limited_number_of_times()
    {
        await using var fog = await ProxyHarness.Started(Impatient);
        await fog.Clock.Armed(Impatient.UploadStall);
        var device = fog.Device();
        await fog.Wake(device);
        await fog.Deliver(device, new FetchDownlink(Digest, Value.Length));
        await Check(fog);
        Assert.Empty(fog.Broker.Published()); // it has only just begun
        for (int repeat = 0; repeat < Impatient.UploadRepeatsMax; repeat++)
        {
            await Check(fog);
            Assert.Equal(new Need(Digest, 0, 8), NeedIn(device, fog.Broker.Published()));
        }

        await Check(fog);
        await Check(fog);
        Assert.Empty(fog.Broker.Published());
        await fog.Send(device, device.ChunkOf(Digest, Value, 1024));
        Assert.Equal(1, fog.Dropped(Drop.UnwantedChunk));
    }

    [Fact]
    public async Task A_chunk_that_comes_begins_the_patience_anew()
    {
        await using var fog = await ProxyHarness.Started(Impatient);
        await fog.Clock.Armed(Impatient.UploadStall);
        var device = fog.Device();
        await fog.Wake(device);
        await fog.Deliver(device, new FetchDownlink(Digest, Value.Length));
        for (int chunk = 0; chunk < 3; chunk++)
        {
            await Check(fog);
            Assert.Empty(fog.Broker.Published());
            for (int repeat = 0; repeat < Impatient.UploadRepeatsMax; repeat++)
            {
                await Check(fog);
                Assert.Equal(chunk * 1024, NeedIn(device, fog.Broker.Published())!.Offset);
            }

            await fog.Send(device, device.ChunkOf(Digest, Value, chunk * 1024));
            Assert.Empty(fog.Broker.Published());
        }
    }

    [Fact]
    public async Task Nothing_is_asked_of_a_device_that_sleeps()
    {
        await using var fog = await ProxyHarness.Started(Impatient);
        await fog.Clock.Armed(Impatient.UploadStall);
        var device = fog.Device();
        await fog.Wake(device);
        await fog.Deliver(device, new FetchDownlink(Digest, Value.Length));
        await fog.Wake(device);
        await fog.Send(device, device.Keepalive());
        for (int check = 0; check < 3; check++)
            await Check(fog);
        Assert.Empty(fog.Broker.Published());
    }

    private static ProxyLimits Impatient { get; } = new() { UploadRepeatsMax = 2 };

    private static async Task Check(ProxyHarness fog)
    {
        fog.Clock.Advance(Impatient.UploadStall);
        await fog.Clock.Armed(Impatient.UploadStall); // the checks are queued, and the next ones awaited
        await fog.Proxy.Idle();
    }

    private static void TakeAll(TestDevice device, MqttMessage[] messages, byte[] into)
    {
        foreach (var message in messages)
        {
            var chunk = device.Hear(message, MessageType.FogChunk, Chunk.Read);
            Assert.Equal((Digest, into.Length), (chunk.Digest, chunk.Total));
            chunk.Data.Span.CopyTo(into.AsSpan(chunk.Offset));
        }
    }

    private static Need? NeedIn(TestDevice device, MqttMessage[] messages) =>
        messages is [] ? null : device.Hear(Assert.Single(messages), MessageType.FogNeed, Need.Read);

    private static async Task<Need?> Answer(ProxyHarness fog, TestDevice device, Need need)
    {
        for (int i = 0; i < need.Count; i++)
            await fog.Send(device, device.ChunkOf(Digest, Value, need.Offset + i * 1024));
        return NeedIn(device, fog.Broker.Published());
    }
}
