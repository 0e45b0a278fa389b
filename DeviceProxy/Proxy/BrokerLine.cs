namespace Fog.DeviceProxy.Proxy;

/// <summary>By which of its subscriptions a proxy hears something.</summary>
internal enum BrokerLine
{
    /// <summary>It alone hears all devices.</summary>
    All,

    /// <summary>What is said by the devices whose sessions it has, at a broker that it shares.</summary>
    Devices,

    /// <summary>Its share of what all devices say.</summary>
    Hellos,
}
