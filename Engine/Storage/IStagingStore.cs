namespace Fog.Engine.Storage;

/// <summary>A store that can work on a commit before all of its writes are known.</summary>
internal interface IStagingStore : IRecordStore
{
    /// <summary>Applies what <paramref name="batch"/> has so far, without making anything durable: <see cref="IRecordStore.Commit"/> of the same list does, with what was added to it meanwhile.
    /// Commit or staging of another list undoes it, and so does the store's end.</summary>
    /// <remarks>Whatever goes wrong is met again by the commit, and told there.</remarks>
    void Stage(IReadOnlyList<RecordWrite> batch);
}
