using System.Collections.Immutable;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Rules;
using Fog.Grains.State;
using Microsoft.Extensions.Logging;

namespace Fog.Grains.Nodes;

/// <summary>Wakes: a hello opens a pending session and changes nothing; the first message under its key confirms it; <c>sleep</c> ends it
/// with the one write of the wake.</summary>
public sealed partial class NodeGrain
{
    private Session? _pending;
    private Session? _confirmed;
    private IGrainTimer? _silence;
    private DateTimeOffset _reportedAt;

    public Task<HelloReply> Hello(HelloRequest request)
    {
        byte[] key = IsEnrolled ? OpenKey() : [];
        return Task.FromResult(Refusal(request, key) is { } refusal and not HelloRefusal.None
            ? Refused(refusal)
            : new HelloReply(HelloRefusal.None, Open(request, key)));
    }

    public async Task Receive(SessionRef session, Uplink message)
    {
        if (session.Epoch < _state.Value.Epoch)
        {
            return; // Of a session before the one confirmed last.
        }

        if (!IsEnrolled)
        {
            EndWithoutSession(); // Revoked: its proxy will know.
            return;
        }

        bool isOver = session.Epoch == _state.Value.Epoch && _state.Value.Asleep;
        bool isNew = !isOver && _confirmed?.Epoch != session.Epoch;
        if (isNew)
        {
            Confirm(session);
        }

        if (!isOver)
        {
            _state.Value = _state.Value with { LastSeen = Now };
            KeepForWake();
        }

        switch (message)
        {
            case ResultUplink result:
                await Answer(result, session);
                break;
            case SnapshotUplink snapshot:
                await Take(snapshot, session);
                break;
            case ValueUplink value:
                await Answer(value);
                await Take(value, session);
                break;
            case KeepaliveUplink:
                break; // A sign of life. Its heap is what a running task leaves, not what the next one may have.
            case SleepUplink sleep when !isOver:
                await Sleep(sleep);
                return;
            case UpdateUplink update:
                await Report(update, session);
                break;
            case UpdateSentUplink sent:
                Count(sent);
                break;
            case LogUplink log:
                Note(log);
                break;
        }

        if (isNew || (!isOver && Now - _reportedAt >= _options.Liveness.GraceMin / 3))
        {
            await ReportPresence(awake: true);
        }
    }

    public async Task Dropped(long epoch)
    {
        _pending = _pending?.Epoch == epoch ? null : _pending;
        _confirmed = _confirmed?.Epoch == epoch ? null : _confirmed;
        await Commit();
    }

    private HelloRefusal Refusal(HelloRequest request, byte[] key) =>
        !IsEnrolled ? HelloRefusal.UnknownDevice
        : !SessionKey.IsTagged(key, request.Authenticated.AsSpan(), request.Tag.AsSpan()) ? HelloRefusal.WrongTag
        : request.Epoch <= LatestEpoch ? HelloRefusal.StaleEpoch
        : HelloRefusal.None;

    private HelloReply Refused(HelloRefusal refusal)
    {
        EndWithoutSession();
        return new(refusal, null, refusal == HelloRefusal.StaleEpoch ? LatestEpoch : 0);
    }

    private long LatestEpoch => Math.Max(_state.Value.Epoch, _pending?.Epoch ?? 0);

    private SessionOpened Open(HelloRequest request, byte[] key)
    {
        var nonce = new byte[SessionKey.NonceBytes];
        _random.Fill(nonce);
        var state = _state.Value;
        _pending = SessionOf(request.Epoch, request.Link, request.Facts, [.. state.Stops]);
        KeepForWake();
        return new(
            SessionKey.Derive(key, _id, request.Facts.DeviceNonce.AsSpan(), nonce),
            [.. nonce],
            Now,
            _pending.Sleep,
            _options.AwakeLimit,
            state.Membership?.Cluster.Name ?? "",
            state.Membership?.Term ?? 0,
            _pending.LeadsTerm is not null,
            Mailbox.Batch(state, Now));
    }

