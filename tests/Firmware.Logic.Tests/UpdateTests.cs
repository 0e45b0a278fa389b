using System.Security.Cryptography;
using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic.Tests;

/// <summary>A release from its offer to its confirmation, or back (docs/updates.md).</summary>
public class UpdateTests
{
    private const int Downloading = 1;
    private const int Staged = 2;
    private const int Probation = 3;
    private const int Confirmed = 4;
    private const int Failed = 5;
    private const uint OldVersion = 0x000100;
    private const uint NewVersion = 0x000200;

    public static TheoryData<PowerFailure> Failures() => [.. Enum.GetValues<PowerFailure>()];

    [Fact]
    public void A_release_is_fetched_tried_and_confirmed_in_three_wakes()
    {
        var bench = Offering(new TestRelease());

        bench.Wake().UntilAsleep();
        Assert.Equal([Downloading, Staged], bench.Fog.UpdateStatuses.Select(s => s.State));
        Assert.Equal(OldVersion, LastHello(bench).FirmwareVersion);

        bench.WakeAgain().UntilAsleep();
        Assert.Equal(Probation, bench.Fog.UpdateStatuses.Last().State);
        Assert.Equal(NewVersion, LastHello(bench).FirmwareVersion);

        bench.WakeAgain();
        Assert.Equal(Confirmed, bench.Fog.UpdateStatuses.Last().State);
        Assert.False(bench.Slots.IsOnProbation);
        Assert.Equal(new TestRelease().Image, bench.Slots.RunningImage());
    }

    [Fact]
    public void A_slot_of_32_KB_is_filled_to_the_last_byte_and_one_byte_more_is_refused()
    {
        var bench = Offering(new TestRelease { Image = TestRelease.ImageOf(3, 32 * 1024) });
        bench.Wake().UntilAsleep();
        Assert.Equal(Staged, bench.Fog.UpdateStatuses.Last().State);

        bench = Offering(new TestRelease { Image = TestRelease.ImageOf(3, (32 * 1024) + 1) });
        bench.Wake().UntilAsleep();
        Assert.Equal((Failed, 6), StateOf(bench));
        Assert.Empty(bench.Fog.Received.OfType<NeedMessage>());
    }

    [Fact]
    public void A_download_goes_on_where_the_wake_before_left_it()
    {
        var bench = Offering(new TestRelease { Image = TestRelease.ImageOf(3, 20_000) });
        int served = 0;
        bench.Fog.AnswersNeeds = false;
        bench.Fog.Observer = message =>
        {
            if (message is NeedMessage need && served++ == 0)
                bench.Fog.ServeNeed(need);
        };
        bench.Wake().UntilAsleep();
        Assert.Equal((Downloading, 8192u), (bench.Fog.UpdateStatuses.Last().State, bench.Fog.UpdateStatuses.Last().HaveBytes));

        bench.Fog.Observer = null;
        bench.Fog.AnswersNeeds = true;
        bench.Fog.Received.Clear();
        bench.WakeAgain().UntilAsleep();
        Assert.Equal(8192u, bench.Fog.Received.OfType<NeedMessage>().First().Offset);
        Assert.Equal(Staged, bench.Fog.UpdateStatuses.Last().State);
    }

    [Fact]
    public void Lost_chunks_are_asked_for_again()
    {
        var bench = Offering(new TestRelease { Image = TestRelease.ImageOf(3, 20_000) });
        var random = new Random(4);
        bench.Arrives = (_, message) => message[1] != 0x85 || random.Next(3) != 0;
        bench.Fog.MessagesMayBeLost = true;
        bench.Wake().UntilAsleep();
        Assert.Equal(Staged, bench.Fog.UpdateStatuses.Last().State);
    }

