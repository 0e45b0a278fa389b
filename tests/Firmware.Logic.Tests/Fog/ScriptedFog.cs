using System.Security.Cryptography;

namespace Fog.Firmware.Logic.Tests;

/// <summary>
/// A fog for one device: it opens sessions, sends waiting tasks, serves blobs, accepts results. What a test wants
/// otherwise it switches or sends itself.
/// </summary>
internal sealed class ScriptedFog(string site, string node, byte[] deviceKey)
{
    private readonly Dictionary<string, byte[]> blobs = [];
    private readonly Dictionary<string, byte[]> fetched = [];
    private readonly Dictionary<string, byte[]> offered = [];
    private byte[]? sessionKey;
    private int fogNonces;
    private uint nextSequence;
    private long highestSequence;

    public string UpTopic { get; } = $"fog/{site}/n/{node}/up";

    public string DownTopic { get; } = $"fog/{site}/n/{node}/down";

    /// <summary>Where to put what the fog sends: topic, message.</summary>
    public Action<string, byte[]> Send { get; set; } = (_, _) => { };

    /// <summary>What <c>welcome</c> says; nonce and count are filled in.</summary>
    public WelcomeFields Welcome { get; set; } = new();

    /// <summary>Ms since 1970; <c>welcome</c> says it.</summary>
    public Func<long> SiteTimeMillis { get; set; } = () => 1_700_000_000_000;

    /// <summary>Sent after <c>welcome</c> in every session, until their results are there.</summary>
    public List<TaskFields> Mail { get; } = [];

    /// <summary>Offered after <c>welcome</c> in every session; null: nothing.</summary>
    public TestRelease? Offer { get; set; }

    public int OfferAttempt { get; set; } = 1;

    public IEnumerable<UpdateStatusMessage> UpdateStatuses => Received.OfType<UpdateStatusMessage>();

    public bool AnswersHello { get; set; } = true;

    public bool AnswersNeeds { get; set; } = true;

    public bool AcceptsResults { get; set; } = true;

    public bool AcceptsSnapshots { get; set; } = true;

    public bool MessagesMayBeLost { get; set; }

    /// <summary>Every valid message of the device, in order.</summary>
    public List<DeviceMessage> Received { get; } = [];

    public IEnumerable<ResultMessage> Results => Received.OfType<ResultMessage>();

    public IEnumerable<SnapshotMessage> Snapshots => Received.OfType<SnapshotMessage>();

    /// <summary>Sees every message after it was handled.</summary>
    public Action<DeviceMessage>? Observer { get; set; }

    public int WrongTags { get; private set; }

    public byte[] SessionKey => sessionKey ?? throw new InvalidOperationException("no session yet");

    public uint NextSequence => nextSequence;

    public byte[] AddBlob(byte[] blob)
    {
        var digest = SHA256.HashData(blob);
        blobs[Convert.ToHexString(digest)] = blob;
        return digest;
    }

    public void Add(TaskFields task)
    {
        AddBlob(task.Image);
        AddBlob(task.Arguments);
        Mail.Add(task);
    }

    public void Receive(string topic, byte[] message)
    {
        Assert.Equal(UpTopic, topic);
        Assert.InRange(message.Length, 22, 4096);
        var (type, body) = (message[1], message[6..^16]);
        var sequence = BitConverter.ToUInt32(message, 2);
        if (!FogCodec.IsSealed(type == 0x01 ? deviceKey : sessionKey ?? deviceKey, message, topic))
        {
            WrongTags++;
            return;
        }

        var read = DeviceMessage.Read(type, body);
        Received.Add(read);
        if (read is HelloMessage)
        {
            Assert.Equal(0u, sequence);
        }
        else
        {
            Assert.True(MessagesMayBeLost ? sequence > highestSequence : sequence == highestSequence + 1, $"{sequence} after {highestSequence}");
            highestSequence = sequence;
        }

        Answer(read);
        Observer?.Invoke(read);
    }

    public void SendTask(TaskFields task, string? topic = null) => SendSealed(0x82, FogCodec.Task(task), topic);

    public void SendAccepted(byte[] task, bool keep) => SendSealed(0x83, FogCodec.Accepted(task, keep));

