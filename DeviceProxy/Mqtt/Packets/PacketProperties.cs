namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>One property: a number, a text, bytes, or a name with its value, as its identifier has it.</summary>
internal readonly record struct Property(
    PropertyId Id, uint Number = 0, string Text = "", string Value = "", ReadOnlyMemory<byte> Bytes = default);

/// <summary>The properties of an MQTT 5 packet (2.2.2), in the order in which they stand.</summary>
/// <remarks><code>
/// varint    bytes of all that follows
/// any number of times:
///   byte    identifier (a varint whose known values all fit a byte)
///   …       value: byte, uint16, uint32, varint, string, binary, or two strings
/// </code></remarks>
internal sealed class PacketProperties
{
    /// <summary>Properties in one packet, so that a few bytes on the wire do not become many objects here.</summary>
    public const int CountMax = 128;

    private readonly List<Property> all = [];

    public IReadOnlyList<Property> All => all;

    public uint? Number(PropertyId id) => Find(id) is var i && i >= 0 ? all[i].Number : null;

    public TimeSpan? Seconds(PropertyId id) => Number(id) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    public string? Text(PropertyId id) => Find(id) is var i && i >= 0 ? all[i].Text : null;

    public bool Has(PropertyId id) => Find(id) >= 0;

    public PacketProperties Add(PropertyId id, uint number)
    {
        all.Add(new Property(id, number));
        return this;
    }

    public PacketProperties Add(PropertyId id, TimeSpan time) => Add(id, SecondsOf(time));

    public PacketProperties Add(PropertyId id, string text)
    {
        all.Add(new Property(id, Text: text));
        return this;
    }

    public PacketProperties Add(PropertyId id, ReadOnlyMemory<byte> bytes)
    {
        all.Add(new Property(id, Bytes: bytes));
        return this;
    }

    public PacketProperties AddUser(string name, string value)
    {
        all.Add(new Property(PropertyId.UserProperty, Text: name, Value: value));
        return this;
    }

    /// <summary>Whole seconds, rounded up so that what is not over never looks so; the largest number stands for ever.</summary>
    public static uint SecondsOf(TimeSpan time) => (uint)Math.Min(Math.Ceiling(time.TotalSeconds), uint.MaxValue);

    /// <summary>The properties of a message in a PUBLISH or a will; null if there is nothing to say.</summary>
    public static PacketProperties? Of(MqttMessageProperties? message)
    {
        if (message is null)
            return null;
        var properties = new PacketProperties();
        if (message.IsText)
            properties.Add(PropertyId.PayloadFormat, 1);
        if (message.Expiry is { } expiry)
            properties.Add(PropertyId.MessageExpiry, expiry);
        if (message.ContentType is { } contentType)
            properties.Add(PropertyId.ContentType, contentType);
        if (message.ResponseTopic is { } responseTopic)
            properties.Add(PropertyId.ResponseTopic, responseTopic);
        if (message.CorrelationData is { } correlation)
            properties.Add(PropertyId.CorrelationData, correlation);
        foreach (var (name, value) in message.User)
            properties.AddUser(name, value);
        return properties.all.Count > 0 ? properties : null;
    }

    /// <summary>The other way.</summary>
    public MqttMessageProperties? ToMessage()
    {
        var user = all.Where(p => p.Id == PropertyId.UserProperty).Select(p => KeyValuePair.Create(p.Text, p.Value)).ToArray();
        var correlation = Find(PropertyId.CorrelationData);
        var message = new MqttMessageProperties
        {
            IsText = Number(PropertyId.PayloadFormat) == 1,
            Expiry = Seconds(PropertyId.MessageExpiry),
            ContentType = Text(PropertyId.ContentType),
            ResponseTopic = Text(PropertyId.ResponseTopic),
            CorrelationData = correlation >= 0 ? all[correlation].Bytes : default(ReadOnlyMemory<byte>?),
            User = user,
        };
        return message is { IsText: false, Expiry: null, ContentType: null, ResponseTopic: null, CorrelationData: null, User.Count: 0 } ? null : message;
    }

    public static PacketProperties? Read(ref PacketReader reader, PropertyScope scope)
    {
        if (reader.Version != MqttVersion.V5)
            return null;
        var body = reader.Section();
        if (body.AtEnd)
        {
            if (body.Fault != MqttFault.None)
                reader.Fail(body.Fault);
            return null;
        }

        var properties = new PacketProperties();
        while (!body.AtEnd)
            properties.ReadOne(ref body, scope);
        if (body.Fault != MqttFault.None)
            reader.Fail(body.Fault);
        return properties;
    }