    [Fact]
    public void A_changed_and_a_cut_chunk_are_dropped_and_asked_for_again()
    {
        var bench = Offering(new TestRelease());
        int chunks = 0;
        bench.Fog.AnswersNeeds = false;
        bench.Fog.Observer = message =>
        {
            if (message is not NeedMessage need)
                return;
            switch (++chunks)
            {
                case 1:
                    byte[] body = FogCodec.Chunk(need.Digest, 5000, 0, new byte[1024]);
                    byte[] changed = FogCodec.Seal(bench.Fog.SessionKey, 0x85, bench.Fog.NextSequence, body, bench.Fog.DownTopic);
                    changed[100] ^= 1;
                    bench.Deliver(bench.Fog.DownTopic, changed);
                    bench.Fog.SendChunk(need.Digest, 5000, 0, new byte[1000]);
                    break;
                default:
                    bench.Fog.ServeNeed(need);
                    break;
            }
        };
        bench.Wake().UntilAsleep();
        Assert.Equal(Staged, bench.Fog.UpdateStatuses.Last().State);
        Assert.Equal(2, bench.Agent.Drops.Total());
    }

    [Fact]
    public void An_image_that_is_not_what_was_signed_is_given_up_after_three_times()
    {
        var release = new TestRelease { Promised = TestRelease.ImageOf(9, 5000) };
        var bench = Offering(release);
        bench.Wake().UntilAsleep();
        Assert.Equal((Failed, 7), StateOf(bench));
        Assert.Equal(3, bench.Fog.Received.OfType<NeedMessage>().Count(need => need.Offset == 0));

        bench.Fog.Received.Clear();
        bench.WakeAgain().UntilAsleep();
        Assert.Equal((Failed, 7), StateOf(bench));
        Assert.Empty(bench.Fog.Received.OfType<NeedMessage>());
        Assert.Equal(OldVersion, bench.Slots.RunningVersion);
    }

    [Fact]
    public void An_image_that_the_fog_has_not_is_a_failure_with_its_name()
    {
        var bench = Offering(new TestRelease());
        bench.Fog.AnswersNeeds = false;
        bench.Fog.Observer = message =>
        {
            if (message is NeedMessage need)
                bench.Fog.SendChunk(need.Digest, 0, need.Offset, []);
        };
        bench.Wake().UntilAsleep();
        Assert.Equal((Failed, 8), StateOf(bench));
    }

    public static TheoryData<int> Unwanted() => [1, 2, 3, 4, 5];

    [Theory]
    [MemberData(nameof(Unwanted))]
    public void What_may_not_run_here_is_refused_before_a_byte_is_fetched(int fault)
    {
        using var stranger = RSA.Create(2048);
        var bench = Offering(fault switch
        {
            1 => new TestRelease { Key = stranger },
            2 => new TestRelease { Key = stranger, NamedKey = new TestRelease().Key },
            3 => new TestRelease { Board = "esp32-s3" },
            4 => new TestRelease { Version = OldVersion },
            _ => new TestRelease { MinimumVersion = OldVersion + 1 },
        });
        bench.Wake().UntilAsleep();
        Assert.Equal((Failed, fault), StateOf(bench));
        Assert.Empty(bench.Fog.Received.OfType<NeedMessage>());
        Assert.Equal([.. new[] { "c0", "c1", "s0" }], bench.Flash.Records.Keys.Order());
    }

    [Fact]
    public void A_manifest_that_is_none_is_dropped()
    {
        var bench = new Bench();
        bench.Wake();
        bench.Fog.SendSealed(0x87, FogCodec.Update(1, new TestRelease().Manifest()[..^1]));
        bench.Fog.SendSealed(0x87, FogCodec.Update(1, new byte[600]));
        bench.Fog.SendSealed(0x87, []);
        bench.Settle();
        Assert.Equal(3, bench.Agent.Drops.Total());
        Assert.Empty(bench.Fog.UpdateStatuses);
    }

    [Fact]
    public void A_release_that_never_completes_a_session_is_rolled_back_after_two_boots_and_not_tried_again()
    {
        var bench = Offering(new TestRelease());
        bench.Wake().UntilAsleep();
        bench.Fog.AnswersHello = false;
        for (int boot = 0; boot < 2; boot++)
        {
            bench.WakeAgain().UntilAsleep();
            Assert.Equal(NewVersion, bench.Slots.RunningVersion);
        }

        bench.Fog.AnswersHello = true;
        bench.WakeAgain().UntilAsleep();
        Assert.Equal(OldVersion, bench.Slots.RunningVersion);
        Assert.Equal(bench.FactoryImage, bench.Slots.RunningImage());
        Assert.Equal((Failed, 10), StateOf(bench));

        bench.Fog.OfferAttempt++;
        Confirm(bench);
    }

