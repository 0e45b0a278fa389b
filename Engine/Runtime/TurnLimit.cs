namespace Fog.Engine.Runtime;

/// <summary>Bounds the time of one asynchronous step of a grain. The cancellation, too, comes in a turn.</summary>
internal sealed class TurnLimit(Activation activation, TimeSpan limit) : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private ITimer? _timer;

    internal CancellationToken Token => _source.Token;

    /// <exception cref="OperationCanceledException">The step took longer than the limit; it is left to itself.</exception>
    internal Task Enforce(Task step)
    {
        if (step.IsCompleted)
        {
            return step;
        }

        _timer = activation.Engine.Time.CreateTimer(
            static self => ((TurnLimit)self!).Expire(), this, limit, Timeout.InfiniteTimeSpan);
        return step.WaitAsync(Token);
    }

    public void Dispose() => _timer?.Dispose();

    private void Expire() => activation.Post(static source => ((CancellationTokenSource)source!).Cancel(), _source);
}
