namespace Fog.Engine.Runtime;

/// <summary>Something to do in a turn. Items link themselves, so that queueing one allocates nothing.</summary>
public abstract class WorkItem
{
    internal WorkItem? Next;

    private protected WorkItem()
    {
    }

    internal abstract void Run(TurnQueue queue);
}