    [Fact]
    public void A_release_that_crashes_at_boot_is_rolled_back_after_two_boots()
    {
        var bench = Offering(new TestRelease());
        bench.Wake().UntilAsleep();
        bench.Fog.AnswersHello = false;
        for (int boot = 0; boot < 2; boot++)
        {
            bench.Wake(WakeCause.Crash);
            Assert.Equal(NewVersion, bench.Slots.RunningVersion);
            bench.Crash();
        }

        bench.Fog.AnswersHello = true;
        bench.Wake(WakeCause.Crash).UntilAsleep();
        Assert.Equal(OldVersion, bench.Slots.RunningVersion);
        Assert.Equal((Failed, 10), StateOf(bench));
    }

    [Fact]
    public void A_session_without_an_acknowledged_end_confirms_nothing()
    {
        var bench = Offering(new TestRelease());
        bench.Wake().UntilAsleep();
        bench.BrokerAcknowledges = false;
        bench.WakeAgain().UntilAsleep();
        bench.BrokerAcknowledges = true;
        bench.WakeAgain();
        Assert.Equal(Probation, bench.Fog.UpdateStatuses.Last().State);
    }

    [Fact]
    public void Nothing_below_what_was_once_confirmed_is_taken_again()
    {
        var bench = Offering(new TestRelease { Version = 0x000300 });
        Confirm(bench);
        bench.Fog.Offer = new TestRelease { Version = 0x000300, Image = TestRelease.ImageOf(5, 2000) };
        bench.WakeAgain();
        Assert.Equal((Failed, 4), StateOf(bench));
        bench.UntilAsleep();
        bench.Fog.Offer = new TestRelease { Version = 0x000200 };
        bench.WakeAgain();
        Assert.Equal((Failed, 4), StateOf(bench));
    }

    [Fact]
    public void The_next_release_takes_the_other_slot_and_the_one_before_is_still_there_to_go_back_to()
    {
        var bench = Offering(new TestRelease());
        Confirm(bench);
        bench.Fog.Offer = new TestRelease { Version = 0x000300, Image = TestRelease.ImageOf(5, 2000) };
        bench.WakeAgain().UntilAsleep();
        bench.Fog.AnswersHello = false;
        for (int boot = 0; boot < 2; boot++)
            bench.WakeAgain().UntilAsleep();
        bench.Fog.AnswersHello = true;
        bench.WakeAgain();
        Assert.Equal(NewVersion, bench.Slots.RunningVersion);
    }

    [Fact]
    public void An_active_slot_that_decayed_gives_way_to_the_one_before()
    {
        var bench = Offering(new TestRelease());
        Confirm(bench);
        bench.Flash.Records["s1"][17] ^= 1;
        bench.Fog.Offer = null;
        bench.Wake(WakeCause.PowerOn);
        Assert.Equal(OldVersion, bench.Slots.RunningVersion);
        Assert.Equal(bench.FactoryImage, bench.Slots.RunningImage());
    }

    [Theory]
    [InlineData("s1")]
    [InlineData("m1")]
    public void A_staged_release_that_decayed_is_not_started(string record)
    {
        var bench = Offering(new TestRelease());
        bench.Wake().UntilAsleep();
        bench.Flash.Records[record][40] ^= 1;
        bench.WakeAgain();
        Assert.Equal(OldVersion, bench.Slots.RunningVersion);
        Assert.Equal((Failed, 11), StateOf(bench));
    }