    private Session SessionOf(long epoch, IDeviceLink link, HelloFacts facts, ImmutableArray<TaskId> stops)
    {
        var membership = _state.Value.Membership;
        var cycle = CycleOf(facts);

        // Until it has a cluster its slots are its own: a fleet that was switched on together must not come back in one moment.
        var offset = membership?.WakeOffset ?? WakeSchedule.Offset(cycle.Period, 0, 1, WakeSchedule.Phase(_id.Name));
        var sleep = WakeSchedule.SleepAfter(Now, cycle, offset);
        return new(epoch, link, facts, sleep, membership is { Leader: true } ? membership.Term : null, stops);
    }

    private void Confirm(SessionRef reference)
    {
        bool isKnown = _pending?.Epoch == reference.Epoch;

        // Without its hello nobody knows what its welcome said, and a later term is dropped by the device: own topic, then.
        var session = isKnown ? _pending! : SessionOf(reference.Epoch, reference.Link, reference.Facts, []) with { LeadsTerm = null };
        if (_pending?.Epoch <= reference.Epoch)
        {
            _pending = null;
        }

        var state = _state.Value;
        if (reference.Epoch > state.Epoch)
        {
            var facts = reference.Facts;
            var cycle = CycleOf(facts);
            _state.Value = Mailbox.Sent(state) with
            {
                Epoch = reference.Epoch,
                Asleep = false,
                Facts = new(cycle, facts.FirmwareVersion, facts.BatteryMillivolts, HeapOf(facts, state.Facts), facts.FuelPerSecond, Within(facts.ConnectBackoff, GrainLimits.ConnectBackoffMax)),
                ClockError = Liveness.LearnClockError(state.ClockError, Within(facts.ClockError, cycle.Period)),
                NextWake = Now + WakeSchedule.Window(cycle) + session.Sleep,
            };
        }

        _confirmed = session;
        if (!isKnown)
        {
            // This activation did not see its hello, so mail may have come since that batch.
            Deliver(session, Mailbox.Batch(_state.Value, Now));
        }
    }

    private async Task Answer(ResultUplink result, SessionRef session)
    {
        var order = Mailbox.Find(_state.Value, result.Task)?.Order;
        var cluster = order?.Cluster ?? _state.Value.Membership?.Cluster;
        var receipt = cluster is { } id ? await Cluster(id).Vote(_id, Mailbox.Vote(result, order?.Task.Snapshot, _options.Energy)) : default;

        // The vote is durable there, so losing this change costs the device a repeat at worst: it is written with the sleep.
        _state.Value = receipt.Keep ? Mailbox.Voted(_state.Value, result.Task) : Mailbox.Done(_state.Value, result.Task);
        session.Link.Deliver(_id, session.Epoch, [new AcceptedDownlink(result.Task, receipt.Keep)]);
    }

    private async Task Answer(ValueUplink value)
    {
        foreach (var fetch in _state.Value.Fetches.Where(f => f.Digest == value.Digest))
        {
            await Cluster(fetch.Cluster).ValueStored(_id, fetch.Task, value.Found);
            _state.Value = _state.Value with { Fetches = _state.Value.Fetches.Remove(fetch) };
        }
    }

    private void Note(LogUplink log)
    {
        if (_lines.Admit(log.Text) is { } text)
        {
            _logger.Log(LevelOf(log.Level), "Device {Node}: {Text}", _id, text);
        }
    }

    private async Task Sleep(SleepUplink sleep)
    {
        var state = _state.Value;
        var session = _confirmed!;
        var delivered = session.Stops;
        _state.Value = state with
        {
            Asleep = true,
            NextWake = Now + Within(sleep.Sleep, CycleOf(session.Facts).Period * GrainLimits.SleepPeriodsMax),
            Facts = state.Facts! with { BatteryMillivolts = sleep.BatteryMillivolts },
            Stops = state.Stops.RemoveAll(delivered.Contains),
            Energy = IsBelievable(sleep.Spent) ? Energy.Record(state.Energy, DateOnly.FromDateTime(Now.UtcDateTime), sleep.Spent, _options.Energy) : state.Energy,
        };
        _confirmed = null;
        _pending = null; // A repeated hello of this wake; the next wake's comes later.
        try
        {
            await ReportPresence(awake: false);
        }
        finally
        {
            await Commit();
        }
    }

