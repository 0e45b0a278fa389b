using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Client;
using static Fog.DeviceProxy.Mqtt.QualityOfService;
using static Fog.DeviceProxy.Mqtt.Tests.Texts;

namespace Fog.DeviceProxy.Mqtt.Tests.EndToEnd;

/// <summary>
/// Debian's mosquitto-clients against this broker, and this client against Debian's mosquitto: somebody
/// else's reading of the specification. Without the programs these tests fail.
/// </summary>
public class MosquittoTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Mosquitto_sub_hears_mosquitto_pub(int qos)
    {
        var access = new Announcing();
        await using var broker = await ListeningBroker.StartAsync(access: access);
        using var subscriber = Start(broker, "mosquitto_sub", "-t", "a/+/c", "-q", $"{qos}", "-C", "1", "-W", "15", "-F", "%t %q %r %p", "-i", "sub");
        await Patience.Await(access.Subscribed("a/+/c"), "subscription");
        using var publisher = Start(broker, "mosquitto_pub", "-t", "a/b/c", "-q", $"{qos}", "-m", "grüße");
        Assert.Equal("", await publisher.OutputAsync());
        Assert.Equal($"a/b/c {qos} 0 grüße\n", await subscriber.OutputAsync());
    }

    [Fact]
    public async Task Mosquitto_sub_gets_a_retained_message_and_a_large_one()
    {
        await using var broker = await ListeningBroker.StartAsync();
        await using var client = await broker.ConnectAsync("us");
        await client.PublishAsync(Message("kept", new string('x', 300_000), retain: true));
        using var subscriber = Start(broker, "mosquitto_sub", "-t", "#", "-q", "1", "-C", "1", "-W", "15", "-F", "%t %r %l");
        Assert.Equal("kept 1 300000\n", await subscriber.OutputAsync());
    }

    [Fact]
    public async Task A_persistent_session_of_mosquitto_sub_misses_nothing()
    {
        await using var broker = await ListeningBroker.StartAsync();
        using var first = Start(broker, "mosquitto_sub", "-t", "t", "-q", "1", "-c", "-i", "sleeper", "-E"); // subscribes and leaves
        Assert.Equal("", await first.OutputAsync());
        await using var client = await broker.ConnectAsync("us");
        for (var i = 0; i < 50; i++)
            await client.PublishAsync(Message("t", $"{i}"));
        using var second = Start(broker, "mosquitto_sub", "-t", "t", "-q", "1", "-c", "-i", "sleeper", "-C", "50", "-W", "15");
        Assert.Equal(string.Concat(Enumerable.Range(0, 50).Select(i => $"{i}\n")), await second.OutputAsync());
    }

    [Fact]
    public async Task The_will_of_a_killed_mosquitto_sub_is_published()
    {
        var access = new Announcing();
        await using var broker = await ListeningBroker.StartAsync(access: access);
        var inbox = new Inbox();
        await using var watcher = await broker.ConnectAsync("watcher", inbox);
        await watcher.SubscribeAsync("will/#", AtLeastOnce);
        using var doomed = Start(
            broker, "mosquitto_sub", "-t", "t", "--will-topic", "will/doomed", "--will-payload", "gone", "--will-qos", "1");
        await Patience.Await(access.Subscribed("t"), "subscription");
        doomed.Kill();
        Assert.Equal("gone", await inbox.NextTextAsync("will/doomed"));
    }

    [Fact]
    public async Task A_wrong_password_is_told_to_mosquitto_pub()
    {
        await using var broker = await ListeningBroker.StartAsync(access: new OnePassword());
        using var wrong = Start(broker, "mosquitto_pub", "-t", "t", "-m", "x", "-u", "user", "-P", "guess");
        Assert.Contains("bad user name or password", await wrong.OutputAsync(exitCode: 4), StringComparison.OrdinalIgnoreCase);
        using var right = Start(broker, "mosquitto_pub", "-t", "t", "-m", "x", "-u", "user", "-P", "secret");
        Assert.Equal("", await right.OutputAsync());
    }

    [Fact]
    public async Task Mosquitto_sub_of_version_5_hears_the_properties_that_mosquitto_pub_gives()
    {
        var access = new Announcing();
        await using var broker = await ListeningBroker.StartAsync(access: access);
        using var subscriber = Start(
            broker, "mosquitto_sub", "-V", "5", "-t", "a/#", "-q", "2", "-C", "1", "-W", "15", "-F", "%t %q %C %R %D %P %F %p",
            "-D", "subscribe", "subscription-identifier", "7", "-D", "connect", "receive-maximum", "3", "-D", "connect", "topic-alias-maximum", "2");
        await Patience.Await(access.Subscribed("a/#"), "subscription");
        using var publisher = Start(
            broker, "mosquitto_pub", "-V", "5", "-t", "a/b", "-q", "2", "-m", "grüße", "-D", "publish", "content-type", "text/plain",
            "-D", "publish", "response-topic", "answers", "-D", "publish", "correlation-data", "17", "-D", "publish", "user-property", "who", "us",
            "-D", "publish", "payload-format-indicator", "1", "-D", "connect", "session-expiry-interval", "9");
        Assert.Equal("", await publisher.OutputAsync());
        Assert.Equal("a/b 2 text/plain answers 17 who:us 1 grüße\n", await subscriber.OutputAsync());
    }

    [Fact]
    public async Task Our_client_of_version_5_does_with_mosquitto_what_it_does_with_our_broker()
    {
        await using var mosquitto = await MosquittoBroker.StartAsync();
        var inbox = new Inbox();
        var sleeper = new MqttConnectOptions
        {
            Version = MqttVersion.V5, ClientId = "sleeper", CleanSession = false, SessionExpiry = TimeSpan.FromMinutes(1), Session = new MqttClientSession(),
        };
        var client = await mosquitto.ConnectAsync(sleeper, inbox);
        await client.SubscribeAsync("t/#", ExactlyOnce);
        await using var other = await mosquitto.ConnectAsync(new MqttConnectOptions { Version = MqttVersion.V5 }, new Inbox());
        Assert.NotEqual("", other.ClientId); // assigned, and told
        foreach (var qos in Enum.GetValues<QualityOfService>())
        {
            var properties = new MqttMessageProperties { ContentType = "text", Expiry = TimeSpan.FromSeconds(100), User = [new("a", "1"), new("a", "2")] };
            await other.PublishAsync(Message($"t/{qos}", "live", qos) with { Properties = properties });
            var message = await inbox.NextAsync($"t/{qos}");
            Assert.Equal(("live", qos, "text"), (message.Text(), message.Qos, message.Properties?.ContentType));
            Assert.Equal(properties.User, message.Properties!.User);
        }

        await client.DisposeAsync();
        for (var i = 0; i < 100; i++)
            await other.PublishAsync(Message("t/asleep", $"{i}", ExactlyOnce));
        client = await mosquitto.ConnectAsync(sleeper, inbox);
        Assert.True(client.SessionPresent);
        for (var i = 0; i < 100; i++)
            Assert.Equal($"{i}", await inbox.NextTextAsync("t/asleep"));
        await client.DisposeAsync();
    }

    [Fact]
    public async Task A_clean_start_ends_the_session_before_it_and_begins_one_that_outlives_its_connection() // MQTT-3.1.2-4
    {
        await using var mosquitto = await MosquittoBroker.StartAsync();
        await using var ours = await ListeningBroker.StartAsync();
        foreach (var connect in (Func<MqttConnectOptions, Task<MqttClient>>[])[o => mosquitto.ConnectAsync(o, new Inbox()), o => ours.ConnectAsync(o)])
        {
            foreach (var (cleanStart, found) in ((bool, bool)[])[(false, false), (false, true), (true, false), (false, true)])
            {
                await using var client = await connect(new MqttConnectOptions { Version = MqttVersion.V5, ClientId = "a", CleanSession = false, CleanStart = cleanStart });
                Assert.Equal(found, client.SessionPresent);
            }
        }
    }

    [Fact]
    public async Task Our_client_does_with_mosquitto_what_it_does_with_our_broker()
    {
        await using var mosquitto = await MosquittoBroker.StartAsync();
        var inbox = new Inbox();
        var sleeper = new MqttConnectOptions
        {
            ClientId = "sleeper", CleanSession = false, Will = Message("will", "gone"), Session = new MqttClientSession(),
        };
        var client = await mosquitto.ConnectAsync(sleeper, inbox);
        Assert.False(client.SessionPresent);
        Assert.Equal(ExactlyOnce, await client.SubscribeAsync("t/#", ExactlyOnce));
        await using var other = await mosquitto.ConnectAsync(new MqttConnectOptions { ClientId = "other" }, inbox);
        await other.SubscribeAsync("will", AtLeastOnce);

        foreach (var qos in Enum.GetValues<QualityOfService>())
        {
            await other.PublishAsync(Message($"t/{qos}", "live", qos, retain: true));
            var message = await inbox.NextAsync($"t/{qos}");
            Assert.Equal(("live", qos, false), (message.Text(), message.Qos, message.Retain));
        }

        client.Abort();
        Assert.Equal("gone", await inbox.NextTextAsync("will"));
        await other.PublishAsync(Message("t/asleep", "1"));
        await other.PublishAsync(Message("t/asleep", "2", ExactlyOnce));
        client = await mosquitto.ConnectAsync(sleeper, inbox);
        Assert.True(client.SessionPresent);
        Assert.Equal("1", await inbox.NextTextAsync("t/asleep"));
        Assert.Equal("2", await inbox.NextTextAsync("t/asleep"));
        await client.UnsubscribeAsync("t/#");
        Assert.Equal(AtMostOnce, await client.SubscribeAsync("t/+", AtMostOnce));
        for (var i = 0; i < 3; i++)
            Assert.True((await inbox.AnyAsync("a retained message")).Retain);
        await client.DisposeAsync();
        Assert.Equal(MqttEnd.Closed, (await client.Closed).End);
    }

    private static ForeignProcess Start(ListeningBroker broker, string program, params string[] arguments) =>
        new(program, ["-h", "127.0.0.1", "-p", $"{broker.EndPoint.Port}", .. arguments]);

    /// <summary>Lets everybody do everything, and tells when somebody subscribes.</summary>
    private sealed class Announcing : IMqttAccess
    {
        private readonly ConcurrentDictionary<string, TaskCompletionSource> subscribed = new();

        /// <summary>Completes while the subscription is being made: whatever the broker does next comes after it.</summary>
        public Task Subscribed(string filter) => Of(filter).Task;

        public ValueTask<MqttAdmission> AdmitAsync(MqttCredentials credentials) => new(MqttAdmission.Accept(credentials.ClientId));

        public bool MayPublish(string identity, string topic) => true;

        public bool MaySubscribe(string identity, string filter)
        {
            Of(filter).TrySetResult();
            return true;
        }

        private TaskCompletionSource Of(string filter) =>
            subscribed.GetOrAdd(filter, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    private sealed class OnePassword : IMqttAccess
    {
        public ValueTask<MqttAdmission> AdmitAsync(MqttCredentials credentials) => new(
            credentials is { UserName: "user", Password: { } password } && password.Span.SequenceEqual("secret"u8)
                ? MqttAdmission.Accept("user")
                : MqttAdmission.Refuse(ConnectReturnCode.BadUserNameOrPassword));

        public bool MayPublish(string identity, string topic) => true;

        public bool MaySubscribe(string identity, string filter) => true;
    }

    /// <summary>Debian's broker on a free port, without persistence.</summary>
    private sealed class MosquittoBroker : IAsyncDisposable
    {
        private readonly ForeignProcess process;
        private readonly IPEndPoint endPoint;
        private readonly string configuration;

        private MosquittoBroker(ForeignProcess process, IPEndPoint endPoint, string configuration) =>
            (this.process, this.endPoint, this.configuration) = (process, endPoint, configuration);

        public static async Task<MosquittoBroker> StartAsync()
        {
            // A port that was free a moment ago; should somebody be quicker, mosquitto ends and the next is tried.
            for (var attempt = 0; ; attempt++)
            {
                var endPoint = FreeEndPoint();
                var configuration = Path.GetTempFileName();
                await File.WriteAllTextAsync(configuration, $"listener {endPoint.Port} 127.0.0.1\nallow_anonymous true\npersistence false\n");
                var broker = new MosquittoBroker(new ForeignProcess("/usr/sbin/mosquitto", ["-v", "-c", configuration]), endPoint, configuration);
                var runs = false;
                try
                {
                    if (runs = await broker.process.SaysAsync("running"))
                        return broker;
                }
                finally
                {
                    if (!runs)
                        await broker.DisposeAsync();
                }

                Assert.True(attempt < 3, "mosquitto does not start.");
            }
        }

        public Task<MqttClient> ConnectAsync(MqttConnectOptions options, Inbox inbox) =>
            MqttClient.ConnectAsync("127.0.0.1", endPoint.Port, options, inbox.ReceiveAsync, TimeProvider.System);

        public ValueTask DisposeAsync()
        {
            process.Kill();
            process.Dispose();
            File.Delete(configuration);
            return ValueTask.CompletedTask;
        }

        private static IPEndPoint FreeEndPoint()
        {
            using var probe = new Socket(SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            return new IPEndPoint(IPAddress.Loopback, ((IPEndPoint)probe.LocalEndPoint!).Port);
        }
    }
}