    [Fact]
    public void A_task_is_worked_off_beside_an_update()
    {
        var bench = Offering(new TestRelease());
        bench.Fog.Add(new TaskFields { Id = TaskFields.IdOf(1), Image = TestRelease.ImageOf(7, 3000) });
        bench.Wake().UntilAsleep();
        Assert.Single(bench.Fog.Results);
        Assert.Equal(Staged, bench.Fog.UpdateStatuses.Last().State);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public void Power_may_fail_at_any_step_of_an_update(PowerFailure failure)
    {
        int step = 1;
        while (FailsOnce(step, failure))
            step++;

        // Five chunks, and the boot records and manifest around them.
        Assert.InRange(step, 19, 100);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public void And_at_any_step_of_going_back(PowerFailure failure)
    {
        int step = 1;
        while (RollsBackWithAFailure(step, failure))
            step++;
        Assert.InRange(step, 7, 60);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void And_again_before_it_has_recovered(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 60; round++)
        {
            var bench = Provisioned();
            bench.Fog.Offer = new TestRelease();
            for (int failure = 0; failure < 5; failure++)
            {
                bench.Flash.FailsAt = bench.Flash.Steps + 1 + random.Next(12);
                bench.Flash.Failure = (PowerFailure)random.Next(4);
                Live(bench, wakes: 2);
            }

            bench.Flash.FailsAt = -1;
            bench.Fog.OfferAttempt++;
            for (int wake = 0; wake < 8 && !IsDone(bench); wake++)
                Live(bench, wakes: 1);
            Assert.True(IsDone(bench), $"round {round} of seed {seed} is not confirmed");
        }
    }

    /// <returns>False: the update was over before that step.</returns>
    private static bool FailsOnce(int step, PowerFailure failure)
    {
        var bench = Provisioned();
        bench.Fog.Offer = new TestRelease();
        bench.Flash.FailsAt = bench.Flash.Steps + step;
        bench.Flash.Failure = failure;
        for (int wake = 0; wake < 8 && !IsDone(bench); wake++)
            Live(bench, wakes: 1);
        Assert.True(IsDone(bench), $"not confirmed after the power failed at step {step}");
        return bench.Flash.Steps >= bench.Flash.FailsAt;
    }

    private static bool RollsBackWithAFailure(int step, PowerFailure failure)
    {
        var bench = Provisioned();
        bench.Fog.Offer = new TestRelease();
        Live(bench, wakes: 1);
        bench.Fog.AnswersHello = false;
        bench.Flash.FailsAt = bench.Flash.Steps + step;
        bench.Flash.Failure = failure;
        Live(bench, wakes: 4);
        bench.Fog.AnswersHello = true;
        Live(bench, wakes: 1);
        Assert.Equal(OldVersion, bench.Slots.RunningVersion);
        return bench.Flash.Steps >= bench.Flash.FailsAt;
    }

    /// <summary>A few wakes, whatever the power does. Whenever it wakes it runs whole firmware, the old or the new.</summary>
    private static void Live(Bench bench, int wakes)
    {
        for (int i = 0; i < wakes; i++)
        {
            try
            {
                // The first wake is one with power restored; so is the one after each failure.
                bench.Wake(bench.Rtc is null ? WakeCause.PowerOn : WakeCause.Timer).UntilAsleep();
            }
            catch (PowerLostException)
            {
                bench.Crash();
                bench.Rtc = null;
            }

            var slots = new Loader.Slots.Slots(Copy(bench.Flash), TestRelease.Trust);
            Assert.NotEqual(Loader.Slots.Slots.None, slots.Boot(isCold: true));
            byte[] expected = slots.RunningVersion == OldVersion ? bench.FactoryImage : new TestRelease().Image;
            Assert.Equal(expected, slots.RunningImage());
        }
    }

    private static MemoryFlash Copy(MemoryFlash flash)
    {
        var copy = new MemoryFlash();
        foreach (var (name, record) in flash.Records)
            copy.Records[name] = [.. record];
        return copy;
    }

    private static bool IsDone(Bench bench) => bench.Fog.UpdateStatuses.LastOrDefault()?.State == Confirmed;

    private static void Confirm(Bench bench)
    {
        for (int wake = 0; wake < 4 && !IsDone(bench); wake++)
            bench.Wake().UntilAsleep();
        Assert.True(IsDone(bench), "it is not confirmed");
    }

    private static Bench Offering(TestRelease release)
    {
        var bench = new Bench();
        bench.Fog.Offer = release;
        return bench;
    }

    /// <summary>A device that has been awake once.</summary>
    private static Bench Provisioned()
    {
        var bench = new Bench();
        bench.Wake(WakeCause.PowerOn).UntilAsleep();
        return bench;
    }

    private static HelloMessage LastHello(Bench bench) => bench.Fog.Received.OfType<HelloMessage>().Last();

    private static (int State, int Reason) StateOf(Bench bench) => bench.Fog.UpdateStatuses.Last() is var status ? (status.State, status.Reason) : default;
}
