using Fog.Firmware.Logic;
using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic.Tests;

/// <summary>A wake without work: sessions, listening, limits, sleep.</summary>
public class WakeTests
{
    [Fact]
    public void It_says_hello_hears_welcome_listens_for_its_duty_and_sleeps_as_ordered()
    {
        var bench = new Bench();
        bench.Fog.Welcome = new WelcomeFields { SleepMillis = 1234 };

        var woke = bench.NowMicros;
        bench.Wake(WakeCause.PowerOn).UntilAsleep();

        Assert.Equal(100_000, bench.NowMicros - woke);
        Assert.Equal(1234u, bench.SleptMillis);
        var hello = Assert.IsType<HelloMessage>(bench.Fog.Received[0]);
        Assert.Equal((1000u, 100, 3700, 0, 0), (hello.PeriodMillis, hello.DutyPermille, hello.BatteryMillivolts, hello.WakeCause, hello.ClockErrorMillis));
        Assert.Equal(1234u, Assert.IsType<SleepMessage>(bench.Fog.Received[1]).SleepMillis);
        Assert.Equal(2, bench.Fog.Received.Count);
    }

    [Fact]
    public void Without_access_point_it_sleeps_at_the_awake_limit_exactly_and_twice_as_long()
    {
        var bench = new Bench { BrokerAnswers = null };
        var woke = bench.NowMicros;

        bench.Wake().UntilAsleep();

        Assert.Equal(10_000_000, bench.NowMicros - woke);
        AssertAdds(1000, bench.SleptMillis);
    }

    [Fact]
    public void With_a_dead_fog_it_asks_again_and_sleeps_at_the_awake_limit_exactly()
    {
        var bench = new Bench();
        bench.Fog.AnswersHello = false;
        var woke = bench.NowMicros;
        var hellos = new List<long>();
        bench.Fog.Observer = m => hellos.Add(bench.NowMicros - woke);

        bench.Wake().UntilAsleep();

        Assert.Equal([0, 2_000_000, 6_000_000], hellos);
        Assert.Equal(10_000_000, bench.NowMicros - woke);
        AssertAdds(1000, bench.SleptMillis);
        Assert.Equal(3, bench.Fog.Received.Cast<HelloMessage>().Select(h => Convert.ToHexString(h.DeviceNonce)).Distinct().Count());
    }

    [Fact]
    public void Failed_connections_double_the_sleep_up_to_sixteen_times_and_a_session_ends_that()
    {
        var bench = new Bench { BrokerAnswers = false };
        bench.Wake();
        foreach (uint extra in new uint[] { 1000, 3000, 7000, 15000, 15000, 15000 })
        {
            AssertAdds(extra, bench.SleptMillis);
            bench.WakeAgain();
        }

        bench.BrokerAnswers = true;
        bench.WakeAgain().UntilAsleep();
        var hello = bench.Fog.Received.OfType<HelloMessage>().Single();
        Assert.Equal(15000u, hello.ConnectBackOffMillis);
        Assert.Equal(900u, bench.SleptMillis);

        bench.WakeAgain().UntilAsleep();
        Assert.Equal(1000u, bench.Fog.Received.OfType<HelloMessage>().Last().ConnectBackOffMillis);
        bench.BrokerAnswers = false;
        AssertAdds(1000, bench.WakeAgain().SleptMillis);
    }

    [Theory]
    [InlineData(0x00, 15_000)]
    [InlineData(0x80, 11_236)]
    [InlineData(0xFF, 7_501)]
    public void Devices_that_failed_together_try_again_in_the_upper_half_of_the_back_off(byte entropy, uint millis) =>
        Assert.Equal(millis, BackOff.Spread(15_000, new ConstantEntropy(entropy)));

    [Fact]
    public void Back_off_adds_five_minutes_at_most()
    {
        var bench = new Bench(c => c.PeriodMillis = 3_600_000) { BrokerAnswers = false };
        AssertAdds(300_000, bench.Wake().SleptMillis - 3_599_000);
        AssertAdds(300_000, bench.WakeAgain().SleptMillis - 3_599_000);
    }

    /// <summary>To a period of a second.</summary>
    private static void AssertAdds(uint extraMax, uint? sleptMillis) => Assert.InRange(sleptMillis!.Value, 1000 + (extraMax / 2), 1000 + extraMax);

    private sealed class ConstantEntropy(byte value) : IEntropy
    {
        public void Fill(byte[] bytes) => Array.Fill(bytes, value);
    }

