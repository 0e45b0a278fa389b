using System.Text;
using Fog.DeviceProxy.Mqtt.Packets;

namespace Fog.DeviceProxy.Mqtt.Tests.Packets;

/// <summary>What is wrong with a packet, by name. A space separates the fixed header from the body.</summary>
public class MalformedPacketsTests
{
    private const string Name = "00044D515454"; // "MQTT"

    public static readonly TheoryData<string, MqttFault> Packets = new()
    {
        // Fixed header (2.2)
        { "00 ", MqttFault.PacketTypeReserved },
        { "F0 ", MqttFault.PacketTypeReserved },
        { "11 ", MqttFault.HeaderFlagsInvalid },
        { "28 ", MqttFault.HeaderFlagsInvalid },
        { "41 ", MqttFault.HeaderFlagsInvalid },
        { "60 ", MqttFault.HeaderFlagsInvalid }, // MQTT-3.6.1-1
        { "80 ", MqttFault.HeaderFlagsInvalid }, // MQTT-3.8.1-1
        { "A0 ", MqttFault.HeaderFlagsInvalid }, // MQTT-3.10.1-1
        { "E1 ", MqttFault.HeaderFlagsInvalid }, // MQTT-3.14.1-1
        { "36 ", MqttFault.QosInvalid }, // MQTT-3.3.1-4
        { "38 ", MqttFault.DuplicateAtMostOnce }, // MQTT-3.3.1-2
        { "3080808080 ", MqttFault.RemainingLengthInvalid },
        { "30FFFFFFFF ", MqttFault.RemainingLengthInvalid },
        { "30818040 ", MqttFault.PacketTooLarge }, // announces one byte more than the limit, sends none
        { "1081804000 ", MqttFault.PacketTooLarge },
        { "4001 ", MqttFault.BodyTooShort },
        { "4003 ", MqttFault.BodyTooLong },
        { "C001 ", MqttFault.BodyTooLong },
        { "E001 ", MqttFault.BodyTooLong },
        { "20808001 ", MqttFault.BodyTooLong }, // a CONNACK of 16 KB

        // Fields (1.5, 2.3.1)
        { "4002 0000", MqttFault.PacketIdZero },
        { "3205 0001610000", MqttFault.PacketIdZero }, // MQTT-2.3.1-1
        { "8206 0000000161 01", MqttFault.PacketIdZero },
        { "3001 00", MqttFault.BodyTooShort },
        { "3003 000261", MqttFault.BodyTooShort }, // the string reaches beyond the packet
        { "3204 00016100", MqttFault.BodyTooShort }, // half a packet identifier
        { "3003 0001FF", MqttFault.StringNotUtf8 }, // MQTT-1.5.3-1
        { "3005 0003EDA080", MqttFault.StringNotUtf8 }, // U+D800
        { "3004 0002C080", MqttFault.StringNotUtf8 }, // U+0000, too long
        { "3006 0004F4908080", MqttFault.StringNotUtf8 }, // U+110000
        { "3003 000100", MqttFault.StringHasNull }, // MQTT-1.5.3-2

        // CONNECT (3.1)
        { "1000 ", MqttFault.BodyTooShort },
        { "100C 00044D515458 04 02 003C 0000", MqttFault.ProtocolNameUnknown },
        { "100C 00046D717474 04 02 003C 0000", MqttFault.ProtocolNameUnknown }, // case counts
        { "100E 00064D5149736470 03 02 003C 0000", MqttFault.ProtocolNameUnknown }, // MQTT 3.1
        { $"100C {Name} 03 02 003C 0000", MqttFault.ProtocolLevelUnsupported },
        { $"100D {Name} 06 02 003C 00 0000", MqttFault.ProtocolLevelUnsupported },
        { $"1006 {Name}", MqttFault.BodyTooShort },
        { $"100C {Name} 04 03 003C 0000", MqttFault.ReservedBitSet }, // MQTT-3.1.2-3
        { $"100C {Name} 04 0A 003C 0000", MqttFault.WillFlagsWithoutWill }, // MQTT-3.1.2-13
        { $"100C {Name} 04 22 003C 0000", MqttFault.WillFlagsWithoutWill }, // MQTT-3.1.2-15
        { $"1011 {Name} 04 1E 003C 0000 0001770000", MqttFault.QosInvalid }, // MQTT-3.1.2-14
        { $"100C {Name} 04 42 003C 0000", MqttFault.PasswordWithoutUserName }, // MQTT-3.1.2-22
        { $"100C {Name} 04 06 003C 0000", MqttFault.BodyTooShort }, // a will is missing
        { $"1010 {Name} 04 06 003C 0000 00000000", MqttFault.TopicEmpty },
        { $"1011 {Name} 04 06 003C 0000 00012B0000", MqttFault.TopicHasWildcard },
        { $"100C {Name} 04 82 003C 0000", MqttFault.BodyTooShort }, // a user name is missing
        { $"100D {Name} 04 02 003C 0000 00", MqttFault.BodyTooLong },

        // CONNACK (3.2)
        { "2002 0200", MqttFault.ReservedBitSet }, // MQTT-3.2.2-1
        { "2002 0006", MqttFault.ReturnCodeUnknown },
        { "2002 0101", MqttFault.SessionPresentInvalid }, // MQTT-3.2.2-4

        // PUBLISH (3.3)
        { "3000 ", MqttFault.BodyTooShort },
        { "3002 0000", MqttFault.TopicEmpty }, // MQTT-4.7.3-1
        { "3005 0003612F23", MqttFault.TopicHasWildcard }, // MQTT-3.3.2-2
        { "3003 00012B", MqttFault.TopicHasWildcard },

        // SUBSCRIBE, SUBACK, UNSUBSCRIBE (3.8 to 3.10)
        { "8202 0001", MqttFault.FiltersMissing }, // MQTT-3.8.3-3
        { "8205 0001000161", MqttFault.BodyTooShort }, // no options
        { "8206 000100016103", MqttFault.QosInvalid }, // MQTT-3.8.3-4
        { "8206 000100016104", MqttFault.ReservedBitSet },
        { "8205 0001000000", MqttFault.TopicFilterInvalid }, // MQTT-4.7.3-1
        { "8207 00010002612300", MqttFault.TopicFilterInvalid }, // a#, MQTT-4.7.1-2
        { "8208 00010003232F6100", MqttFault.TopicFilterInvalid }, // #/a
        { "8207 00010002612B00", MqttFault.TopicFilterInvalid }, // a+, MQTT-4.7.1-3
        { "9002 0001", MqttFault.FiltersMissing },
        { "9003 000103", MqttFault.ReturnCodeUnknown }, // MQTT-3.9.3-2
        { "A202 0001", MqttFault.FiltersMissing }, // MQTT-3.10.3-2
        { "A205 00010001FF", MqttFault.StringNotUtf8 },
    };

