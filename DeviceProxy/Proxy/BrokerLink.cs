using Fog.DeviceProxy.Mqtt;
using Microsoft.Extensions.Logging;

namespace Fog.DeviceProxy.Proxy;

/// <summary>Keeps a connection to the broker, subscribed to what the devices of some sites say.</summary>
internal sealed partial class BrokerLink(
    MqttConnector connect,
    IReadOnlyList<string> filters,
    Action<MqttMessage> receive,
    TimeProvider clock,
    ProxyLimits limits,
    ProxyTally tally,
    ILogger logger)
{
    private readonly TaskCompletionSource tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IMqttConnection? connection;

    /// <summary>Completes when the first attempt to connect and subscribe has ended, one way or the other.</summary>
    public Task Tried => tried.Task;

    /// <summary>Connects, and again whenever the connection ends, until <paramref name="stopping"/>. Fails only with what the connector throws beyond its contract.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var wait = limits.ReconnectMin;
        try
        {
            while (true)
            {
                // What a resumed session brings at once waits until it can be answered.
                var canAnswer = new TaskCompletionSource();
                try
                {
                    await using var connected = await connect(
                        async message =>
                        {
                            await canAnswer.Task;
                            receive(message);
                        },
                        stopping);
                    connection = connected;
                    canAnswer.SetResult();
                    foreach (string filter in filters)
                        await connected.SubscribeAsync(filter, QualityOfService.AtLeastOnce, stopping);
                    wait = limits.ReconnectMin;
                    tried.TrySetResult();
                    var closure = await connected.Closed.WaitAsync(stopping);
                    if (closure.End != MqttEnd.BrokerStopped) // a broker within this process stops only with it
                        LogEnded(closure.End);
                }
                catch (Exception e) when (e is MqttException || (e is OperationCanceledException && !stopping.IsCancellationRequested))
                {
                    LogUnreachable(e.Message, wait);
                }
                finally
                {
                    connection = null;
                    canAnswer.TrySetResult();
                }

                tried.TrySetResult();
                await Task.Delay(wait, clock, stopping);
                wait = wait * 2 < limits.ReconnectMax ? wait * 2 : limits.ReconnectMax;
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Asked to.
        }
        catch (Exception e)
        {
            LogGivenUp(e);
            throw;
        }
    }

    /// <summary>Publishes in order; completes when the broker has answered for each. What it did not take is counted.</summary>
    public async Task Publish(IReadOnlyCollection<MqttMessage> messages)
    {
        if (connection is not { } current)
        {
            tally.Count(Drop.BrokerGone, messages.Count);
            return;
        }

        var taken = await Task.WhenAll(messages.Select(m => TryPublish(current, m)).ToArray());
        int sent = taken.Count(t => t);
        tally.CountSent(sent);
        tally.Count(Drop.BrokerGone, taken.Length - sent);
    }

    private static async Task<bool> TryPublish(IMqttConnection connection, MqttMessage message)
    {
        try
        {
            await connection.PublishAsync(message);
            return true;
        }
        catch (MqttException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The connection to the MQTT broker has ended ({End}); devices cannot be reached until it is back.")]
    private partial void LogEnded(MqttEnd end);

    [LoggerMessage(LogLevel.Critical, "Connecting to the MQTT broker failed in a way that trying again will not mend; no device is served.")]
    private partial void LogGivenUp(Exception exception);

    [LoggerMessage(LogLevel.Warning, "{Reason} Trying again in {Wait}.")]
    private partial void LogUnreachable(string reason, TimeSpan wait);
}
