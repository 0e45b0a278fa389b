using System.Text.Json;
using Fog.Engine.Storage;
using Orleans.Storage;

namespace Fog.Silo.Host;

/// <summary>The same JSON in either engine's storage.</summary>
internal sealed class StateSerializer : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => BinaryData.FromObjectAsJson(input, StateJson.Options);

    public T Deserialize<T>(BinaryData input) => input.ToObjectFromJson<T>(StateJson.Options)
        ?? throw new JsonException($"A stored {typeof(T).Name} is null.");
}
