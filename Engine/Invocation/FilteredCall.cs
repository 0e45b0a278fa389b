using Orleans.Runtime;

namespace Fog.Engine.Invocation;

/// <summary>One call inside its filters.</summary>
internal sealed class FilteredCall(GrainMethod method, GrainId target, object grain, IReadOnlyList<IIncomingGrainCallFilter> filters, Func<Task> invoke) : IIncomingGrainCallContext
{
    private int _next;

    public object Grain => grain;

    public string InterfaceName => method.InterfaceName;

    public string MethodName => method.MethodName;

    public GrainId TargetId => target;

    public Task Invoke() => _next < filters.Count ? filters[_next++].Invoke(this) : invoke();
}