    public static readonly TheoryData<string, MqttFault> Packets5 = new()
    {
        // Fixed header and variable byte integers (2.1, 1.5.5)
        { "00 ", MqttFault.PacketTypeReserved },
        { "F1 ", MqttFault.HeaderFlagsInvalid }, // MQTT-3.15.1-1
        { "308300 000161", MqttFault.RemainingLengthInvalid }, // MQTT-1.5.5-1
        { "C001 ", MqttFault.BodyTooLong },
        { "4001 00", MqttFault.BodyTooShort },
        { "3006 000161 80000000", MqttFault.VariableIntegerInvalid },
        { "3008 000161 8080808001", MqttFault.VariableIntegerInvalid },

        // Properties (2.2.2)
        { "3003 000161", MqttFault.BodyTooShort }, // no length of properties
        { "3005 000161 0201", MqttFault.BodyTooShort }, // properties beyond the packet
        { "3005 000161 0102", MqttFault.BodyTooShort }, // a value beyond the properties
        { "3006 000161 020000", MqttFault.PropertyUnknown },
        { "3006 000161 027F00", MqttFault.PropertyUnknown },
        { "3009 000161 051100000001", MqttFault.PropertyMisplaced }, // session expiry in PUBLISH
        { "3008 000161 0401010101", MqttFault.PropertyRepeated }, // MQTT-3.3.2-4 and the like
        { "3006 000161 020102", MqttFault.PropertyValueInvalid }, // payload format 2
        { "3006 000161 020B00", MqttFault.PropertyValueInvalid }, // subscription identifier 0, 3.3.2.3.8
        { "3007 000161 03260001", MqttFault.BodyTooShort },
        { "3009 000161 05 03 0002 FFFF", MqttFault.StringNotUtf8 },
        { $"1010 {Name} 05 02 003C 03 210000 0000", MqttFault.PropertyValueInvalid }, // receive maximum 0, 3.1.2.11.3
        { $"1012 {Name} 05 02 003C 05 2700000000 0000", MqttFault.PropertyValueInvalid }, // maximum packet size 0, 3.1.2.11.4
        { $"1013 {Name} 05 02 003C 06 210001 210001 0000", MqttFault.PropertyRepeated },
        { $"1012 {Name} 05 02 003C 05 1800000001 0000", MqttFault.PropertyMisplaced }, // a will's, outside the will

        // CONNECT, CONNACK
        { $"100D {Name} 05 03 003C 00 0000", MqttFault.ReservedBitSet }, // MQTT-3.1.2-3
        { $"100D {Name} 05 22 003C 00 0000", MqttFault.WillFlagsWithoutWill }, // MQTT-3.1.2-13
        { "2003 0201 00", MqttFault.ReservedBitSet }, // MQTT-3.2.2-1
        { "2003 0002 00", MqttFault.ReturnCodeUnknown }, // MQTT-3.2.2-8
        { "2003 0187 00", MqttFault.SessionPresentInvalid }, // MQTT-3.2.2-6

        // PUBLISH (3.3)
        { "3003 0000 00", MqttFault.TopicEmpty }, // neither topic nor alias, 3.3.2.1
        { "3007 000161 03230000", MqttFault.TopicAliasInvalid }, // MQTT-3.3.2-8
        { "3008 000161 04 08 0001 23", MqttFault.TopicHasWildcard }, // MQTT-3.3.2-14
        { "3007 000161 03 08 0000", MqttFault.TopicHasWildcard },

        // Acknowledgements
        { "4003 0001 01", MqttFault.ReturnCodeUnknown }, // MQTT-3.4.2-1
        { "6203 0001 80", MqttFault.ReturnCodeUnknown }, // MQTT-3.6.2-1
        { "4005 0001 00 01 11", MqttFault.PropertyMisplaced },
        { "4005 0001 00 00 00", MqttFault.BodyTooLong },
        { "9004 0001 00 03", MqttFault.ReturnCodeUnknown }, // MQTT-3.9.3-2
        { "B003 0001 00", MqttFault.FiltersMissing },
        { "B004 0001 00 01", MqttFault.ReturnCodeUnknown }, // MQTT-3.11.3-2
        { "E001 01", MqttFault.ReturnCodeUnknown }, // MQTT-3.14.2-1
        { "F002 01 00", MqttFault.ReturnCodeUnknown }, // MQTT-3.15.2-1

        // SUBSCRIBE (3.8)
        { "8203 0001 00", MqttFault.FiltersMissing }, // MQTT-3.8.3-2
        { "8207 0001 00 000161 40", MqttFault.ReservedBitSet }, // MQTT-3.8.3-5
        { "8207 0001 00 000161 03", MqttFault.QosInvalid },
        { "8207 0001 00 000161 30", MqttFault.RetainHandlingInvalid },
        { "8210 0001 00 000A 2473686172652F672F61 04", MqttFault.NoLocalOnSharedSubscription }, // MQTT-3.8.3-4
        { "820E 0001 00 0008 2473686172652F67 00", MqttFault.TopicFilterInvalid }, // $share/g, MQTT-4.8.2-2
        { "820F 0001 00 0009 2473686172652F2F61 00", MqttFault.TopicFilterInvalid }, // $share//a, MQTT-4.8.2-1
        { "8210 0001 00 000A 2473686172652F2B2F61 00", MqttFault.TopicFilterInvalid }, // $share/+/a, MQTT-4.8.2-2
        { "820B 0001 04 0B01 0B02 000161 00", MqttFault.PropertyRepeated }, // 3.8.2.1.2
    };

