using System.Globalization;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Interfaces.Rollouts;
using Fog.Grains.Rules;
using Fog.Simulation.Scheduling;
using Fog.Simulation.Site;

namespace Fog.Simulation.Invariants;

/// <summary>Knows what must hold, sees what happens, and stops the run at the first thing that does not fit.</summary>
internal sealed class Referee(EventLoop loop, EventLog log, bool withoutFaults)
{
    private const int TraceLinesMax = 40;

    private readonly HashSet<Digest> _images = [];
    private readonly Dictionary<string, int> _outcomes = [];
    private readonly Dictionary<string, int> _rollouts = [];
    private FirmwareModel? _firmware;

    public Violation? Violation { get; private set; }

    /// <summary>What the devices run.</summary>
    public FirmwareModel Firmware => _firmware ??= new(this);

    /// <summary>When the devices were switched on; null before.</summary>
    public DateTimeOffset? Began { get; set; }

    /// <summary>Devices that lie.</summary>
    public HashSet<NodeId> Liars { get; } = [];

    public VoteModel Votes { get; } = new();

    public int OutvotedByLiars { get; private set; }

    public IReadOnlyDictionary<string, int> Outcomes => _outcomes;

    public UpdateCounts Updates => new(new SortedDictionary<string, int>(_rollouts, StringComparer.Ordinal), Firmware.Trials, Firmware.Confirmed, Firmware.RolledBack);

    /// <param name="subjects">Whom it concerns, the first one most.</param>
    public void Violated(Invariant invariant, string message, params IReadOnlyList<string> subjects)
    {
        log.Add("violated", invariant.ToString(), message);
        Violation ??= new(invariant, message, loop.Steps, loop.Now - (Began ?? loop.Now), log.Trace(subjects, TraceLinesMax));
    }

    /// <summary>A task is in a node's mailbox since this commit, or no more.</summary>
    public void Mailed(NodeId node, TaskId task, bool waits) => log.Add(waits ? "mail waits" : "mail is done", node.ToString(), task.Hex);

    public void Deployed(Digest image) => _images.Add(image);

    public void Runs(NodeId node, ReadOnlySpan<byte> image)
    {
        var digest = Digest.Of(image);
        if (!_images.Contains(digest))
        {
            Violated(Invariant.DeployedImagesOnly, $"{node} runs image {digest}, which nobody deployed.", node.ToString());
        }
    }

    /// <summary>A rollout has marked a device as confirmed, durably.</summary>
    public void MarkedConfirmed(string release, uint version, string device)
    {
        if (!Firmware.HasConfirmed(device, version))
        {
            Violated(Invariant.ConfirmedIsTrue, $"The rollout of {release} has {device} as confirmed, which has not confirmed it.", $"{SimulatedSite.Name}/{device}");
        }
    }

    /// <summary>A rollout has come to its end, by itself or by hand.</summary>
    public void RolloutEnded(SimulatedRelease release, RolloutView view)
    {
        log.Add("rollout", view.Release, string.Create(CultureInfo.InvariantCulture, $"{view.Phase} {view.Halt}, {view.Confirmed} of {view.Devices} confirmed, {view.Failed} failed, {view.Missing} missing"));
        _rollouts[view.Phase.ToString()] = _rollouts.GetValueOrDefault(view.Phase.ToString()) + 1;
        if (withoutFaults && (view.Phase, view.Confirmed) != (RolloutPhase.Completed, view.Devices))
        {
            Violated(Invariant.AllUpdatedWithoutFaults, $"The rollout of {release.Text} ended as {view.Phase} {view.Halt}, confirmed by {view.Confirmed} of {view.Devices} devices.");
        }
    }

    public void Refused(Call call, FogError error)
    {
        log.Add("refused", call.Id.ToString(), error.ToString());
        Count($"Refused:{error}");
        if (withoutFaults)
        {
            Violated(Invariant.AllAnsweredWithoutFaults, $"{call.Id} was refused ({error}).", call.Id.ToString());
        }
    }

    public void Accepted(Call call, InvocationStatus status)
    {
        log.Add("accepted", call.Id.ToString(), status.TakenBy);
        call.Deadline = status.Deadline;
    }

