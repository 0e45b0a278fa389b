using System.Collections.Immutable;

namespace Fog.Grains.Interfaces.Events;

/// <summary>The latest events of a site, numbered from 1 without gaps. Key: the site.</summary>
[Alias("fog.IJournalGrain")]
public interface IJournalGrain : IGrainWithStringKey
{
    /// <summary>On return the site's events come here, and go on coming after every restart.</summary>
    [Alias("Open"), ResponseTimeout(GrainCalls.Timeout)]
    Task Open();

    /// <summary>On return an effect is among the site's events. A second time it is known by its call and its place there, as long as it is kept.</summary>
    [Alias("Keep"), ResponseTimeout(GrainCalls.Timeout)]
    Task Keep(SiteEvent happened);

    /// <summary>The kept events with numbers above <paramref name="after"/>, oldest first; all of them when it is a number of the future, seen before the journal began anew.</summary>
    [Alias("Read")]
    Task<ImmutableArray<JournalEntry>> Read(long after);

    /// <summary>Calls back with every new entry until the observer vanishes; again is harmless, and needed after a silence: an activation that went away has forgotten it.</summary>
    [Alias("Watch")]
    Task Watch(IJournalObserver observer);

    [Alias("Unwatch")]
    Task Unwatch(IJournalObserver observer);
}

public interface IJournalObserver : IGrainObserver
{
    /// <summary>There are new entries to read.</summary>
    [Alias("Grew")]
    void Grew();
}

/// <param name="Number">From 1, each one more than the last.</param>
/// <param name="Token">Place in the site's stream: an event that comes a second time has the same. 0: it did not come by the stream.</param>
[GenerateSerializer, Immutable, Alias("fog.JournalEntry")]
public sealed record JournalEntry(long Number, long Token, SiteEvent Event);
