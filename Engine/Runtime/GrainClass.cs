using System.Collections.Concurrent;
using System.Reflection;
using Fog.Engine.Invocation;
using Orleans.Concurrency;

namespace Fog.Engine.Runtime;

/// <summary>A class of grains and its activations.</summary>
internal sealed class GrainClass
{
    private readonly ConcurrentDictionary<string, Activation> _activations = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, WorkerGroup>? _workers;
    private readonly GrainConstructor _constructor;
    private readonly int _workersMax;
    private long _activated;

    /// <exception cref="ArgumentException">The class cannot be a grain.</exception>
    internal GrainClass(FogEngine engine, Type type)
    {
        Engine = engine;
        Type = type;
        _constructor = new GrainConstructor(type);
        var name = type.GetCustomAttribute<GrainTypeAttribute>()?.Name ?? DefaultName(type);
        if (name.Contains('/'))
        {
            throw new ArgumentException($"The grain type '{name}' of {type} contains '/', which separates type and key.");
        }

        GrainType = GrainType.Create(name);
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute));
        CollectionAge = type.IsDefined(typeof(KeepAliveAttribute))
            ? Timeout.InfiniteTimeSpan
            : type.GetCustomAttribute<CollectionAgeLimitAttribute>()?.AgeLimit ?? engine.Options.CollectionAge;
        if (type.GetCustomAttribute<StatelessWorkerAttribute>() is { } stateless)
        {
            _workersMax = stateless.MaxLocalWorkers;
            _workers = new ConcurrentDictionary<string, WorkerGroup>(StringComparer.Ordinal);
        }
    }

    internal FogEngine Engine { get; }

    internal Type Type { get; }

    internal GrainType GrainType { get; }

    internal bool IsReentrant { get; }

    internal TimeSpan CollectionAge { get; }

    /// <summary>How many activations there have been since the engine started.</summary>
    internal long ActivatedCount => Volatile.Read(ref _activated);

    internal IEnumerable<Activation> Activations
        => _workers is null ? _activations.Values : _workers.Values.SelectMany(static group => group.Members);

    internal GrainOrigin OriginOf(string key) => new(this, key);

    internal object Construct(Activation activation) => _constructor.Construct(activation);

    /// <summary>Sends a call to the grain's activation, which it makes if there is none.</summary>
    /// <returns>Where later calls may go directly; null when they must come here.</returns>
    internal Activation? Dispatch(string key, GrainCall call)
    {
        if (_workers is not null)
        {
            if (Engine.RefusalOfActivations is { } stopped)
            {
                Engine.Reject(call, stopped);
                return null;
            }

            var group = _workers.GetOrAdd(key, static (_, self) => new WorkerGroup(self._workersMax), this);
            group.Pick(this, key).Enqueue(call);
            return null;
        }

        if (!_activations.TryGetValue(key, out var activation))
        {
            if (Engine.RefusalOfActivations is { } stopped)
            {
                Engine.Reject(call, stopped);
                return null;
            }

            var made = new Activation(this, key, null);
            activation = _activations.GetOrAdd(key, made);
            if (ReferenceEquals(activation, made))
            {
                Interlocked.Increment(ref _activated);
            }
        }

        activation.Enqueue(call);
        return activation;
    }

    internal Activation NewWorker(string key, WorkerGroup group)
    {
        Interlocked.Increment(ref _activated);
        return new Activation(this, key, group);
    }

    internal void Remove(Activation activation, WorkerGroup? group)
    {
        if (group is null)
        {
            _activations.TryRemove(new KeyValuePair<string, Activation>(activation.Key, activation));
        }
        else
        {
            group.Remove(activation);
        }
    }

    private static string DefaultName(Type type)
    {
        var name = type.Name.ToLowerInvariant();
        return name.EndsWith("grain", StringComparison.Ordinal) && name.Length > 5 ? name[..^5] : name;
    }
}
