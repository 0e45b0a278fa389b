using Fog.Engine.Hosting;
using Fog.Engine.Invocation;
using Fog.Engine.Reminders;
using Fog.Engine.Scheduling;
using Fog.Engine.Storage;
using Fog.Engine.Streams;
using Microsoft.Extensions.Logging;

namespace Fog.Engine.Runtime;

/// <summary>One running engine: the classes, their activations, and what these share.</summary>
internal sealed class FogEngine : IDisposable
{
    private readonly Dictionary<GrainType, GrainClass> _byType = [];
    private IdleCollector? _collector;
    private volatile OrleansMessageRejectionException? _refusal
        = new("The engine has not started: start the host before calling grains.");

    internal FogEngine(IServiceProvider services, FogEngineOptions options, TimeProvider time, IEngineScheduler scheduler, IRecordStore store, ILogger logger)
    {
        Services = services;
        Options = options;
        Time = time;
        Scheduler = scheduler;
        Logger = logger;
        Pending = new PendingCalls(time, options.ResponseTimeout);
        Store = store;
        Commits = new CommitQueue(store, scheduler);
        Reminders = new ReminderService(this);
        Streams = new StreamService(this);
        foreach (var type in options.GrainClasses)
        {
            var grainClass = new GrainClass(this, type);
            if (!_byType.TryAdd(grainClass.GrainType, grainClass))
            {
                throw new ArgumentException($"{type} and {_byType[grainClass.GrainType].Type} have the same grain type '{grainClass.GrainType}': give one a [GrainType].");
            }
        }

        GrainFactory = new GrainFactory(this, Classes);
        CallFilters = options.CallFilters is [] ? null : [.. options.CallFilters.Select(make => make(services))];
    }

    internal IServiceProvider Services { get; }

    internal FogEngineOptions Options { get; }

    internal TimeProvider Time { get; }

    internal IEngineScheduler Scheduler { get; }

    internal ILogger Logger { get; }

    internal PendingCalls Pending { get; }

    internal IRecordStore Store { get; }

    internal CommitQueue Commits { get; }

    internal ReminderService Reminders { get; }

    internal StreamService Streams { get; }

    internal GrainFactory GrainFactory { get; }

    /// <summary>In the order they were added; null without any.</summary>
    internal IReadOnlyList<IIncomingGrainCallFilter>? CallFilters { get; }

    internal IReadOnlyCollection<GrainClass> Classes => _byType.Values;

    /// <summary>Why no grain may be activated now; null while the engine runs.</summary>
    internal OrleansMessageRejectionException? RefusalOfActivations => _refusal;

    internal IEnumerable<Activation> Activations => Classes.SelectMany(static c => c.Activations);

    internal GrainClass? ClassOf(GrainType type) => _byType.GetValueOrDefault(type);

    internal void Start()
    {
        _refusal = null;
        _collector = new IdleCollector(this);
        Reminders.Start();
        Streams.Start();
    }

    /// <summary>Ends every activation, then makes sure that all their writes are durable.</summary>
    internal async Task Stop(CancellationToken cancellation)
    {
        Reminders.Stop();
        Streams.Stop();
        _collector?.Dispose();
        _refusal = new OrleansMessageRejectionException("The engine is stopping.");
        try
        {
            while (Activations.OrderBy(static a => a.GrainId).ToList() is { Count: > 0 } active)
            {
                foreach (var activation in active)
                {
                    activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The engine is stopping."));
                }

                await Task.WhenAll(active.Select(static a => a.Deactivated)).WaitAsync(cancellation);
            }

            await Streams.Settle().WaitAsync(cancellation);
            await Commits.Drain().WaitAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Logger.LogWarning("Stopped with {Count} grains still active: they did not end in time.", Activations.Count());
        }

        Abandon();
    }

    /// <summary>Ends at once, as a crash would: nothing is deactivated, writes not committed are lost.</summary>
    internal void Abandon()
    {
        Reminders.Stop();
        Streams.Stop();
        _collector?.Dispose();
        _refusal = new OrleansMessageRejectionException("The engine has stopped.");
        Commits.Abandon();
        Pending.Dispose();
    }

    /// <summary>After the last turn: closes the store, if it is the engine's own.</summary>
    public void Dispose()
    {
        Abandon();
        if (Options.Store is null)
        {
            Store.Dispose();
        }
    }

    internal void Reject(GrainCall call, Exception reason)
    {
        if (call is OneWayCall)
        {
            Logger.LogDebug(reason, "{Method} of {Grain}, which nobody waits for, was not executed.", call.Method, call.Origin?.GrainId);
        }

        call.Fail(reason);
    }
}
