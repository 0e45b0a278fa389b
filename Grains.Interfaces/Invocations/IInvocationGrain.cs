using System.Collections.Immutable;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Ids;
using Orleans.Concurrency;

namespace Fog.Grains.Interfaces.Invocations;

/// <summary>One call: accepted once, one outcome. Key: <see cref="InvocationId"/>.</summary>
[Alias("fog.IInvocationGrain")]
public interface IInvocationGrain : IGrainWithStringKey
{
    /// <summary>Accepts the call: on return it is durable and dispatched, and will have exactly one outcome. The same request again returns its status.</summary>
    /// <exception cref="FogException">Refused at once, by name; <see cref="FogError.IdempotencyConflict"/>: the key names another request.</exception>
    [Alias("Start")]
    Task<InvocationStatus> Start(InvocationRequest request);

    /// <exception cref="FogException"><see cref="FogError.UnknownInvocation"/>.</exception>
    [Alias("Describe")]
    Task<InvocationStatus> Describe();

    /// <summary>The canonical result as JSON, once it completed without error.</summary>
    [Alias("ResultJson")]
    Task<string> ResultJson();

    /// <summary>Votes so far, for those who watch. Not durable.</summary>
    [Alias("Progress"), OneWay]
    Task Progress(TallyView tally);

    /// <summary>The outcome; the first one counts.</summary>
    [Alias("Complete"), ResponseTimeout(GrainCalls.Timeout)]
    Task Complete(Outcome outcome);

    /// <summary>Forgets a call whose outcome was kept for long enough.</summary>
    /// <returns>When to ask again; null: nothing is kept here.</returns>
    [Alias("Expire"), ResponseTimeout(GrainCalls.Timeout)]
    Task<DateTimeOffset?> Expire();

    /// <summary>Calls back with every change until it completes or the observer vanishes; at once with the present status.</summary>
    [Alias("Watch")]
    Task Watch(IInvocationObserver observer);

    [Alias("Unwatch")]
    Task Unwatch(IInvocationObserver observer);
}

public interface IInvocationObserver : IGrainObserver
{
    [Alias("Changed")]
    void Changed(InvocationStatus status);
}

/// <param name="ArgumentsJson">A JSON array, at most 1 MiB.</param>
/// <param name="Replicas">Odd, 1 to 7; null: the function's own default.</param>
/// <param name="Timeout">From acceptance to the deadline; 1 s to 24 h.</param>
/// <param name="Module">Which version of the function; null: the current one.</param>
/// <param name="ContinuationsSpent">Calls that may not follow from this one any more, of those that may follow from one; 0 for a call of somebody's own.</param>
/// <param name="Device">Name of the one device of the site that is to run it, without a vote; null: a cluster, or a host.</param>
[GenerateSerializer, Immutable, Alias("fog.InvocationRequest")]
public sealed record InvocationRequest(
    FunctionId Function,
    string Site,
    string ArgumentsJson,
    int? Replicas,
    TimeSpan Timeout,
    Placement Placement,
    Digest? Module = null,
    int ContinuationsSpent = 0,
    string? Device = null);

public enum InvocationPhase : byte
{
    Running = 0,
    Completed = 1,
    Failed = 2,
}

/// <param name="Outcome">Null while running.</param>
/// <param name="TakenBy">Key of the cluster or host that has it.</param>
[GenerateSerializer, Immutable, Alias("fog.InvocationStatus")]
public sealed record InvocationStatus(
    InvocationId Invocation,
    FunctionId Function,
    InvocationPhase Phase,
    DateTimeOffset AcceptedAt,
    DateTimeOffset Deadline,
    string TakenBy,
    TallyView Tally,
    Outcome? Outcome);

/// <summary>State of a vote.</summary>
/// <param name="For">Seats that gave the winning value (while open: the most frequent one).</param>
/// <param name="Against">Seats that gave another value, or could not run it.</param>
/// <param name="Missing">Seats that have not answered.</param>
/// <param name="Attempt">From 1; more after a re-dispatch.</param>
/// <param name="Dissenters">Who is in <paramref name="Against"/>.</param>
[GenerateSerializer, Immutable, Alias("fog.TallyView")]
public sealed record TallyView(int Seats, int For, int Against, int Missing, int Attempt, ImmutableArray<NodeId> Dissenters);

/// <param name="Error"><see cref="FogError.None"/> with a result, else the reason.</param>
/// <param name="Message">One sentence; empty without error.</param>
/// <param name="Result">The canonical result; with <see cref="FogError.None"/> and <see cref="FogError.FunctionTrapped"/> only.</param>
/// <param name="FuelUsed">By one run.</param>
/// <param name="Joules">Over all seats that answered.</param>
/// <param name="AlwaysOnJoules">What those devices would have used from acceptance to outcome, had they never slept.</param>
[GenerateSerializer, Immutable, Alias("fog.Outcome")]
public sealed record Outcome(
    FogError Error,
    string Message,
    BlobValue? Result,
    TallyView Tally,
    long FuelUsed,
    double Joules,
    double AlwaysOnJoules,
    DateTimeOffset CompletedAt);
