using System.Collections.Immutable;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Functions;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.State;

namespace Fog.Grains.Functions;

/// <summary>Names of a tenant's functions.</summary>
public sealed class FunctionDirectoryGrain : Grain, IFunctionDirectoryGrain
{
    private readonly Durable<DirectoryState> _state;

    public FunctionDirectoryGrain([PersistentState("directory")] IPersistentState<DirectoryState> storage) => _state = new(storage, DeactivateOnIdle);

    public async Task Add(string name)
    {
        FogName.Check(this.GetPrimaryKeyString(), "tenant");
        FogName.Check(name, "function");
        var names = _state.Value.Names;
        if (names.Contains(name))
        {
            return;
        }

        if (names.Length >= GrainLimits.FunctionsMax)
        {
            throw new FogException(FogError.LimitExceeded, $"A tenant has at most {GrainLimits.FunctionsMax} functions.");
        }

        _state.Value = _state.Value with { Names = names.Add(name) };
        await _state.Save();
    }

    public Task<ImmutableArray<string>> List() => Task.FromResult(_state.Value.Names.Sort(StringComparer.Ordinal));
}

[GenerateSerializer, Immutable, Alias("fog.DirectoryState")]
public sealed record DirectoryState
{
    /// <summary>Version of this shape in storage.</summary>
    [Id(0)]
    public int Schema { get; init; } = 1;

    [Id(1)]
    public ImmutableArray<string> Names { get; init; } = [];
}
