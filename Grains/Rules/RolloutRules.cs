using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Rollouts;
using Fog.Grains.Rollouts;

namespace Fog.Grains.Rules;

/// <summary>How a rollout goes on: pure steps from one state to the next.</summary>
public static class RolloutRules
{
    /// <exception cref="FogException"><see cref="FogError.InvalidRequest"/>.</exception>
    public static void Check(RolloutPolicy policy)
    {
        var stages = policy.Stages;
        bool grow = !stages.IsDefaultOrEmpty && stages.Length <= GrainLimits.RolloutStagesMax && stages[0] >= 1 && stages[^1] <= 1000
            && stages.Zip(stages.Skip(1)).All(static pair => pair.First < pair.Second);
        if (!grow)
        {
            throw new FogException(FogError.InvalidRequest, $"Stages are 1 to {GrainLimits.RolloutStagesMax} growing shares from 0.1% to 100%, as in 5%,25%,100%.");
        }

        if (policy.SuccessPermille is < 1 or > 1000 || policy.PauseOn is < 1 or > GrainLimits.RolloutDevicesMax || policy.MissedWakesMax is < 1 or > 1000)
        {
            throw new FogException(FogError.InvalidRequest, $"Success is a share from 0.1% to 100%, the failures to pause on are 1 to {GrainLimits.RolloutDevicesMax}, the missed wakes 1 to 1000.");
        }
    }

