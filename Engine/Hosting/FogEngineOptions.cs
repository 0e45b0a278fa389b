using System.Reflection;
using Fog.Engine.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Fog.Engine.Hosting;

/// <summary>How an engine runs. Time comes from the container's <see cref="TimeProvider"/>, order from its <see cref="Scheduling.IEngineScheduler"/>; both have defaults.</summary>
public sealed class FogEngineOptions
{
    private readonly HashSet<Type> _grainClasses = [];
    private readonly List<Func<IServiceProvider, IIncomingGrainCallFilter>> _callFilters = [];
    private readonly List<Func<IServiceProvider, CancellationToken, Task>> _startupTasks = [];

    /// <summary>The SQLite file for states, reminders and streams; its folder is made when missing. Null, the default: memory only.</summary>
    public string? DataFile { get; set; }

    /// <summary>A store to use instead of <see cref="DataFile"/>. It stays its owner's: the engine does not dispose it.</summary>
    public IRecordStore? Store { get; set; }

    /// <summary>How long a caller waits, unless the method says otherwise. Default 30 s, as in Orleans.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an activation may be idle, unless its class says otherwise. Default 15 min, as in Orleans.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Between looks for idle activations. Default 1 min, as in Orleans.</summary>
    public TimeSpan CollectionQuantum { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The shortest period a reminder may have. Default 1 min, as in Orleans; shorter ones are for tests.</summary>
    public TimeSpan MinimumReminderPeriod { get; set; } = TimeSpan.FromMinutes(1);

    internal IReadOnlyList<Func<IServiceProvider, IIncomingGrainCallFilter>> CallFilters => _callFilters;

    internal HashSet<string> StreamProviders { get; } = [];

    internal IReadOnlyCollection<Type> GrainClasses => _grainClasses;

    internal IReadOnlyList<Func<IServiceProvider, CancellationToken, Task>> StartupTasks => _startupTasks;

    /// <summary>Adds every grain class of an assembly.</summary>
    public FogEngineOptions AddGrains(Assembly assembly)
    {
        _grainClasses.UnionWith(assembly.GetTypes().Where(static type => type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false } && typeof(Grain).IsAssignableFrom(type)));
        return this;
    }

    /// <summary>Adds one grain class.</summary>
    public FogEngineOptions AddGrain<TGrain>()
        where TGrain : Grain
    {
        _grainClasses.Add(typeof(TGrain));
        return this;
    }

    /// <summary>Adds a filter around every call that grains take, outside of those added later. One instance; the container's, if it has one.</summary>
    public FogEngineOptions AddIncomingGrainCallFilter<TImplementation>()
        where TImplementation : class, IIncomingGrainCallFilter
    {
        _callFilters.Add(ActivatorUtilities.GetServiceOrCreateInstance<TImplementation>);
        return this;
    }

    /// <summary>Adds a stream provider. All of them keep their streams in the one store.</summary>
    public FogEngineOptions AddStreams(string provider)
    {
        ArgumentException.ThrowIfNullOrEmpty(provider);
        StreamProviders.Add(provider);
        return this;
    }

    /// <summary>Adds a task that runs once grains can be called, before the host counts as started. They run in the order they were added; if one fails, the host does not start.</summary>
    public FogEngineOptions AddStartupTask(Func<IServiceProvider, CancellationToken, Task> task)
    {
        _startupTasks.Add(task);
        return this;
    }
}
