using System.Collections.Frozen;
using System.Reflection;
using Fog.Grains;

namespace Fog.Silo.Host;

/// <summary>Which grains have which state: rows of Orleans' ADO.NET storage name the state, not the grain's type.</summary>
internal static class StateNames
{
    private static readonly FrozenDictionary<string, GrainType> s_types = typeof(FogOptions).Assembly.GetTypes()
        .Where(static type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(Grain)))
        .SelectMany(static type => type.GetConstructors().SelectMany(static made => made.GetParameters()), static (type, parameter) => (type, parameter.GetCustomAttribute<PersistentStateAttribute>()?.StateName))
        .Where(static state => state.StateName is not null)
        .ToFrozenDictionary(static state => state.StateName!, static state => TypeOf(state.type), StringComparer.Ordinal);

    /// <summary>Null: no grain of the fog's has such a state.</summary>
    public static GrainType? GrainTypeOf(string state) => s_types.TryGetValue(state, out var type) ? type : null;

    /// <summary>Orleans' rule for classes that name none.</summary>
    private static GrainType TypeOf(Type grain) => GrainType.Create(grain.Name[..^nameof(Grain).Length].ToLowerInvariant());
}
