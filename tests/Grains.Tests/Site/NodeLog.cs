using System.Collections.Concurrent;
using Fog.Grains.Hosts;
using Fog.Grains.Nodes;
using Microsoft.Extensions.Logging;

namespace Fog.Grains.Tests.Site;

/// <summary>Keeps what node and host grains log.</summary>
internal sealed class NodeLog : ILogger<NodeGrain>, ILogger<HostGrain>
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue(formatter(state, exception));

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
