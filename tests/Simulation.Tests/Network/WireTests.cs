using Fog.Simulation.Network;

namespace Fog.Simulation.Tests.Network;

public class WireTests
{
    private readonly Wire _wire = new();

    [Fact]
    public async Task Bytes_reach_the_other_end()
    {
        await _wire.Client.Output.WriteAsync(new byte[] { 1, 2, 3 });

        Assert.Equal(3, (await _wire.Broker.Input.ReadAsync()).Buffer.Length);
    }

    [Fact]
    public async Task A_cut_fails_who_waits_and_who_comes_later_and_takes_what_is_on_its_way()
    {
        var waiting = _wire.Client.Input.ReadAsync().AsTask();
        await _wire.Client.Output.WriteAsync(new byte[] { 1 });
        _wire.Cut();

        await Assert.ThrowsAsync<IOException>(() => waiting);
        await Assert.ThrowsAsync<IOException>(async () => await _wire.Broker.Input.ReadAsync());
        await Assert.ThrowsAsync<IOException>(async () => await _wire.Broker.Output.FlushAsync());
    }
}