    /// <summary>Bytes with their length; those of an absent block too.</summary>
    public static int BytesOf(PacketProperties? properties, MqttVersion version)
    {
        if (version != MqttVersion.V5)
            return 0;
        var body = properties?.BodyBytes ?? 0;
        return PacketWriter.VariableIntegerBytes(body) + body;
    }

    public static void Write(ref PacketWriter writer, PacketProperties? properties)
    {
        if (writer.Version != MqttVersion.V5)
            return;
        writer.VariableInteger(properties?.BodyBytes ?? 0);
        foreach (var property in properties?.All ?? [])
            WriteOne(ref writer, property);
    }

    public override string ToString() => string.Join(' ', all.Select(p =>
        $"{p.Id}={KindOf(p.Id) switch
        {
            PropertyKind.Text => $"'{p.Text}'",
            PropertyKind.TextPair => $"'{p.Text}':'{p.Value}'",
            PropertyKind.Binary => $"{p.Bytes.Length} bytes",
            _ => $"{p.Number}",
        }}"));

    private int BodyBytes => all.Sum(p => 1 + KindOf(p.Id) switch
    {
        PropertyKind.Flag => 1,
        PropertyKind.UInt16 => 2,
        PropertyKind.UInt32 => 4,
        PropertyKind.VariableInteger => PacketWriter.VariableIntegerBytes((int)p.Number),
        PropertyKind.Text => PacketWriter.TextBytes(p.Text),
        PropertyKind.Binary => 2 + p.Bytes.Length,
        PropertyKind.TextPair => PacketWriter.TextBytes(p.Text) + PacketWriter.TextBytes(p.Value),
        var kind => throw new InvalidOperationException($"No size for a {kind}."),
    });

    private void ReadOne(ref PacketReader reader, PropertyScope scope)
    {
        var id = (PropertyId)reader.Byte();
        if (PropertyRule.For(id) is not { } rule)
        {
            reader.Fail(MqttFault.PropertyUnknown);
            return;
        }

        if ((rule.Scopes & scope) == 0)
            reader.Fail(MqttFault.PropertyMisplaced);
        else if (!rule.MayRepeat(scope) && Has(id))
            reader.Fail(MqttFault.PropertyRepeated);
        else if (all.Count >= CountMax)
            reader.Fail(MqttFault.TooManyProperties);
        var property = rule.Kind switch
        {
            PropertyKind.Flag => new Property(id, reader.Byte()),
            PropertyKind.UInt16 => new Property(id, reader.UInt16()),
            PropertyKind.UInt32 => new Property(id, reader.UInt32()),
            PropertyKind.VariableInteger => new Property(id, (uint)reader.VariableInteger()),
            PropertyKind.Text => new Property(id, Text: reader.Text()),
            PropertyKind.Binary => new Property(id, Bytes: reader.Binary().ToArray()),
            PropertyKind.TextPair => new Property(id, Text: reader.Text(), Value: reader.Text()),
            var kind => throw new InvalidOperationException($"No reading of a {kind}."),
        };
        if (reader.Fault != MqttFault.None)
            return;
        if (property.Number < rule.Minimum || (rule.Kind == PropertyKind.Flag && property.Number > 1))
            reader.Fail(MqttFault.PropertyValueInvalid);
        all.Add(property);
    }

    private static void WriteOne(ref PacketWriter writer, in Property property)
    {
        writer.Byte((byte)property.Id);
        switch (KindOf(property.Id))
        {
            case PropertyKind.Flag:
                writer.Byte((byte)property.Number);
                break;
            case PropertyKind.UInt16:
                writer.UInt16((ushort)property.Number);
                break;
            case PropertyKind.UInt32:
                writer.UInt32(property.Number);
                break;
            case PropertyKind.VariableInteger:
                writer.VariableInteger((int)property.Number);
                break;
            case PropertyKind.Text:
                writer.Text(property.Text);
                break;
            case PropertyKind.Binary:
                writer.Binary(property.Bytes.Span);
                break;
            case PropertyKind.TextPair:
                writer.Text(property.Text);
                writer.Text(property.Value);
                break;
        }
    }

    private static PropertyKind KindOf(PropertyId id) => PropertyRule.For(id)!.Value.Kind;

    private int Find(PropertyId id) => all.FindIndex(p => p.Id == id);
}
