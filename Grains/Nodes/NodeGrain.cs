using System.Collections.Immutable;
using System.Security.Cryptography;
using Fog.Grains.Events;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Events;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Rules;
using Fog.Grains.Secrets;
using Fog.Grains.State;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Fog.Grains.Nodes;

/// <summary>Durable mailbox and ledger of one device; its sessions are in NodeGrain.Sessions.cs.</summary>
/// <remarks>Reentrant, since its cluster calls back. Without a session it ends as soon as it has done what it was called for.</remarks>
[Reentrant]
public sealed partial class NodeGrain : Grain, INodeGrain
{
    private readonly Durable<NodeState> _state;
    private readonly FogOptions _options;
    private readonly TimeProvider _clock;
    private readonly IRandomSource _random;
    private readonly ILogger _logger;
    private readonly MinuteLog _lines;
    private readonly Vault _vault;
    private NodeId _id;

    public NodeGrain(
        [PersistentState("node")] IPersistentState<NodeState> storage, FogOptions options, TimeProvider clock, IRandomSource random, ILogger<NodeGrain> logger, Vault vault)
    {
        _state = new(storage, DeactivateOnIdle);
        _options = options;
        _clock = clock;
        _random = random;
        _logger = logger;
        _lines = new(clock);
        _vault = vault;
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = NodeId.Parse(this.GetPrimaryKeyString());
        if (_state.Value.PlainKey is { } plain)
        {
            SealKey(plain.AsSpan()); // Stored with whatever is written next.
        }

        return Task.CompletedTask;
    }

    public async Task<Enrolment> Enrol()
    {
        EndSessions();
        var key = new byte[SessionKey.DeviceKeyBytes];
        _random.Fill(key);
        SealKey(key);
        await Commit();
        return new(_id, [.. key]);
    }

    public async Task Revoke()
    {
        RequireEnrolled();
        EndSessions();
        _state.Value = _state.Value with { Key = [] };
        await Commit();
    }

    public Task<bool> Admit(ImmutableArray<byte> secret)
    {
        bool isDevice = IsEnrolled && CryptographicOperations.FixedTimeEquals(MqttSecret.Of(OpenKey(), _id), secret.AsSpan());
        if (!isDevice)
        {
            EndWithoutSession(); // Else its hello comes next.
        }

        return Task.FromResult(isDevice);
    }

    public async Task RateExceeded()
    {
        await SiteStream.Of(this, _id.Site).OnNextAsync(SiteEvent.RateExceeded(Now, _id));
        EndWithoutSession();
    }

    public async Task Reseal()
    {
        if (IsEnrolled && !_vault.IsCurrent(_state.Value.Key.AsSpan()))
        {
            SealKey(OpenKey());
        }

        await Commit();
    }

    public async Task Assign(Membership membership)
    {
        Adopt(membership);
        await Commit();
    }

    public async Task Enqueue(SeatOrder order)
    {
        _state.Value = Mailbox.Expire(_state.Value, Now);
        bool isNew = Mailbox.Find(_state.Value, order.Task.Id) is null;
        if (isNew && _state.Value.Tasks.Length >= GrainLimits.TasksMax)
        {
            EndWithoutSession();
            throw new FogException(FogError.LimitExceeded, $"{GrainLimits.TasksMax} tasks wait for device {_id} already.");
        }

        _state.Value = Mailbox.Put(_state.Value, order);
        await Commit();
        if (isNew)
        {
            Push(session => Mailbox.Message(order, _state.Value.Membership, session == _confirmed ? session.LeadsTerm : null));
        }
    }

    public async Task Withdraw(TaskId task)
    {
        _state.Value = Mailbox.Withdraw(_state.Value, task);
        await Commit();
        if (_state.Value.Stops.Contains(task))
        {
            Push(_ => new StopDownlink(task));
        }
    }

    public async Task Fetch(TaskId task, Digest digest, int sizeBytes)
    {
        if (_state.Value.Membership is { } membership)
        {
            _state.Value = Mailbox.Put(_state.Value, new FetchMail(task, membership.Cluster, digest, sizeBytes));
        }

        await Commit();
        Push(_ => new FetchDownlink(digest, sizeBytes));
    }

    public async Task<NodeView> Describe()
    {
        RequireEnrolled();
        await Commit();
        var state = _state.Value;
        return new(
            _id,
            state.Membership?.Cluster,
            state.Membership?.Leader ?? false,
            Presence(state),
            state.Facts?.DutyCycle ?? default,
            state.Facts?.FirmwareVersion ?? 0,
            state.Facts?.BatteryMillivolts ?? 0,
            state.LastSeen,
            state.NextWake,
            state.Tasks.Length + state.Fetches.Length + state.Stops.Length + (state.Update is null ? 0 : 1),
            Energy.View(state.Energy, _options.Energy));
    }

    private DateTimeOffset Now => _clock.GetUtcNow();

    private bool IsEnrolled => _state.Value.Key.Length > 0;

    private string KeyOwner => $"device key of {_id}";

    private byte[] OpenKey() => _vault.Open(_state.Value.Key.AsSpan(), KeyOwner);

    private void SealKey(ReadOnlySpan<byte> key) => _state.Value = _state.Value with { Key = _vault.Seal(key, KeyOwner), PlainKey = null };

    private void RequireEnrolled()
    {
        if (!IsEnrolled)
        {
            DeactivateOnIdle();
            throw new FogException(FogError.UnknownDevice, $"No device '{_id.Name}' is enrolled: enrol it first.");
        }
    }

    /// <summary>Whatever a proxy still holds of the former key's sessions is of the past from here on.</summary>
    private void EndSessions()
    {
        if (IsEnrolled)
        {
            _state.Value = _state.Value with { Epoch = LatestEpoch + 1, Asleep = true };
        }

        _pending = null;
        _confirmed = null;
    }

    private NodePresence Presence(NodeState state) => state is { Facts: { } facts, NextWake: { } wake }
        ? Liveness.Presence(
            !state.Asleep,
            wake,
            Liveness.Grace(facts.DutyCycle.Period, state.ClockError, facts.ConnectBackoff, _options.Liveness),
            default,
            Now,
            _options.Liveness)
        : NodePresence.New;

    private void Adopt(Membership? membership)
    {
        if (membership is null || membership.Version > (_state.Value.Membership?.Version ?? 0))
        {
            _state.Value = _state.Value with { Membership = membership };
        }
    }

    private async Task Commit()
    {
        await _state.Save();
        EndWithoutSession();
    }

    private void EndWithoutSession()
    {
        if (_confirmed is null && _pending is null)
        {
            DeactivateOnIdle();
        }
    }
}
