namespace Fog.DeviceProxy.Mqtt.Sessions;

/// <summary>A bound that several queues share.</summary>
internal sealed class ByteBudget(long bytesMax)
{
    public long Used { get; private set; }

    public bool TryTake(int bytes)
    {
        if (Used + bytes > bytesMax)
            return false;
        Used += bytes;
        return true;
    }

    public void Return(int bytes) => Used -= bytes;
}
