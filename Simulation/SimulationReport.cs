namespace Fog.Simulation;

/// <summary>What a run came to.</summary>
/// <param name="Digest">Of every event in order: the same for the same options.</param>
/// <param name="Outcomes">Accepted calls by the name of their outcome (<c>Result</c> or the error), refusals as <c>Refused:NAME</c>.</param>
/// <param name="OutvotedByLiars">Wrong values in votes where liars had the majority of the seats, which no vote can tell.</param>
/// <param name="SeatsFinished">Runs of the fog host that went on from the snapshot of a lost device.</param>
/// <param name="Updates">Of firmware.</param>
/// <param name="StateBytesPerDevice">Managed memory of the run divided by its devices: device, session, grains, records.</param>
/// <param name="Violation">Null: every invariant held.</param>
public sealed record SimulationReport(
    SimulationOptions Options,
    string Digest,
    long Events,
    long Steps,
    long Wakes,
    IReadOnlyDictionary<string, int> Outcomes,
    int OutvotedByLiars,
    int SeatsFinished,
    UpdateCounts Updates,
    IReadOnlyDictionary<string, int> FaultsInjected,
    TimeSpan VirtualTime,
    TimeSpan RealTime,
    long StateBytesPerDevice,
    Violation? Violation)
{
    public double WakesPerSecond => Wakes / RealTime.TotalSeconds;
}

/// <summary>What became of firmware releases on devices.</summary>
/// <param name="Rollouts">By the phase in which they ended.</param>
/// <param name="Trials">Starts on probation, of a release by a device.</param>
public sealed record UpdateCounts(IReadOnlyDictionary<string, int> Rollouts, int Trials, int Confirmed, int RolledBack);

/// <summary>An invariant that did not hold.</summary>
/// <param name="Step">Of the event loop: the same seed gets there again.</param>
/// <param name="After">Virtual time since the devices were switched on.</param>
/// <param name="Trace">The last events that concern it, oldest first.</param>
public sealed record Violation(Invariant Invariant, string Message, long Step, TimeSpan After, IReadOnlyList<string> Trace);

/// <summary>What holds at every moment of every run (docs/architecture.md, "Promises").</summary>
public enum Invariant
{
    /// <summary>Promise 1: an accepted call has an outcome by its deadline, or when the fog is next up after it.</summary>
    OutcomeInTime,

    /// <summary>Promise 1: it has one outcome, the same whenever and however one asks.</summary>
    OneOutcome,

    /// <summary>Promise 1: no accepted call is forgotten.</summary>
    NothingAcceptedIsLost,

    /// <summary>Promise 2: a value won because a majority of the seats sent it, each device counted once.</summary>
    MajoritySentIt,

    /// <summary>Promise 2: a wrong value wins only where liars hold a majority of the seats.</summary>
    NoWrongValue,

    /// <summary>Promise 3: a device runs only images that were deployed.</summary>
    DeployedImagesOnly,

    /// <summary>Promise 3: a device starts only firmware that is signed by a key it knows, and newer than all it has confirmed.</summary>
    SignedFirmwareOnly,

    /// <summary>Promise 4: a release that does not come up is started at most twice, and what ran before runs again.</summary>
    BadUpdateRollsBack,

    /// <summary>Promise 4: such a release goes to no device beyond its rollout's first stage.</summary>
    BadUpdateStops,

    /// <summary>A rollout counts a device as confirmed only when it has confirmed.</summary>
    ConfirmedIsTrue,

    /// <summary>Promise 5: mail leaves a mailbox because its device answered, or its cluster withdrew it.</summary>
    NoMailLost,

    /// <summary>Each term of a cluster has one leader.</summary>
    OneLeaderATerm,

    /// <summary>Each device has at most one seat in a vote.</summary>
    OneSeatADevice,

    /// <summary>Where nothing goes wrong, every call returns its right value.</summary>
    AllAnsweredWithoutFaults,

    /// <summary>Where nothing goes wrong, every device confirms every release.</summary>
    AllUpdatedWithoutFaults,

    /// <summary>A rollout ends or pauses by itself.</summary>
    RolloutEnds,

    /// <summary>All runs in one thread, and nothing throws into the event loop.</summary>
    Determinism,
}
