using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Fog.Grains.Interfaces.Ids;

namespace Fog.DeviceProxy.Proxy.Devices;

/// <summary>The devices being served and the work that waits for each: one turn at a time per device, none waits for another.</summary>
/// <remarks>
/// May be called concurrently. A device has a place as long as it has work or a session; the least
/// recently used one without work makes room for a newcomer.
/// </remarks>
/// <param name="left">Told of each device that has no place any more, perhaps when another one of its name has.</param>
internal sealed class DeviceTable(ProxyLimits limits, Action<Device> left)
{
    private readonly Lock gate = new();
    private readonly Dictionary<NodeId, Device> devices = [];
    private readonly LinkedList<Device> byUse = new();
    private readonly Channel<Device> ready = Channel.CreateUnbounded<Device>(new() { SingleReader = true });
    private long queuedBytes;
    private int busy;
    private bool closed;
    private TaskCompletionSource? idle;

    public int Count
    {
        get
        {
            lock (gate)
                return devices.Count;
        }
    }

    /// <summary>Devices whose turn has come; whoever reads one calls <see cref="Next"/> until there is no more. Each is in here once at most.</summary>
    public ChannelReader<Device> Ready => ready.Reader;

    /// <summary>Adds work for a device.</summary>
    /// <param name="newcomer">Give it a place if it has none.</param>
    /// <returns>Why not, or <see cref="Drop.None"/>.</returns>
    public Drop Add(NodeId node, Work work, bool newcomer = false)
    {
        Device? evicted = null;
        Drop drop;
        lock (gate)
        {
            if (!devices.TryGetValue(node, out var device))
            {
                if (!newcomer)
                    return Drop.NoSession;
                if (devices.Count >= limits.DevicesMax && !TryMakeRoom(out evicted))
                    return Drop.TableFull;
                device = new(node, limits.PendingSessionsMax);
                devices.Add(node, device);
                byUse.AddFirst(device.Place);
            }

            drop = Add(device, work);
        }

        if (evicted is not null)
            left(evicted);
        return drop;
    }

    /// <summary>Adds a check for every device from which something is being fetched and for which nothing else waits.</summary>
    public void AddUploadChecks()
    {
        lock (gate)
        {
            foreach (var device in byUse)
            {
                if (!closed && !device.Busy && device.Fetches.Count > 0)
                    Enqueue(device, new UploadCheck());
            }
        }
    }

    /// <summary>The device's next work; null ends its turn.</summary>
    public Work? Next(Device device)
    {
        bool leaves;
        lock (gate)
        {
            if (!closed && device.Queue.TryDequeue(out var work))
            {
                queuedBytes -= BytesOf(work);
                return work;
            }

            device.Busy = false;
            leaves = device.Sessions.Count == 0;
            if (leaves)
                Remove(device);
        }

        if (leaves)
            left(device);
        lock (gate)
        {
            if (--busy == 0)
            {
                idle?.SetResult();
                idle = null;
            }
        }

        return null;
    }

    /// <summary>Completes when no device has work.</summary>
    public Task Idle()
    {
        lock (gate)
            return busy == 0 ? Task.CompletedTask : (idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    /// <summary>Ends every turn after the work in hand.</summary>
    public void Close()
    {
        lock (gate)
            closed = true;
        ready.Writer.Complete();
    }

    private Drop Add(Device device, Work work)
    {
        if (closed)
            return Drop.NoSession;
        if (device.Queue.Count >= limits.QueuedPerDeviceMax)
            return Drop.QueueFull;
        if (queuedBytes + BytesOf(work) > limits.QueuedBytesMax)
            return Drop.QueuesFull;
        byUse.Remove(device.Place);
        byUse.AddFirst(device.Place);
        Enqueue(device, work);
        return Drop.None;
    }

    private void Enqueue(Device device, Work work)
    {
        device.Queue.Enqueue(work);
        queuedBytes += BytesOf(work);
        if (device.Busy)
            return;
        device.Busy = true;
        busy++;
        ready.Writer.TryWrite(device);
    }

    private bool TryMakeRoom([NotNullWhen(true)] out Device? evicted)
    {
        for (var place = byUse.Last; place is not null; place = place.Previous)
        {
            if (place.Value.Busy)
                continue;
            evicted = place.Value;
            Remove(evicted);
            return true;
        }

        evicted = null;
        return false;
    }

    private void Remove(Device device)
    {
        devices.Remove(device.Node);
        byUse.Remove(device.Place);
    }

    private static int BytesOf(Work work) => work is Received received ? received.Message.Length : 0;
}