    [Theory]
    [MemberData(nameof(Packets))]
    public void A_malformed_packet_is_told_by_its_fault(string hex, MqttFault fault) =>
        Assert.Equal((DecodeStatus.Malformed, fault), Codec.Outcome(Bytes(hex)));

    [Theory]
    [MemberData(nameof(Packets5))]
    public void A_malformed_packet_of_version_5_is_told_by_its_fault(string hex, MqttFault fault)
    {
        Assert.Equal((DecodeStatus.Malformed, fault), Codec.Outcome(Bytes(hex), version: MqttVersion.V5));
        for (var length = 0; length < Bytes(hex).Length; length++)
        {
            var (status, early) = Codec.Outcome(Bytes(hex)[..length], version: MqttVersion.V5);
            Assert.True(status == DecodeStatus.NeedMore || early == fault, $"{length} bytes: {status} {early}");
        }
    }

    [Fact]
    public void More_properties_than_a_packet_may_have_are_refused()
    {
        var properties = new PacketProperties();
        for (var i = 0; i <= PacketProperties.CountMax; i++)
            properties.AddUser("", "");
        var bytes = Codec.Encode(new DisconnectPacket { Properties = properties }, MqttVersion.V5);
        Assert.Equal((DecodeStatus.Malformed, MqttFault.TooManyProperties), Codec.Outcome(bytes, version: MqttVersion.V5));
    }

