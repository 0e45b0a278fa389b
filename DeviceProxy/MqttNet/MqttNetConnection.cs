using System.Buffers;
using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Proxy;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Fog.DeviceProxy.MqttNet;

/// <summary>A connection to somebody else's broker, over MQTTnet and MQTT 5.</summary>
public sealed class MqttNetConnection : IMqttConnection
{
    /// <summary>For the broker's answer to one request. Origin: <see cref="MqttLimits"/>.</summary>
    private static readonly TimeSpan s_answerTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Messages of QoS 1 that the broker may have in flight to this side: MQTTnet's own queue has no bound.</summary>
    private const ushort ReceiveMax = 1024;

    private readonly IMqttClient _client;
    private readonly TaskCompletionSource<MqttClosure> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private MqttNetConnection(IMqttClient client, string clientId, Func<MqttMessage, ValueTask> handler)
    {
        _client = client;
        ClientId = clientId;
        client.DisconnectedAsync += ended =>
        {
            _closed.TrySetResult(new MqttClosure(EndOf(ended.Reason), Cause: ended.Exception) { Reason = (MqttReasonCode)(byte)ended.Reason });
            return Task.CompletedTask;
        };
        client.ApplicationMessageReceivedAsync += received => Receive(received, handler);
    }

    public string ClientId { get; }

    public bool SessionPresent { get; private set; }

    public Task<MqttClosure> Closed => _closed.Task;

    /// <summary>As <see cref="ExternalBroker.Connector"/>.</summary>
    /// <param name="broker"><c>mqtt://</c> or, with TLS and the machine's trusted authorities, <c>mqtts://</c>; USER:PASSWORD@ before the host are its credentials.</param>
    /// <param name="clientId">One connection at a time has it.</param>
    public static MqttConnector Connector(Uri broker, string clientId)
    {
        bool isFirst = true;
        return async (handler, cancellation) =>
        {
            var connection = await Connect(broker, clientId, isFirst, ExternalBroker.SessionExpiry, handler, cancellation);
            isFirst = false;
            return connection;
        };
    }

    /// <summary>As <see cref="ExternalBroker.Hellos"/>.</summary>
    public static MqttConnector Hellos(Uri broker, string clientId) =>
        (handler, cancellation) => Connect(broker, ExternalBroker.HellosOf(clientId), isClean: true, TimeSpan.Zero, handler, cancellation);

    public async Task PublishAsync(MqttMessage message, CancellationToken cancellation = default)
    {
        var published = await Ask(
            () => _client.PublishAsync(
                new MqttApplicationMessage
                {
                    Topic = message.Topic,
                    Payload = new ReadOnlySequence<byte>(message.Payload),
                    QualityOfServiceLevel = (MqttQualityOfServiceLevel)message.Qos,
                    Retain = message.Retain,
                },
                cancellation),
            cancellation);
        if (!published.IsSuccess)
        {
            throw MqttException.PublishRefused(message.Topic, (MqttReasonCode)(byte)published.ReasonCode);
        }
    }

    public async Task<QualityOfService> SubscribeAsync(string filter, QualityOfService qos, CancellationToken cancellation = default)
    {
        var options = new MqttClientSubscribeOptionsBuilder().WithTopicFilter(filter, (MqttQualityOfServiceLevel)qos).Build();
        var granted = (await Ask(() => _client.SubscribeAsync(options, cancellation), cancellation)).Items.Single().ResultCode;
        return granted <= MqttClientSubscribeResultCode.GrantedQoS2
            ? (QualityOfService)granted
            : throw MqttException.SubscribeRefused(filter, (MqttReasonCode)(byte)granted);
    }

    public Task UnsubscribeAsync(string filter, CancellationToken cancellation = default)
    {
        var options = new MqttClientUnsubscribeOptionsBuilder().WithTopicFilter(filter).Build();
        return Ask(() => _client.UnsubscribeAsync(options, cancellation), cancellation);
    }

    /// <summary>With DISCONNECT, where the connection still stands.</summary>
    public async ValueTask DisposeAsync()
    {
        _closed.TrySetResult(new MqttClosure(MqttEnd.Closed));
        if (_client.IsConnected)
        {
            // It may end meanwhile, which is what is wanted.
            await _client.DisconnectAsync(new MqttClientDisconnectOptions()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _client.Dispose();
    }

    private static async Task<IMqttConnection> Connect(
        Uri broker, string clientId, bool isClean, TimeSpan expiry, Func<MqttMessage, ValueTask> handler, CancellationToken cancellation)
    {
        var options = new MqttClientOptionsBuilder()
            .WithConnectionUri(new UriBuilder(broker) { UserName = "", Password = "" }.Uri)
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId(clientId)
            .WithCleanStart(isClean)
            .WithSessionExpiryInterval((uint)expiry.TotalSeconds)
            .WithReceiveMaximum(ReceiveMax)
            .WithTimeout(s_answerTimeout);
        if (broker.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var password])
        {
            options = options.WithCredentials(Uri.UnescapeDataString(user), password is [var text] ? Uri.UnescapeDataString(text) : "");
        }

        var connection = new MqttNetConnection(new MqttClientFactory().CreateMqttClient(), clientId, handler);
        try
        {
            var answer = await connection._client.ConnectAsync(options.Build(), cancellation);
            if (answer.ResultCode != MqttClientConnectResultCode.Success)
            {
                throw MqttException.Refused(default, (MqttReasonCode)(byte)answer.ResultCode);
            }

            connection.SessionPresent = answer.IsSessionPresent;
            return connection;
        }
        catch (Exception failure) when (failure is not MqttException && !cancellation.IsCancellationRequested)
        {
            connection._client.Dispose();
            throw MqttException.Unreachable($"{broker.Host}:{broker.Port}", failure);
        }
        catch
        {
            connection._client.Dispose();
            throw;
        }
    }

    /// <summary>MQTTnet has a dozen exceptions for one fact, that the connection is no more: here they become ours.</summary>
    private async Task<T> Ask<T>(Func<Task<T>> request, CancellationToken cancellation)
    {
        try
        {
            return await request();
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            throw MqttException.Ended(_closed.Task.IsCompletedSuccessfully ? await _closed.Task : new MqttClosure(MqttEnd.TransportFailed, Cause: failure));
        }
    }

    private async Task Receive(MqttApplicationMessageReceivedEventArgs received, Func<MqttMessage, ValueTask> handler)
    {
        var message = received.ApplicationMessage;
        try
        {
            await handler(new MqttMessage(message.Topic, message.Payload.ToArray(), (QualityOfService)message.QualityOfServiceLevel, message.Retain) { Duplicate = message.Dup });
        }
        catch (Exception failure)
        {
            received.AutoAcknowledge = false;
            _closed.TrySetResult(new MqttClosure(MqttEnd.HandlerFailed, Cause: failure));
        }
    }

    private static MqttEnd EndOf(MqttClientDisconnectReason reason) => reason switch
    {
        MqttClientDisconnectReason.NormalDisconnection => MqttEnd.Disconnected,
        MqttClientDisconnectReason.SessionTakenOver => MqttEnd.TakenOver,
        MqttClientDisconnectReason.KeepAliveTimeout => MqttEnd.KeepAliveExpired,
        MqttClientDisconnectReason.ServerShuttingDown => MqttEnd.BrokerStopped,
        _ => MqttEnd.TransportFailed,
    };
}
