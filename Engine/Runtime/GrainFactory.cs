using System.Collections.Frozen;
using Fog.Engine.Invocation;

namespace Fog.Engine.Runtime;

internal sealed class GrainFactory : IGrainFactory
{
    private readonly FogEngine _engine;
    private readonly FrozenDictionary<Type, GrainClass[]> _implementations;
    private long _observers;

    internal GrainFactory(FogEngine engine, IEnumerable<GrainClass> classes)
    {
        _engine = engine;
        _implementations = classes
            .SelectMany(grainClass => grainClass.Type.GetInterfaces(), (grainClass, type) => (grainClass, type))
            .Where(pair => typeof(IGrain).IsAssignableFrom(pair.type))
            .GroupBy(pair => pair.type, pair => pair.grainClass)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray());
    }

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        ArgumentException.ThrowIfNullOrEmpty(primaryKey);
        return ReferenceFactory<TGrainInterface>.Create(ClassOf(typeof(TGrainInterface), grainClassNamePrefix).OriginOf(primaryKey));
    }

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        ArgumentNullException.ThrowIfNull(obj);
        if (obj is GrainReference or Grain)
        {
            throw new ArgumentException($"{obj.GetType()} is not an observer object; a grain hands out this.AsReference<{typeof(TGrainObserverInterface).Name}>().", nameof(obj));
        }

        if (obj is not TGrainObserverInterface)
        {
            throw new ArgumentException($"{obj.GetType()} does not implement {typeof(TGrainObserverInterface)}.", nameof(obj));
        }

        var key = Interlocked.Increment(ref _observers).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return ReferenceFactory<TGrainObserverInterface>.Create(new ObserverOrigin(_engine, obj, key));
    }

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        if (obj is not GrainReference { Origin: ObserverOrigin observer })
        {
            throw new ArgumentException("Not a reference from CreateObjectReference.", nameof(obj));
        }

        observer.Delete();
    }

    private GrainClass ClassOf(Type grainInterface, string? classNamePrefix)
    {
        if (!_implementations.TryGetValue(grainInterface, out var classes))
        {
            throw new ArgumentException($"No grain class implements {grainInterface}. Was its assembly given to the engine (FogEngineOptions.AddGrains)?");
        }

        if (classNamePrefix is null && classes is [var only])
        {
            return only;
        }

        var named = Array.FindAll(classes, c => classNamePrefix is not null && c.Type.FullName!.StartsWith(classNamePrefix, StringComparison.Ordinal));
        return named is [var one]
            ? one
            : throw new ArgumentException(
                $"{classes.Length} grain classes implement {grainInterface} ({string.Join(", ", classes.Select(c => c.Type.FullName))}) and the class name prefix '{classNamePrefix}' fits {named.Length} of them.");
    }
}