    public void SendStop(byte[] task) => SendSealed(0x84, task);

    public void SendUpdate(TestRelease release)
    {
        blobs[Convert.ToHexString(SHA256.HashData(release.Promised ?? release.Image))] = release.Image;
        SendSealed(0x87, FogCodec.Update(OfferAttempt, release.Manifest()));
    }

    public void SendNeed(byte[] digest, uint offset, int count) => SendSealed(0x86, FogCodec.Need(digest, offset, count));

    public void SendChunk(byte[] digest, uint total, uint offset, byte[] data) => SendSealed(0x85, FogCodec.Chunk(digest, total, offset, data));

    public void SendSealed(byte type, byte[] body, string? topic = null) =>
        Send(topic ?? DownTopic, FogCodec.Seal(SessionKey, type, nextSequence++, body, topic ?? DownTopic));

    /// <summary>The chunks of a blob that a need asks for.</summary>
    public void ServeNeed(NeedMessage need)
    {
        if (!blobs.TryGetValue(Convert.ToHexString(need.Digest), out var blob))
        {
            SendChunk(need.Digest, 0, need.Offset, []);
            return;
        }

        for (var i = 0; i < need.Count; i++)
        {
            var offset = (int)need.Offset + i * 1024;
            if (offset < blob.Length)
                SendChunk(need.Digest, (uint)blob.Length, (uint)offset, blob[offset..Math.Min(offset + 1024, blob.Length)]);
        }
    }

    /// <summary>What was fetched so far of a value, by its chunks.</summary>
    public byte[] Fetched(byte[] digest) => fetched.GetValueOrDefault(Convert.ToHexString(digest), []);

    public byte[] OpenSession(HelloMessage hello)
    {
        var nonce = SHA256.HashData(BitConverter.GetBytes(++fogNonces))[..16];
        sessionKey = FogCodec.SessionKey(deviceKey, site, node, hello.DeviceNonce, nonce);
        nextSequence = 1;
        highestSequence = -1;
        var body = FogCodec.Welcome(Welcome with { FogNonce = nonce, SiteTimeMillis = SiteTimeMillis(), Tasks = Welcome.Tasks + Mail.Count + (Offer is null ? 0 : 1) });
        return FogCodec.Seal(sessionKey, 0x81, 0, body, DownTopic);
    }

    /// <summary>The task goes on from there in the next session.</summary>
    public void Record(byte[] taskId, byte[] snapshot)
    {
        AddBlob(snapshot);
        var index = Mail.FindIndex(t => t.Id.AsSpan().SequenceEqual(taskId));
        Mail[index] = Mail[index] with { Snapshot = snapshot };
        SendAccepted(taskId, keep: true);
    }

    private void Fetch(SnapshotMessage snapshot)
    {
        offered[Convert.ToHexString(snapshot.Digest)] = snapshot.TaskId;
        SendNeed(snapshot.Digest, 0, 8);
    }

    private void Answer(DeviceMessage message)
    {
        switch (message)
        {
            case HelloMessage hello when AnswersHello:
                Send(DownTopic, OpenSession(hello));
                foreach (var task in Mail.ToArray())
                    SendTask(task);
                if (Offer is not null)
                    SendUpdate(Offer);
                break;
            case NeedMessage need when AnswersNeeds:
                ServeNeed(need);
                break;
            case ResultMessage result when AcceptsResults:
                Mail.RemoveAll(t => t.Id.AsSpan().SequenceEqual(result.TaskId));
                SendAccepted(result.TaskId, keep: false);
                break;
            case SnapshotMessage snapshot when AcceptsSnapshots:
                if (snapshot.Value.Length == snapshot.SizeBytes)
                    Record(snapshot.TaskId, snapshot.Value);
                else
                    Fetch(snapshot);
                break;
            case ChunkMessage chunk:
                var key = Convert.ToHexString(chunk.Digest);
                var have = fetched.GetValueOrDefault(key, []);
                if (chunk.Offset == have.Length)
                    fetched[key] = [.. have, .. chunk.Data];
                if (fetched[key].Length == chunk.TotalBytes && offered.Remove(key, out var taskId))
                    Record(taskId, fetched[key]);
                break;
            default:
                break;
        }
    }
}
