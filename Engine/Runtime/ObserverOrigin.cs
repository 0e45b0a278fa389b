using Fog.Engine.Invocation;
using Fog.Engine.Scheduling;
using Microsoft.Extensions.Logging;

namespace Fog.Engine.Runtime;

/// <summary>The way to an observer, which it holds weakly.</summary>
internal sealed class ObserverOrigin(FogEngine engine, IGrainObserver observer, string key) : ReferenceOrigin(engine.Pending, key)
{
    internal static readonly GrainType ObserverType = GrainType.Create("observer");

    private readonly Calls _calls = new(engine, observer, GrainId.Create(ObserverType, key));

    internal override GrainId GrainId => _calls.GrainId;

    internal override void Send(GrainCall call) => _calls.Enqueue(call);

    internal void Delete() => _calls.Delete();

    /// <summary>Calls of one observer: one at a time, in order.</summary>
    private sealed class Calls(FogEngine engine, IGrainObserver observer, GrainId id) : CallTarget
    {
        private readonly WeakReference<IGrainObserver> _observer = new(observer);
        private volatile bool _deleted;

        internal GrainId GrainId => id;

        protected override IEngineScheduler Scheduler => engine.Scheduler;

        protected override ILogger Logger => engine.Logger;

        protected override bool IsOpen => true;

        internal void Delete() => _deleted = true;

        public override string ToString() => id.ToString();

        protected override void Start(GrainCall call)
        {
            if (!_deleted && _observer.TryGetTarget(out var target))
            {
                call.Start(this, target);
                return;
            }

            Finished(call);
            engine.Reject(call, new ClientNotAvailableException(id));
        }
    }
}
