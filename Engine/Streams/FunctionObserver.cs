using Orleans.Streams;

namespace Fog.Engine.Streams;

internal sealed class FunctionObserver<T>(Func<T, StreamSequenceToken?, Task> next, Func<Exception, Task>? error) : IAsyncObserver<T>
{
    public Task OnNextAsync(T item, StreamSequenceToken? token = null) => next(item, token);

    public Task OnErrorAsync(Exception ex) => error?.Invoke(ex) ?? Task.CompletedTask;

    public Task OnCompletedAsync() => Task.CompletedTask;
}

internal sealed class FunctionBatchObserver<T>(Func<IList<SequentialItem<T>>, Task> next, Func<Exception, Task>? error) : IAsyncBatchObserver<T>
{
    public Task OnNextAsync(IList<SequentialItem<T>> items) => next(items);

    public Task OnErrorAsync(Exception ex) => error?.Invoke(ex) ?? Task.CompletedTask;

    public Task OnCompletedAsync() => Task.CompletedTask;
}
