using System.Collections.Immutable;
using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Proxy.Messages;
using Fog.DeviceProxy.Proxy.Sessions;
using Fog.DeviceProxy.Proxy.Transfers;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Devices;

internal sealed partial class DeviceTurn
{
    /// <summary>Down: answers a device's need.</summary>
    private async Task Serve(Device device, DeviceSession session, Need need)
    {
        string down = Topics.Down(device.Node);
        var chunks = new List<MqttMessage>(need.Count);
        if (await blobs.Get(need.Digest) is not { } blob)
        {
            chunks.Add(Seal(session, MessageType.FogChunk, Chunk.NotKnown(need.Digest), Chunk.Write, down));
        }
        else if (need.Offset >= blob.Length)
        {
            tally.Count(Drop.NeedBeyondEnd);
        }
        else
        {
            int end = int.Min(need.Offset + need.Count * ProtocolLimits.ChunkBytes, blob.Length);
            for (int offset = need.Offset; offset < end; offset += ProtocolLimits.ChunkBytes)
                chunks.Add(Seal(session, MessageType.FogChunk, Chunk.Of(need.Digest, blob.AsMemory(), offset), Chunk.Write, down));
        }

        await broker.Publish(chunks);
        if (need.Digest == device.UpdateImage)
            await Forward(device, session, new UpdateSentUplink(chunks.Sum(chunk => chunk.Payload.Length)));
    }

    /// <summary>What is sent of a release is counted.</summary>
    private static UpdateDownlink NoteUpdate(Device device, UpdateDownlink update)
    {
        device.UpdateImage = update.Offer.Image;
        return update;
    }

    /// <summary>Up: what to ask for, from where an earlier session left off.</summary>
    private Need BeginUpload(Device device, DeviceSession session, FetchDownlink fetch)
    {
        var upload = uploads.Begin(device.Node, fetch.Digest, fetch.SizeBytes);
        device.Fetches[fetch.Digest] = new(session.Epoch);
        return upload.NextNeed();
    }

    private async Task Collect(Device device, DeviceSession session, Chunk chunk)
    {
        if (!device.Fetches.TryGetValue(chunk.Digest, out var fetch) || uploads.Find(device.Node, chunk.Digest) is not { } upload)
        {
            tally.Count(Drop.UnwantedChunk);
            return;
        }

        var step = upload.Accept(chunk);
        if (step is UploadStep.Taken or UploadStep.AskOn)
        {
            fetch.Progressed = true;
            fetch.Repeats = 0;
        }

        if (step == UploadStep.AskOn)
            await Publish(session, device, MessageType.FogNeed, upload.NextNeed());
        else if (step is UploadStep.Complete or UploadStep.NotKnown or UploadStep.NotAsPromised)
            await EndUpload(device, session, upload);
    }

    /// <summary>Stores the value if it came and is what its digest says, and tells the node grain which.</summary>
    private async Task EndUpload(Device device, DeviceSession session, Upload upload)
    {
        device.Fetches.Remove(upload.Digest);
        uploads.End(device.Node, upload.Digest);
        var value = upload.TryFinish();
        if (value is { } bytes)
            await grains.GetGrain<IBlobGrain>(upload.Digest.Hex).PutForCall(bytes);
        await Forward(device, session, new ValueUplink(upload.Digest, Found: value is not null));
    }

    /// <summary>Asks again for what was asked for and has not come.</summary>
    private async Task CheckUploads(Device device)
    {
        foreach (var (digest, fetch) in device.Fetches.ToArray())
        {
            if (device.Sessions.OfEpoch(fetch.Epoch) is not { } session || uploads.Find(device.Node, digest) is not { } upload)
            {
                device.Fetches.Remove(digest);
            }
            else if (fetch.Progressed)
            {
                fetch.Progressed = false;
            }
            else if (++fetch.Repeats > limits.UploadRepeatsMax)
            {
                device.Fetches.Remove(digest); // the node grain asks again when the device wakes next
            }
            else
            {
                await Publish(session, device, MessageType.FogNeed, upload.NextNeed());
            }
        }
    }
}