    /// <summary>Tells the cluster, or asks for one. The answer may be news of the membership.</summary>
    private async Task ReportPresence(bool awake)
    {
        _reportedAt = Now;
        if (awake && _confirmed is { } session)
        {
            // Awake, it says something or sleeps within the time that its keepalives leave.
            var quiet = WakeSchedule.Window(CycleOf(session.Facts)) + session.Sleep;
            _state.Value = _state.Value with { NextWake = Now + (quiet > _options.AwakeLimit ? quiet : _options.AwakeLimit) };
        }

        var state = _state.Value;
        var facts = state.Facts!;
        var candidate = new Candidate(_id, facts.DutyCycle, state.LastSeen!.Value, state.NextWake!.Value, facts.FreeHeapBytes, facts.FuelPerSecond);
        if (state.Membership is { } told)
        {
            var membership = await Cluster(told.Cluster).Report(new(candidate, awake, state.ClockError, facts.ConnectBackoff));
            if (membership is not null || _state.Value.Membership?.Version == told.Version)
            {
                Adopt(membership);
            }
        }

        if (_state.Value.Membership is null)
        {
            await GrainFactory.GetGrain<IDispatcherGrain>(_id.Site).Join(candidate);
        }
    }

    private void Push(Func<Session, Downlink> message)
    {
        foreach (var session in new[] { _confirmed, _pending })
        {
            if (session is not null)
            {
                Deliver(session, [message(session)]);
            }
        }
    }

    private void Deliver(Session session, ImmutableArray<Downlink> batch)
    {
        if (batch.Length > 0)
        {
            _state.Value = Mailbox.Sent(_state.Value);
            session.Link.Deliver(_id, session.Epoch, batch);
        }
    }

    /// <summary>Keeps the activation while its device is awake, and gives the session up after a silence.</summary>
    private void KeepForWake()
    {
        var cycle = (_confirmed ?? _pending)?.Facts is { } facts ? CycleOf(facts) : default;
        var silence = WakeSchedule.Window(cycle) + _options.SilenceMax;
        DelayDeactivation(silence);
        _silence ??= this.RegisterGrainTimer(
            static (self, _) => self.GiveUp(),
            this,
            new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true });
        _silence.Change(silence, Timeout.InfiniteTimeSpan);
    }

    private Task GiveUp()
    {
        _pending = null;
        _confirmed = null;
        return Commit();
    }

    private IClusterGrain Cluster(ClusterId cluster) => GrainFactory.GetGrain<IClusterGrain>(cluster.ToString());

    private static DutyCycle CycleOf(HelloFacts facts) => new(
        facts.DutyCycle.Period < GrainLimits.PeriodMin ? GrainLimits.PeriodMin : Within(facts.DutyCycle.Period, GrainLimits.PeriodMax),
        Math.Clamp(facts.DutyCycle.ListenPermille, 1, 1000));

    /// <summary>A device that reconnects in the middle of a task reports what that task leaves; between two starts its heap is the most it ever said.</summary>
    private static long HeapOf(HelloFacts hello, DeviceFacts? known) =>
        known is not null && hello.WakeCause == WakeCause.Timer && hello.FirmwareVersion == known.FirmwareVersion
            ? Math.Max(hello.FreeHeapBytes, known.FreeHeapBytes)
            : hello.FreeHeapBytes;

    private static TimeSpan Within(TimeSpan value, TimeSpan max) => value.Duration() > max ? max : value;

    /// <summary>A device that claims impossible times is not booked.</summary>
    private static bool IsBelievable(StateIntervals spent)
    {
        TimeSpan[] all = [spent.Connect, spent.Idle, spent.Receive, spent.Execute, spent.Transmit, spent.Sleep];
        return all.All(static s => s >= TimeSpan.Zero && s <= GrainLimits.IntervalMax);
    }

    private static LogLevel LevelOf(int level) => level switch
    {
        0 => LogLevel.Debug,
        1 => LogLevel.Information,
        2 => LogLevel.Warning,
        _ => LogLevel.Error,
    };
}
