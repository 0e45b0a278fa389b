namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>The properties of MQTT 5 (2.2.2.2, table 2-4). The values are those on the wire.</summary>
internal enum PropertyId : byte
{
    PayloadFormat = 0x01,
    MessageExpiry = 0x02,
    ContentType = 0x03,
    ResponseTopic = 0x08,
    CorrelationData = 0x09,
    SubscriptionIdentifier = 0x0B,
    SessionExpiry = 0x11,
    AssignedClientIdentifier = 0x12,
    ServerKeepAlive = 0x13,
    AuthenticationMethod = 0x15,
    AuthenticationData = 0x16,
    RequestProblemInformation = 0x17,
    WillDelay = 0x18,
    RequestResponseInformation = 0x19,
    ResponseInformation = 0x1A,
    ServerReference = 0x1C,
    ReasonString = 0x1F,
    ReceiveMaximum = 0x21,
    TopicAliasMaximum = 0x22,
    TopicAlias = 0x23,
    MaximumQos = 0x24,
    RetainAvailable = 0x25,
    UserProperty = 0x26,
    MaximumPacketSize = 0x27,
    WildcardSubscriptionAvailable = 0x28,
    SubscriptionIdentifierAvailable = 0x29,
    SharedSubscriptionAvailable = 0x2A,
}

/// <summary>Where a property may stand.</summary>
[Flags]
internal enum PropertyScope
{
    Connect = 1,
    Will = 2,
    ConnAck = 4,
    Publish = 8,

    /// <summary>PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK.</summary>
    Acknowledgement = 16,
    Subscribe = 32,
    Unsubscribe = 64,
    Disconnect = 128,
    Auth = 256,
}

internal enum PropertyKind
{
    /// <summary>A byte that is 0 or 1.</summary>
    Flag,
    UInt16,
    UInt32,
    VariableInteger,
    Text,
    Binary,
    TextPair,
}

/// <summary>One row of table 2-4.</summary>
/// <param name="Minimum">The smallest number that is no protocol error.</param>
internal readonly record struct PropertyRule(PropertyKind Kind, PropertyScope Scopes, uint Minimum = 0)
{
    private const PropertyScope Message = PropertyScope.Publish | PropertyScope.Will;
    private const PropertyScope Opening = PropertyScope.Connect | PropertyScope.ConnAck;
    private const PropertyScope Everywhere = (PropertyScope)511;

    /// <summary>None for an identifier that the table does not have.</summary>
    public static PropertyRule? For(PropertyId id) => id switch
    {
        PropertyId.PayloadFormat => new(PropertyKind.Flag, Message),
        PropertyId.MessageExpiry => new(PropertyKind.UInt32, Message),
        PropertyId.ContentType => new(PropertyKind.Text, Message),
        PropertyId.ResponseTopic => new(PropertyKind.Text, Message),
        PropertyId.CorrelationData => new(PropertyKind.Binary, Message),
        PropertyId.SubscriptionIdentifier => new(PropertyKind.VariableInteger, PropertyScope.Publish | PropertyScope.Subscribe, 1),
        PropertyId.SessionExpiry => new(PropertyKind.UInt32, Opening | PropertyScope.Disconnect),
        PropertyId.AssignedClientIdentifier => new(PropertyKind.Text, PropertyScope.ConnAck),
        PropertyId.ServerKeepAlive => new(PropertyKind.UInt16, PropertyScope.ConnAck),
        PropertyId.AuthenticationMethod => new(PropertyKind.Text, Opening | PropertyScope.Auth),
        PropertyId.AuthenticationData => new(PropertyKind.Binary, Opening | PropertyScope.Auth),
        PropertyId.RequestProblemInformation => new(PropertyKind.Flag, PropertyScope.Connect),
        PropertyId.WillDelay => new(PropertyKind.UInt32, PropertyScope.Will),
        PropertyId.RequestResponseInformation => new(PropertyKind.Flag, PropertyScope.Connect),
        PropertyId.ResponseInformation => new(PropertyKind.Text, PropertyScope.ConnAck),
        PropertyId.ServerReference => new(PropertyKind.Text, PropertyScope.ConnAck | PropertyScope.Disconnect),
        PropertyId.ReasonString => new(PropertyKind.Text, PropertyScope.ConnAck | PropertyScope.Acknowledgement | PropertyScope.Disconnect | PropertyScope.Auth),
        PropertyId.ReceiveMaximum => new(PropertyKind.UInt16, Opening, 1),
        PropertyId.TopicAliasMaximum => new(PropertyKind.UInt16, Opening),
        PropertyId.TopicAlias => new(PropertyKind.UInt16, PropertyScope.Publish),
        PropertyId.MaximumQos => new(PropertyKind.Flag, PropertyScope.ConnAck),
        PropertyId.RetainAvailable => new(PropertyKind.Flag, PropertyScope.ConnAck),
        PropertyId.UserProperty => new(PropertyKind.TextPair, Everywhere),
        PropertyId.MaximumPacketSize => new(PropertyKind.UInt32, Opening, 1),
        PropertyId.WildcardSubscriptionAvailable => new(PropertyKind.Flag, PropertyScope.ConnAck),
        PropertyId.SubscriptionIdentifierAvailable => new(PropertyKind.Flag, PropertyScope.ConnAck),
        PropertyId.SharedSubscriptionAvailable => new(PropertyKind.Flag, PropertyScope.ConnAck),
        _ => null,
    };

    /// <summary>User properties always, and subscription identifiers on their way to a subscriber.</summary>
    public bool MayRepeat(PropertyScope scope) =>
        Kind == PropertyKind.TextPair || (Kind == PropertyKind.VariableInteger && scope == PropertyScope.Publish);
}
