using System.Reflection;
using Fog.DeviceProxy.Mqtt.Packets;
using static Fog.DeviceProxy.Mqtt.QualityOfService;

namespace Fog.DeviceProxy.Mqtt.Tests.Sessions;

/// <summary>The stored bytes of each version, tests/Vectors/mqtt-store/*.hex: a line that says what it is, the record's group, its name, its body.</summary>
public class StoredVectorsTests
{
    private static readonly string folder = Path.Combine(
        typeof(StoredVectorsTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "VectorsFolder").Value!, "mqtt-store");

    private static readonly PacketProperties days = new PacketProperties().Add(PropertyId.SessionExpiry, 86_400u);

    private static IEnumerable<(string Group, string Name, string Body)> Read(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(folder, file)).Where(line => !line.StartsWith('#')).ToArray();
        for (var i = 0; i < lines.Length; i += 3)
            yield return (lines[i], lines[i + 1], lines[i + 2].Replace(" ", ""));
    }

    /// <summary>A client that is away with a will to come, one that is connected with a will, one of each kind of message, and a retained one.</summary>
    private static StoredExchange Write()
    {
        var site = new StoredExchange();
        var away = site.Now.Open();
        away.Connect5("away", properties: days, will: new MqttMessage("w", "x"u8.ToArray(), AtLeastOnce), willDelay: 60);
        away.Says(new SubscribePacket(1, [new TopicRequest("a/+", ExactlyOnce, NoLocal: true, RetainAsPublished: true)]) { Properties = new PacketProperties().Add(PropertyId.SubscriptionIdentifier, 7u) });
        away.Says(new SubscribePacket(2, [new TopicRequest("$share/g/ä", AtLeastOnce)]));
        var here = site.Now.Open();
        here.Connect("here", clean: false, will: new MqttMessage("v", default, AtMostOnce));
        site.Commit();
        here.Publishes("a/1", "one", ExactlyOnce, id: 300);
        site.Commit();
        away.Says(new PubRecPacket(away.Sent().OfType<PublishPacket>().Single().PacketId));
        away.Drops();
        site.Now.Connect5("p").Publishes5(new MqttMessage("a/2", "two"u8.ToArray(), AtLeastOnce, Retain: true)
        {
            Properties = new MqttMessageProperties { Expiry = TimeSpan.FromSeconds(100), ContentType = "t", User = [new("k", "v")] },
        });
        site.Commit();
        return site;
    }

    [Fact]
    public void This_version_writes_the_bytes_of_its_vectors()
    {
        var site = Write();
        var expected = Read("v1.hex").ToList();
        Assert.Equal(expected.Select(r => $"{r.Group} {r.Name}").Order(StringComparer.Ordinal), site.Records);
        Assert.All(expected, r => Assert.Equal($"{r.Group} {r.Body}", $"{r.Group} {Convert.ToHexString(site.Body(r.Group, r.Name))}", ignoreCase: true));
    }

    [Fact]
    public void Every_version_is_read()
    {
        foreach (var file in Directory.GetFiles(folder, "*.hex"))
        {
            var site = new StoredExchange(records: Read(file).Select(r => new Mqtt.Broker.SessionRecord(r.Group, r.Name, Convert.FromHexString(r.Body))));
            var away = site.Now.Connect5("away", out var answer, cleanStart: false, properties: days);
            Assert.True(answer.SessionPresent);
            var sent = away.Sent();
            Assert.Equal(1, Assert.IsType<PubRelPacket>(sent[0]).PacketId);
            var publish = Assert.IsType<PublishPacket>(sent[1]);
            Assert.Equal(("a/2", "two", 2, false, true), (publish.Message.Topic, publish.Message.Text(), publish.PacketId, publish.Message.Duplicate, publish.Message.Retain));
            Assert.Equal([7u], publish.SubscriptionIds);
            var here = site.Now.Connect("here", clean: false, expectSession: true);
            here.Publishes("a/1", "one", ExactlyOnce, id: 300, duplicate: true); // which was received
            here.Publishes("ä", "shared", AtLeastOnce, id: 2);
            site.Commit();
            Assert.Equal(["ä=shared q1"], away.Messages());
            var reader = site.Now.Connect("r");
            reader.Subscribes("#");
            Assert.Equal(["a/2=two q1 retain"], reader.Messages());
        }
    }
}