    [Fact]
    public void A_welcome_that_answers_another_nonce_is_dropped()
    {
        var bench = new Bench();
        bench.Fog.AnswersHello = false;
        bench.Wake();
        var hello = (HelloMessage)bench.Fog.Received[0];

        bench.Deliver(bench.Fog.DownTopic, bench.Fog.OpenSession(hello with { DeviceNonce = new byte[16] }));
        bench.Settle();
        Assert.Equal(1, bench.Agent.Drops.Of(DropReason.WrongTag));

        bench.Deliver(bench.Fog.DownTopic, bench.Fog.OpenSession(hello));
        bench.Settle();
        Assert.Equal(1, bench.Agent.Drops.Total());
        bench.UntilAsleep();
        Assert.Equal(900u, bench.SleptMillis);
    }

    [Fact]
    public void The_answer_to_an_earlier_hello_comes_too_late()
    {
        var bench = new Bench();
        bench.Fog.AnswersHello = false;
        bench.Wake().Pass(TimeSpan.FromSeconds(3));
        var hellos = bench.Fog.Received.Cast<HelloMessage>().ToList();

        bench.Deliver(bench.Fog.DownTopic, bench.Fog.OpenSession(hellos[0]));
        bench.Settle();

        Assert.Equal(2, hellos.Count);
        Assert.Equal(1, bench.Agent.Drops.Of(DropReason.WrongTag));
    }

    [Fact]
    public void Foreign_replayed_and_malformed_messages_are_dropped_counted_and_reported()
    {
        var bench = new Bench();
        bench.Wake();
        var fog = bench.Fog;
        var stop = new byte[16];
        fog.SendStop(stop);
        bench.Settle();
        void Send(byte[] message) => bench.Raise(DeviceEvent.Message(fog.DownTopic, message));

        var replay = FogCodec.Seal(fog.SessionKey, 0x84, 1, stop, fog.DownTopic);
        Send(replay);
        Assert.Equal(1, bench.Agent.Drops.Of(DropReason.Replayed));

        var tampered = FogCodec.Seal(fog.SessionKey, 0x84, 2, stop, fog.DownTopic);
        tampered[8] ^= 1;
        Send(tampered);
        Send(FogCodec.Seal(bench.Config.Key, 0x84, 2, stop, fog.DownTopic));
        Send(FogCodec.Seal(fog.SessionKey, 0x84, 2, stop, fog.UpTopic));
        Assert.Equal(3, bench.Agent.Drops.Of(DropReason.WrongTag));

        // The forgeries used up no number.
        Send(FogCodec.Seal(fog.SessionKey, 0x84, 2, [1], fog.DownTopic));
        Send([]);
        Send(new byte[4097]);
        Assert.Equal(3, bench.Agent.Drops.Of(DropReason.Malformed));

        Send(FogCodec.Seal(fog.SessionKey, 0x7F, 3, stop, fog.DownTopic));
        Assert.Equal(1, bench.Agent.Drops.Of(DropReason.UnknownType));

        var other = FogCodec.Seal(fog.SessionKey, 0x84, 4, stop, fog.DownTopic);
        other[0] = 2;
        Send(other);
        Assert.Equal(1, bench.Agent.Drops.Of(DropReason.UnknownVersion));

        Send(FogCodec.Seal(fog.SessionKey, 0x81, 5, FogCodec.Welcome(new()), fog.DownTopic));
        bench.Raise(DeviceEvent.Message("fog/lab/n/esp-2/down", replay));
        Assert.Equal(2, bench.Agent.Drops.Of(DropReason.OutOfPlace));

        Assert.Single(fog.Received);
        bench.UntilAsleep();
        var log = Assert.IsType<LogMessage>(fog.Received[1]);
        Assert.Equal((2, "dropped: version 1, type 1, tag 3, replayed 1, malformed 3, out of place 2, term 0, queue full 0, too late 0"), (log.Level, log.Text));
    }

    [Fact]
    public void Messages_of_the_last_session_mean_nothing_in_the_next()
    {
        var bench = new Bench();
        bench.Wake();
        var old = FogCodec.Seal(bench.Fog.SessionKey, 0x84, 7, new byte[16], bench.Fog.DownTopic);
        bench.UntilAsleep().WakeAgain();

        bench.Raise(DeviceEvent.Message(bench.Fog.DownTopic, old));

        Assert.Equal(1, bench.Agent.Drops.Of(DropReason.WrongTag));
    }

    [Fact]
    public void Its_intervals_add_up_to_the_time_that_passed_and_start_anew_when_acknowledged()
    {
        var bench = new Bench();
        var began = bench.NowMicros;
        bench.Fog.Add(new TaskFields { Id = TaskFields.IdOf(1) });
        bench.Executor.Set([1, 2, 3], new() { Fuel = 250_000 });
        bench.Wake().UntilAsleep();
        var first = bench.Fog.Received.OfType<SleepMessage>().Single();
        var slept = bench.NowMicros;

        Assert.Equal(slept - began, first.StateMicros.Sum());
        Assert.Equal(250_000, first.StateMicros[PowerState.Execute]);

        bench.WakeAgain().UntilAsleep();
        var second = bench.Fog.Received.OfType<SleepMessage>().Last();
        Assert.Equal(bench.NowMicros - slept, second.StateMicros.Sum());
        Assert.Equal(900_000, second.StateMicros[PowerState.Sleep]);
        Assert.Equal(0, second.StateMicros[PowerState.Execute]);
    }

