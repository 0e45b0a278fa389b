using Fog.Engine.Runtime;
using Fog.Engine.Streams;
using Orleans.Streams;

namespace Orleans;

/// <summary>Streams for grains.</summary>
public static class GrainStreamingExtensions
{
    /// <exception cref="KeyNotFoundException">The engine was not told of such a provider.</exception>
    public static IStreamProvider GetStreamProvider(this IGrainBase grain, string name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new ArgumentNullException(nameof(name));
        }

        var activation = Activation.Of(grain);
        return activation.Engine.Options.StreamProviders.Contains(name)
            ? new StreamProvider(activation, name)
            : throw new KeyNotFoundException($"Stream provider '{name}' not found: add it to the engine (FogEngineOptions.AddStreams).");
    }

    /// <inheritdoc cref="GetStreamProvider(IGrainBase, string)"/>
    public static IStreamProvider GetStreamProvider(this Grain grain, string name) => GetStreamProvider((IGrainBase)grain, name);
}