    [Fact]
    public void A_server_that_knows_only_3_1_1_may_say_so_in_its_own_version() =>
        Assert.Equal(
            ConnectReturnCode.UnacceptableProtocolVersion,
            Assert.IsType<ConnAckPacket>(Codec.Decode(Bytes("2002 0001"), MqttVersion.V5)).ReturnCode);

    [Fact]
    public void Every_fault_of_a_single_packet_occurs_in_the_table()
    {
        MqttFault[] notOfASinglePacket =
        [
            MqttFault.None, MqttFault.PacketCutOff, MqttFault.TopicTooDeep, MqttFault.TooManyFilters,
            MqttFault.TooManyProperties, MqttFault.ReceiveMaximumExceeded, MqttFault.MessageRateTooHigh, MqttFault.NotAllowedNow,
            MqttFault.FirstPacketUnexpected, MqttFault.ConnectRepeated, MqttFault.WrongDirection, MqttFault.AnswerMismatch,
        ];
        var told = Packets.Concat(Packets5).Select(row => (MqttFault)row[1]).Distinct();
        Assert.Equal(Enum.GetValues<MqttFault>().Except(notOfASinglePacket).Order(), told.Order());
    }

    [Theory]
    [MemberData(nameof(Packets))]
    public void A_malformed_packet_is_never_taken_for_a_good_beginning_forever(string hex, MqttFault fault)
    {
        // However the bytes arrive, the outcome is first "need more", then this fault, never anything else.
        var bytes = Bytes(hex);
        var outcomes = Enumerable.Range(0, bytes.Length + 1).Select(n => Codec.Outcome(bytes[..n])).ToList();
        Assert.Equal((DecodeStatus.Malformed, fault), outcomes[^1]);
        Assert.All(outcomes, outcome => Assert.Contains(outcome, new[] { (DecodeStatus.NeedMore, MqttFault.None), (DecodeStatus.Malformed, fault) }));
    }

    [Fact]
    public void A_declared_length_is_refused_before_a_byte_of_the_body_is_there() =>
        Assert.Equal((DecodeStatus.Malformed, MqttFault.PacketTooLarge), Codec.Outcome([0x30, 0xE9, 0x07], bytesMax: 1000));

    [Fact]
    public void The_longest_packet_within_the_limit_is_awaited() =>
        Assert.Equal((DecodeStatus.NeedMore, MqttFault.None), Codec.Outcome([0x30, 0xE8, 0x07], bytesMax: 1000));

    [Fact]
    public void A_length_in_more_bytes_than_it_needs_is_accepted() // 2.2.3 asks for no minimum, unlike MQTT 5
    {
        var packet = Assert.IsType<PublishPacket>(Codec.Decode(Bytes("30838000 000161")));
        Assert.Equal("a", packet.Message.Topic);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(16_383)]
    [InlineData(16_384)]
    [InlineData(2_097_151)]
    [InlineData(2_097_152)]
    public void A_packet_of_every_length_of_length_survives(int bodyBytes) // table 2.4
    {
        if (bodyBytes < 3)
            bodyBytes += 3;
        var packet = new PublishPacket(new MqttMessage("a", new byte[bodyBytes - 3], QualityOfService.AtMostOnce), 0);
        var bytes = Codec.Encode(packet);
        var buffer = new System.Buffers.ReadOnlySequence<byte>(bytes);
        Assert.Equal(DecodeStatus.Decoded, PacketDecoder.TryRead(ref buffer, bodyBytes, out var read, out _));
        Assert.Equal(Codec.Describe(packet), Codec.Describe(read!));
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(new StringBuilder(hex).Replace(" ", "").ToString());
}
