using Fog.Firmware.Virtual;
using Fog.Simulation.Invariants;
using Fog.Simulation.Scheduling;
using Fog.Simulation.Site;

namespace Fog.Simulation.Tests;

/// <summary>What the reference model of firmware lets pass, and what not: whatever it does not see, no sweep finds.</summary>
public sealed class FirmwareModelTests : IDisposable
{
    private const uint New = 0x01_00_00;
    private readonly EventLog _log;
    private readonly Referee _referee;

    public FirmwareModelTests()
    {
        var loop = new EventLoop(new SeededRandom(1));
        _log = new EventLog(loop);
        _referee = new Referee(loop, _log, withoutFaults: false);
        Release(New, FirmwareBehaviour.CrashesAtBoot, isSigned: true);
        Release(New + 1, FirmwareBehaviour.Works, isSigned: true);
        Release(New + 2, FirmwareBehaviour.Works, isSigned: false);
        Starts(SimulatedRelease.Factory, onProbation: false);
    }

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Two_starts_and_back_again_are_in_order()
    {
        Starts(New, onProbation: true);
        StartsAgain();
        Starts(SimulatedRelease.Factory, onProbation: false);
        Assert.Null(_referee.Violation);
        Assert.Equal((1, 1, 0), (_referee.Firmware.Trials, _referee.Firmware.RolledBack, _referee.Firmware.Confirmed));
    }

    [Fact]
    public void A_third_start_without_confirmation_is_not()
    {
        Starts(New, onProbation: true);
        StartsAgain();
        StartsAgain();
        Assert.Equal(Invariant.BadUpdateRollsBack, _referee.Violation?.Invariant);
    }

    [Fact]
    public void What_does_not_come_up_is_not_kept()
    {
        Starts(New, onProbation: true);
        Starts(New, onProbation: false);
        Assert.Equal(Invariant.BadUpdateRollsBack, _referee.Violation?.Invariant);
    }

    [Fact]
    public void What_is_gone_back_to_is_what_was_confirmed_last()
    {
        Starts(New + 1, onProbation: true);
        Starts(New + 1, onProbation: false);
        Assert.Null(_referee.Violation);
        Assert.True(_referee.Firmware.HasConfirmed("d0", New + 1));
        Starts(SimulatedRelease.Factory, onProbation: false);
        Assert.Equal(Invariant.BadUpdateRollsBack, _referee.Violation?.Invariant);
    }

    [Theory]
    [InlineData(New + 2)]
    [InlineData(New + 3)]
    public void What_nobody_signed_is_not_started(uint version)
    {
        Starts(version, onProbation: true);
        Assert.Equal(Invariant.SignedFirmwareOnly, _referee.Violation?.Invariant);
    }

    [Fact]
    public void What_is_older_than_what_was_confirmed_is_not_started()
    {
        Starts(New + 1, onProbation: true);
        Starts(New + 1, onProbation: false);
        Starts(New, onProbation: true);
        Assert.Equal(Invariant.SignedFirmwareOnly, _referee.Violation?.Invariant);
    }

    [Fact]
    public void What_does_not_come_up_stops_at_the_first_stage()
    {
        Starts(New, onProbation: true);
        Starts(New, onProbation: true, "d1");
        Assert.Equal(Invariant.BadUpdateStops, _referee.Violation?.Invariant);
    }

    [Fact]
    public void A_mark_is_worth_what_its_device_confirmed()
    {
        Starts(New + 1, onProbation: true);
        _referee.MarkedConfirmed("ideal-1.0.1", New + 1, "d0");
        Assert.Equal(Invariant.ConfirmedIsTrue, _referee.Violation?.Invariant);
    }

    private void Release(uint version, FirmwareBehaviour behaviour, bool isSigned) => _referee.Firmware.Released(new(version, behaviour, isSigned, []), reachMax: 1);

    private void Starts(uint version, bool onProbation, string node = "d0")
    {
        if (onProbation && node != "d0")
        {
            Starts(SimulatedRelease.Factory, onProbation: false, node);
        }

        _referee.Firmware.Woke(node);
        _referee.Firmware.Started(node, version, onProbation);
        _referee.Firmware.Stopped(node);
    }

    private void StartsAgain()
    {
        _referee.Firmware.Woke("d0");
        _referee.Firmware.Stopped("d0");
    }
}
