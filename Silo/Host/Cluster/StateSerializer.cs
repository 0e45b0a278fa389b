using System.Text.Json;
using Fog.Engine.Storage;
using Orleans.Storage;

namespace Fog.Silo.Host;

/// <summary>The same JSON in either engine's storage.</summary>
internal sealed class StateSerializer : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => BinaryData.FromBytes(StateJson.Write(input));

    public T Deserialize<T>(BinaryData input) => StateJson.Read<T>(input.ToMemory().Span)
        ?? throw new JsonException($"A stored {typeof(T).Name} is null.");
}
