namespace Fog.Engine.Storage;

/// <summary>Values are stored: never renumbered.</summary>
public enum RecordKind : byte
{
    State = 1,
    Reminder = 2,
    /// <summary>An item of a stream; "grain" is the stream, the name its sequence number.</summary>
    StreamItem = 3,
    /// <summary>A grain's subscription to a stream; "grain" is the stream, the name the subscription's id.</summary>
    StreamSubscription = 4,
    /// <summary>A record of the program around the engine, which no grain owns; see <see cref="Hosting.EngineRecords"/>.</summary>
    Host = 5,
}

/// <summary>Encodings of a record's body.</summary>
public static class RecordFormat
{
    /// <summary>UTF-8 JSON of the state object, by <see cref="StateJson"/>.</summary>
    public const int Json = 1;

    /// <summary>As its owner encodes it.</summary>
    public const int Owner = 2;
}
