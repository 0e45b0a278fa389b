using Orleans.Core;

namespace Orleans.Runtime;

/// <summary>State that outlives its activation: read before OnActivateAsync, written when the grain says so.</summary>
public interface IPersistentState<TState> : IStorage<TState>
{
}

/// <summary>Marks a constructor parameter of type <see cref="IPersistentState{TState}"/>.</summary>
/// <param name="stateName">The record's name within the grain.</param>
/// <param name="storageName">The storage provider of the Orleans flavour. The embedded engine has one store for all names.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public class PersistentStateAttribute(string stateName, string? storageName = null) : Attribute
{
    public string StateName { get; } = stateName;

    public string? StorageName { get; } = storageName;
}
