using System.Collections.Immutable;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Functions;
using Fog.Grains.Interfaces.Ids;

namespace Fog.Grains.Functions;

/// <summary>Names of a tenant's functions.</summary>
public sealed class FunctionDirectoryGrain([PersistentState("directory")] IPersistentState<DirectoryState> storage) : Grain, IFunctionDirectoryGrain
{
    public async Task Add(string name)
    {
        FogName.Check(this.GetPrimaryKeyString(), "tenant");
        FogName.Check(name, "function");
        var names = storage.State.Names;
        if (names.Contains(name))
        {
            return;
        }

        if (names.Length >= GrainLimits.FunctionsMax)
        {
            throw new FogException(FogError.LimitExceeded, $"A tenant has at most {GrainLimits.FunctionsMax} functions.");
        }

        storage.State = storage.State with { Names = names.Add(name) };
        await storage.WriteStateAsync();
    }

    public Task<ImmutableArray<string>> List() => Task.FromResult(storage.State.Names.Sort(StringComparer.Ordinal));
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