    /// <summary>Somebody was told a status of an accepted call.</summary>
    public void Told(Call call, InvocationStatus status)
    {
        if (status.Outcome is not { } outcome)
        {
            if (call.Outcome is not null)
            {
                Violated(Invariant.OneOutcome, $"{call.Id} had the outcome {call.Outcome.Error} and is running again.", SubjectsOf(call));
            }

            return;
        }

        if (call.Outcome is { } first)
        {
            if (first.Error != outcome.Error || first.Result?.Digest != outcome.Result?.Digest || first.CompletedAt != outcome.CompletedAt)
            {
                Violated(Invariant.OneOutcome, $"{call.Id} had the outcome {first.Error} {first.Result?.Digest} and has {outcome.Error} {outcome.Result?.Digest} now.", SubjectsOf(call));
            }

            return;
        }

        call.Outcome = outcome;
        log.Add("outcome", call.Id.ToString(), string.Create(CultureInfo.InvariantCulture, $"{outcome.Error} attempt {outcome.Tally.Attempt}, for {outcome.Tally.For} against {outcome.Tally.Against} missing {outcome.Tally.Missing}"));
        Count(outcome.Error == FogError.None ? "Result" : outcome.Error.ToString());
        Judge(call, outcome);
    }

    /// <summary>The deadline is over and the fog has been up for long enough.</summary>
    public void Settle(Call call, InvocationStatus status)
    {
        Told(call, status);
        if (call.Outcome is null)
        {
            Violated(Invariant.OutcomeInTime, $"{call.Id} has no outcome; its deadline was {call.Deadline:HH:mm:ss.fff}.", SubjectsOf(call));
        }
    }

    public void Unknown(Call call) =>
        Violated(Invariant.NothingAcceptedIsLost, $"{call.Id} was accepted and is unknown.", SubjectsOf(call));

    private void Judge(Call call, Outcome outcome)
    {
        if (withoutFaults && outcome.Error != (call.Expected is null ? FogError.FunctionTrapped : FogError.None))
        {
            Violated(Invariant.AllAnsweredWithoutFaults, $"{call.Id} ended as {outcome.Error}: {outcome.Message}", SubjectsOf(call));
        }

        if (outcome.Result is not { } result)
        {
            return;
        }

        if (call.Request.Placement == Placement.Host)
        {
            // One host's word, and it does not lie.
            if (!IsRight(call, outcome, result))
            {
                Violated(Invariant.NoWrongValue, $"{call.Id} has a wrong result from the fog host.", SubjectsOf(call));
            }

            return;
        }

        var task = TaskId.Of(call.Id, outcome.Tally.Attempt);
        var senders = Votes.Behind(call.Id, task, result.Digest);
        int seats = call.Request.Replicas!.Value;
        if (senders.Count < Tally.Majority(seats))
        {
            Violated(
                Invariant.MajoritySentIt,
                $"{call.Id} has {result.Digest} as its result with {senders.Count} of {seats} devices behind it ({string.Join(", ", senders)}); a majority is {Tally.Majority(seats)}.",
                SubjectsOf(call));
        }

        if (IsRight(call, outcome, result))
        {
            return;
        }

        // Each seat behind it needs a liar of its own: who sent it, or made what it was gone on from.
        int liars = Votes.Origins(task, senders).Count(Liars.Contains);
        if (liars >= Tally.Majority(seats) && senders.All(sender => Votes.Origins(task, [sender]).Overlaps(Liars)))
        {
            OutvotedByLiars++;
        }
        else
        {
            Violated(Invariant.NoWrongValue, $"{call.Id} has a wrong result, sent by {string.Join(", ", senders)}, with {liars} liars behind it.", SubjectsOf(call));
        }
    }

    /// <summary>A trap is told from another only by where it happened, which the workload does not know.</summary>
    private static bool IsRight(Call call, Outcome outcome, BlobValue result) =>
        call.Expected is { } expected ? result.Digest == expected : outcome.Error == FogError.FunctionTrapped;

    private string[] SubjectsOf(Call call) => [call.Id.ToString(), .. Enumerable.Range(1, 8).Select(attempt => TaskId.Of(call.Id, attempt).Hex)];

    private void Count(string name) => _outcomes[name] = _outcomes.GetValueOrDefault(name) + 1;
}
