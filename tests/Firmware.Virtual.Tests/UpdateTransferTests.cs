using Fog.Benchmarks.Updates;

namespace Fog.Firmware.Virtual.Tests;

/// <summary>Network, verification and flash work at once (docs/updates.md): the bar, over parameters where each of them is the slowest.</summary>
public class UpdateTransferTests
{
    public static TheoryData<double, double, double?, double> Devices()
    {
        var devices = new TheoryData<double, double, double?, double>();
        foreach (var network in (double[])[256_000, 512_000, 1_000_000, 2_000_000, 4_000_000])
        {
            foreach (var hash in (double[])[10_000, 25_000, 80_000, 1_000_000])
            {
                foreach (var flash in (double?[])[null, 20_000, 40_000, 1_000_000])
                {
                    devices.Add(network, hash, flash, 2);
                    devices.Add(network, hash, flash, 20);
                }
            }
        }

        return devices;
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void A_release_takes_no_longer_than_its_slowest_stage_a_tenth_and_a_chunk(double network, double hash, double? flash, double roundTripMillis)
    {
        var figures = TransferModel.Run(new TransferParameters
        {
            NetworkBitsPerSecond = network,
            HashBytesPerSecond = hash,
            FlashBytesPerSecond = flash,
            RoundTrip = TimeSpan.FromMilliseconds(roundTripMillis),
        });
        Assert.InRange(figures.Pipelined, figures.Verification, figures.Bar);
        Assert.True(figures.Pipelined < figures.InTurn, $"{figures}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1024)]
    [InlineData(9000)]
    public void A_small_image_keeps_the_bar_too(int bytes)
    {
        var figures = TransferModel.Run(new TransferParameters { ImageBytes = bytes });
        Assert.InRange(figures.Pipelined, TimeSpan.Zero, figures.Bar);
    }

    [Fact]
    public void Stages_that_are_equally_fast_gain_almost_three_times()
    {
        // 32 chunks: 1170 bytes on the wire, 2163 hashed and 1024 written, each in 40 ms.
        var figures = TransferModel.Run(new TransferParameters
        {
            NetworkBitsPerSecond = 1170 * 8 / 0.040,
            HashBytesPerSecond = 2163 / 0.040,
            FlashBytesPerSecond = 1024 / 0.040,
        });
        Assert.InRange(figures.InTurn / figures.Pipelined, 2.7, 3);
    }

    [Fact]
    public void A_deployment_sends_each_chunk_once()
    {
        var figures = TransferModel.Run(new TransferParameters { ImageBytes = 32 * 1024 });

        // A chunk: 6 of header, 42 of fields, 1024 and a tag of 16; welcome and offer beside.
        Assert.InRange(figures.SentBytes, 32 * 1088, 32 * 1088 + 600);
    }
}
