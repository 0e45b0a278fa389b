using Fog.DeviceProxy.Mqtt;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Fog.DeviceProxy.Proxy;

/// <summary>Keeps a connection to the broker, subscribed to what the devices of some sites say.</summary>
/// <remarks>
/// Where proxies share a broker it keeps two, which end together. By one of them, whose session at the broker
/// outlives it, come the devices whose sessions are here (BrokerLink.Devices.cs). By the other comes a share of
/// what all devices say: a hello there is this proxy's, and everything else is somebody's who hears it by itself.
/// That session ends with its connection, or the broker would keep hellos for a proxy that has died.
/// </remarks>
/// <param name="connectHellos">Null: no other proxy is at this broker.</param>
internal sealed partial class BrokerLink(
    MqttConnector connect,
    MqttConnector? connectHellos,
    IReadOnlyList<string> sites,
    Action<MqttMessage, BrokerLine> receive,
    TimeProvider clock,
    ProxyLimits limits,
    ProxyTally tally,
    ILogger logger)
{
    private readonly TaskCompletionSource tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IMqttConnection? connection;

    /// <summary>Other proxies may be at this broker.</summary>
    public bool IsShared => connectHellos is not null;

    /// <summary>Completes when the first attempt to connect and subscribe has ended, one way or the other.</summary>
    public Task Tried => tried.Task;

    /// <summary>Connects, and again whenever the connection ends, until <paramref name="stopping"/>. Fails only with what the connector throws beyond its contract.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var retry = Retry(stopping);
        try
        {
            while (true)
            {
                try
                {
                    await using var lines = await Connect(retry, stopping);
                    tried.TrySetResult();
                    var closure = await lines.Closed.WaitAsync(stopping);
                    if (closure.End != MqttEnd.BrokerStopped) // a broker within this process stops only with it
                        LogEnded(closure.End);
                }
                finally
                {
                    connection = null;
                }

                await Task.Delay(limits.ReconnectMin, clock, stopping); // a broker that lets in and shuts out is not asked in a hurry
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

    private async Task<Lines> Connect(ResiliencePipeline retry, CancellationToken stopping)
    {
        // Whoever waits goes on where it was called: in a simulation, in its one thread.
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, stopping);
        try
        {
            return await retry.ExecuteAsync(async _ => await Subscribed(stopping), context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async Task<Lines> Subscribed(CancellationToken stopping)
    {
        // What a resumed session brings at once waits until it can be answered.
        var canAnswer = new TaskCompletionSource();
        IMqttConnection connected;
        try
        {
            connection = connected = await connect(
                async message =>
                {
                    await canAnswer.Task;
                    receive(message, IsShared ? BrokerLine.Devices : BrokerLine.All);
                },
                stopping);
        }
        finally
        {
            canAnswer.SetResult();
        }

        try
        {
            if (connectHellos is not null)
            {
                await ListenAgain(connected, stopping);
                return new(connected, await Hellos(connectHellos, stopping));
            }

            foreach (string site in sites)
            {
                await connected.SubscribeAsync(Topics.UpOfAll(site), QualityOfService.AtLeastOnce, stopping);
                await connected.SubscribeAsync(Topics.WillOfAll(site), QualityOfService.AtLeastOnce, stopping);
            }

            return new(connected, null);
        }
        catch
        {
            connection = null;
            await connected.DisposeAsync();
            throw;
        }
    }

    private async Task<IMqttConnection> Hellos(MqttConnector connectHellos, CancellationToken stopping)
    {
        var connected = await connectHellos(
            message =>
            {
                receive(message, BrokerLine.Hellos);
                return ValueTask.CompletedTask;
            },
            stopping);
        try
        {
            foreach (string site in sites)
                await connected.SubscribeAsync(Topics.UpOfAllShared(site), QualityOfService.AtLeastOnce, stopping);
            return connected;
        }
        catch
        {
            await connected.DisposeAsync();
            throw;
        }
    }

    /// <summary>For as long as it takes: a proxy without a broker has nothing else to do.</summary>
    private ResiliencePipeline Retry(CancellationToken stopping) => new ResiliencePipelineBuilder { TimeProvider = clock }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = attempt => ValueTask.FromResult(
                attempt.Outcome.Exception is MqttException || (attempt.Outcome.Exception is OperationCanceledException && !stopping.IsCancellationRequested)),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            Delay = limits.ReconnectMin,
            MaxDelay = limits.ReconnectMax,
            OnRetry = failed =>
            {
                LogUnreachable(failed.Outcome.Exception!.Message, failed.RetryDelay);
                tried.TrySetResult();
                return ValueTask.CompletedTask;
            },
        })
        .Build();

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

    /// <param name="Hellos">Null: all come by the other.</param>
    private sealed record Lines(IMqttConnection Devices, IMqttConnection? Hellos) : IAsyncDisposable
    {
        /// <summary>How the first of them ended.</summary>
        public Task<MqttClosure> Closed => Hellos is null ? Devices.Closed : Task.WhenAny(Devices.Closed, Hellos.Closed).Unwrap();

        /// <summary>Hellos first, so that they go to others.</summary>
        public async ValueTask DisposeAsync()
        {
            if (Hellos is not null)
                await Hellos.DisposeAsync();
            await Devices.DisposeAsync();
        }
    }
}