    [Fact]
    public void Intervals_of_a_report_that_the_broker_did_not_acknowledge_are_reported_again()
    {
        var bench = new Bench();
        var began = bench.NowMicros;
        bench.Wake();
        bench.BrokerAcknowledges = false;
        bench.UntilAsleep();
        Assert.Equal(2_100_000, bench.NowMicros - began);

        bench.BrokerAcknowledges = true;
        bench.WakeAgain().UntilAsleep();
        var second = bench.Fog.Received.OfType<SleepMessage>().Last();
        Assert.Equal(bench.NowMicros - began, second.StateMicros.Sum());
    }

    [Fact]
    public void A_silent_broker_cannot_keep_it_awake_beyond_the_limit()
    {
        var bench = new Bench();
        bench.Fog.Welcome = new WelcomeFields { AwakeLimitMillis = 4000 };
        bench.Fog.AcceptsResults = false;
        bench.Fog.Add(new TaskFields { Id = TaskFields.IdOf(1) });
        bench.Wake();
        var asked = bench.NowMicros;
        bench.BrokerAcknowledges = false;

        bench.UntilAsleep();

        Assert.Equal(4_000_000, bench.NowMicros - asked);
    }

    [Fact]
    public void It_reports_in_the_next_hello_how_late_it_woke()
    {
        var bench = new Bench();
        var drift = 0L;
        bench.Fog.SiteTimeMillis = () => 1_700_000_000_000 + (bench.NowMicros / 1000) + drift;
        bench.Wake().UntilAsleep();
        drift = 70;
        bench.WakeAgain().UntilAsleep();
        bench.WakeAgain().UntilAsleep();
        bench.WakeAgain();

        Assert.Equal([0, 0, 70, 0], bench.Fog.Received.OfType<HelloMessage>().Select(h => h.ClockErrorMillis));
    }

    [Fact]
    public void A_long_listening_is_kept_alive_every_ten_seconds()
    {
        var bench = new Bench(c => c.PeriodMillis = 60_000);
        bench.Config.DutyPermille = 600;
        bench.Wake().UntilAsleep();

        Assert.Equal(3, bench.Fog.Received.OfType<KeepaliveMessage>().Count());
        Assert.Equal(900u, bench.SleptMillis);
    }

    [Fact]
    public void A_connection_lost_without_work_ends_the_wake()
    {
        var bench = new Bench();
        bench.Wake();
        bench.Raise(DeviceEvent.Disconnected());
        Assert.Equal(900u, bench.SleptMillis);
        Assert.Equal(1, bench.Connects);
    }

    [Fact]
    public void A_batch_that_does_not_come_is_not_waited_for_longer_than_two_seconds()
    {
        var bench = new Bench();
        bench.Fog.Welcome = new WelcomeFields { Tasks = 1 };
        var woke = bench.NowMicros;
        bench.Wake().UntilAsleep();
        Assert.Equal(2_000_000, bench.NowMicros - woke);
    }

    [Fact]
    public void State_that_was_lost_or_damaged_starts_from_nothing()
    {
        var bench = new Bench();
        bench.Fog.Add(new TaskFields { Id = TaskFields.IdOf(1) });
        bench.Wake().UntilAsleep();
        Assert.NotEmpty(bench.Flash.Work);

        for (var i = 0; i < bench.Rtc!.Length; i += 5)
        {
            var damaged = (byte[])bench.Rtc.Clone();
            damaged[i] ^= 0x40;
            var flash = new MemoryFlash();
            foreach (var (name, record) in bench.Flash.Records)
                flash.Append(name, record, 0, record.Length);
            SavedState.Load(damaged, bench.Config, flash, out var isKnown);
            Assert.False(isKnown);
            Assert.Empty(flash.Work);
        }

        bench.Rtc = null;
        bench.Wake(WakeCause.PowerOn).UntilAsleep();
        Assert.Empty(bench.Fog.Received.OfType<HelloMessage>().Last().CachedImages);
    }

    [Fact]
    public void Misuse_is_refused()
    {
        var key = new byte[32];
        Assert.Throws<ArgumentException>(() => new DeviceConfig("Lab", "a", key));
        Assert.Throws<ArgumentException>(() => new DeviceConfig("lab", "", key));
        Assert.Throws<ArgumentException>(() => new DeviceConfig("lab", "a", new byte[31]));
        Assert.Throws<ArgumentException>(() => new Bench(c => c.PeriodMillis = 99).Wake());
        Assert.Throws<ArgumentException>(() => new Bench(c => c.DutyPermille = 0).Wake());
    }
}