    /// <summary>Another order for each release, so that not always the same devices go first.</summary>
    public static ImmutableArray<string> Order(IEnumerable<string> devices, Digest release) =>
        [.. devices.Distinct().OrderBy(d => Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes($"{release.Hex}/{d}"))), StringComparer.Ordinal)];

    /// <summary>It has no device yet.</summary>
    public static RolloutState Begin(UpdateOffer offer, string release, RolloutPolicy policy, DateTimeOffset now) => new()
    {
        Offer = offer with { Attempt = 1 },
        Release = release,
        Policy = policy,
        StartedAt = now,
    };

    /// <summary>Takes in devices that were not there before: the last ones, in an order of their own.</summary>
    public static RolloutFleet Joined(RolloutFleet fleet, IEnumerable<string> devices, Digest release)
    {
        var known = fleet.Devices.ToHashSet(StringComparer.Ordinal);
        var come = Order(devices.Where(device => !known.Contains(device)), release);
        return come.IsEmpty ? fleet : fleet with { Devices = [.. fleet.Devices.Concat(come).Take(GrainLimits.RolloutDevicesMax)] };
    }

    /// <summary>Has marks for all devices of its fleet.</summary>
    public static RolloutState Joined(RolloutState state, RolloutFleet fleet) => fleet.Devices.Length > state.Marks.Length
        ? Reach(state with { Marks = state.Marks.PadRight(fleet.Devices.Length, RolloutMark.Untouched) })
        : state;

    /// <summary>How many devices the present stage may reach.</summary>
    public static int Quota(RolloutState state) =>
        state.Policy.Stages.IsEmpty ? 0 : (state.Marks.Length * state.Policy.Stages[state.Stage] + 999) / 1000;

    public static int Count(RolloutState state, char mark) => state.Marks.AsSpan().Count(mark);

    public static int Reached(RolloutState state) => state.Marks.Length - Count(state, RolloutMark.Untouched);

    public static RolloutState Halted(RolloutState state, RolloutPhase phase, RolloutHalt halt) => state with { Phase = phase, Halt = halt };

    /// <summary>Goes on with another attempt: those that failed are offered the release again, those missing are waited for again.</summary>
    public static RolloutState Resumed(RolloutState state) => Reach(state with
    {
        Phase = RolloutPhase.Running,
        Halt = RolloutHalt.None,
        Offer = state.Offer! with { Attempt = state.Offer!.Attempt % byte.MaxValue + 1 },
        Marks = state.Marks.Replace(RolloutMark.Failed, RolloutMark.Offered).Replace(RolloutMark.Missing, RolloutMark.Offered),
        FailureCount = 0,
    });

    /// <summary>What a device said. Only its own confirmation, in a session whose hello said the release's version, is a success.</summary>
    /// <param name="index">Of the device in the rollout's fleet; negative: it is not in it.</param>
    public static RolloutState Reported(RolloutState state, int index, string device, UpdateReport report)
    {
        bool counts = IsMarked(state, index) && state.Phase is RolloutPhase.Running or RolloutPhase.Paused && state.Marks[index] is not RolloutMark.Untouched;
        if (!counts || report.Release != state.Offer!.Release)
        {
            return state;
        }

        char mark = report.State switch
        {
            UpdateState.Confirmed => report.RunningVersion == state.Offer.Version ? RolloutMark.Confirmed : state.Marks[index],
            UpdateState.Failed when report.Attempt != state.Offer.Attempt => state.Marks[index], // Of the attempt before.
            UpdateState.Failed => report.Fault is UpdateFault.OtherBoard or UpdateFault.NotNewer or UpdateFault.TooOld ? RolloutMark.NotEligible : RolloutMark.Failed,
            _ => state.Marks[index] == RolloutMark.Missing ? RolloutMark.Offered : state.Marks[index],
        };
        if (mark == state.Marks[index])
        {
            return state;
        }

        bool ended = mark != RolloutMark.Offered;
        state = Marked(state, index, mark) with { SentBytes = state.SentBytes + (ended ? report.SentBytes : 0) };
        return mark == RolloutMark.Failed ? Failed(state, device, report.Fault) : state;
    }

    /// <summary>A device did not come.</summary>
    public static RolloutState Missed(RolloutState state, int index) =>
        IsMarked(state, index) && state.Marks[index] == RolloutMark.Offered ? Marked(state, index, RolloutMark.Missing) : state;

    private static bool IsMarked(RolloutState state, int index) => index >= 0 && index < state.Marks.Length;

    /// <summary>Pauses, goes on to the next stage, or completes, when it is time to.</summary>
    public static RolloutState Judged(RolloutState state)
    {
        if (state.Phase != RolloutPhase.Running)
        {
            return state;
        }

        int confirmed = Count(state, RolloutMark.Confirmed);
        int failed = Count(state, RolloutMark.Failed);
        int underWay = Count(state, RolloutMark.Offered);
        int needed = ((confirmed + failed + underWay) * state.Policy.SuccessPermille + 999) / 1000;
        if (state.FailureCount >= state.Policy.PauseOn)
        {
            return Halted(state, RolloutPhase.Paused, RolloutHalt.Failures);
        }

        if (confirmed + underWay < needed || (underWay + confirmed + failed == 0 && Count(state, RolloutMark.Missing) > 0))
        {
            return Halted(state, RolloutPhase.Paused, RolloutHalt.SuccessUnreachable);
        }

        if (underWay > 0)
        {
            return state;
        }

        return state.Stage + 1 < state.Policy.Stages.Length
            ? Judged(Reach(state with { Stage = state.Stage + 1 }))
            : Halted(state, RolloutPhase.Completed, RolloutHalt.None);
    }

    private static RolloutState Reach(RolloutState state)
    {
        int quota = Quota(state);
        return state with { Marks = state.Marks[..quota].Replace(RolloutMark.Untouched, RolloutMark.Offered) + state.Marks[quota..] };
    }

    private static RolloutState Marked(RolloutState state, int index, char mark) =>
        state with { Marks = state.Marks[..index] + mark + state.Marks[(index + 1)..] };

    private static RolloutState Failed(RolloutState state, string device, UpdateFault fault)
    {
        var failures = state.Failures.Add(new(device, fault, state.Offer!.Attempt));
        state = state with
        {
            FailureCount = state.FailureCount + 1,
            Failures = failures.Length > GrainLimits.RolloutFailuresMax ? failures.RemoveAt(0) : failures,
        };
        return fault is UpdateFault.WrongSignature or UpdateFault.WrongImage or UpdateFault.TooLarge
            ? Halted(state, RolloutPhase.Aborted, RolloutHalt.ReleaseUnacceptable)
            : state;
    }
}
