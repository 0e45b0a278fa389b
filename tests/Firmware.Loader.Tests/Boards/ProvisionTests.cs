using System.Text;
using Fog.Firmware.Loader.Boards;

namespace Fog.Firmware.Loader.Tests.Boards;

public class ProvisionTests
{
    private const string Claim = "FOG1/MQTT/192.168.1.10:1883/HOME/ESP-1/000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F/BA4CC5BF";
    private const string Whole = $"claim = {Claim}\r\n\n# the access point\nssid=a network\n";

    [Fact]
    public void Lines_of_names_and_values_are_what_a_board_is_given()
    {
        var provision = Parse(Whole + "password = p = q\nperiod = 5000\nduty = 20\nfuel = 150000\nfirmware = 1.2.3");
        Assert.Equal(("home", "esp-1", "192.168.1.10", 1883), (provision.Claim.Site, provision.Claim.Node, provision.Claim.Host, provision.Claim.Port));
        Assert.Equal(Enumerable.Range(0, 32).Select(i => (byte)i), provision.Claim.Key);
        Assert.Equal(("a network", "p = q"), (provision.Ssid, provision.Password));
        Assert.Equal((5000, 20, 150_000, 0x10203u), (provision.PeriodMillis, provision.DutyPermille, provision.FuelPerSecond, provision.FirmwareVersion));
    }

    [Fact]
    public void What_is_not_said_has_a_default()
    {
        var provision = Parse(Whole);
        Assert.Equal(("", 60_000, 100, 170_000, 0x100u), (provision.Password, provision.PeriodMillis, provision.DutyPermille, provision.FuelPerSecond, provision.FirmwareVersion));
    }

    [Fact]
    public void It_takes_four_release_keys_of_2048_or_3072_bits()
    {
        var (small, large) = (Key(256), Key(384));
        Assert.NotNull(Parse($"{Whole}{small}\n{large}\n{small}\n{large}").TrustOf("esp32"));
        Assert.Contains("more than four", Fault($"{Whole}{small}\n{small}\n{small}\n{small}\n{small}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("colour = red", "no known name")]
    [InlineData("just words", "has no =")]
    [InlineData("claim = FOG1/MQTT/192.168.1.10:1883/HOME/ESP-2/000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F/BA4CC5BF", "claim is none")]
    [InlineData("claim =", "claim is none")]
    [InlineData("ssid =", "needs claim and ssid")]
    [InlineData("release-key = 00ff", "release-key is no RSA modulus")]
    [InlineData("release-key = 0", "release-key is no RSA modulus")]
    [InlineData("release-key = zz", "release-key is no RSA modulus")]
    [InlineData("firmware = 1.2", "firmware is a version")]
    [InlineData("firmware = 1.256.0", "firmware is a version")]
    [InlineData("firmware = 0.0.0", "firmware is a version")]
    [InlineData("firmware = 1..0", "firmware is a version")]
    [InlineData("firmware = 1.0.0.0", "firmware is a version")]
    [InlineData("period = 1s", "period has")]
    [InlineData("period = 99", "period has")]
    [InlineData("duty = 0", "duty has")]
    [InlineData("duty =", "duty has")]
    [InlineData("fuel = 99999999999", "fuel is a number")]
    public void A_wrong_line_is_named(string line, string sentence) => Assert.Contains(sentence, Fault(Whole + line), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("ssid = s")]
    [InlineData("claim = " + Claim)]
    public void What_is_missing_is_named(string file) => Assert.StartsWith("the provision needs ", Fault(file), StringComparison.Ordinal);

    [Theory]
    [InlineData("password = s3cret\nperiod = s3cret")]
    [InlineData("s3cret")]
    [InlineData("claim = s3cret")]
    public void No_value_is_in_a_message(string lines) => Assert.DoesNotContain("s3cret", Fault(Whole + lines), StringComparison.Ordinal);

    [Fact]
    public void It_has_a_limit() => Assert.Contains("too long", Fault(Whole + new string('#', Provision.FileBytesMax)), StringComparison.Ordinal);

    [Theory]
    [InlineData("soil adc 6 0 100", 0, 0)]
    [InlineData("soil adc 6 0 100", 4095, 100_000_000)]
    [InlineData("soil adc 6 0 100", 1365, 33_333_333)]
    [InlineData("soil adc 6 -12.5 0.000001", 0, -12_500_000)]
    [InlineData("soil adc 6 -12.5 0.000001", 4095, 1)]
    [InlineData("soil adc 6 1000000 -1000000", 4095, -1_000_000_000_000)]
    [InlineData("soil adc 6 -0.5 0", 0, -500_000)]
    public void A_sensor_is_a_line_between_two_values(string line, int raw, long millionths)
    {
        var sensor = Assert.Single(Parse($"{Whole}sensor = {line}").Sensors());
        Assert.Equal(("soil", 6), (sensor.Name, sensor.Channel));
        Assert.Equal(millionths, sensor.Millionths(raw, 0, 4095));
    }

    [Theory]
    [InlineData("soil")]
    [InlineData("soil adc 6 0")]
    [InlineData("soil adc 6 0 100 %")]
    [InlineData("Soil adc 6 0 100")]
    [InlineData("soil i2c 6 0 100")]
    [InlineData("soil adc 256 0 100")]
    [InlineData("soil adc -1 0 100")]
    [InlineData("soil adc 6 0 1000001")]
    [InlineData("soil adc 6 0 .5")]
    [InlineData("soil adc 6 0 5.")]
    [InlineData("soil adc 6 0 0.1234567")]
    [InlineData("soil adc 6 -- 1")]
    [InlineData("a-name-of-thirty-three-characters adc 6 0 1")]
    public void A_sensor_that_is_none_is_named(string line) => Assert.Contains("NAME adc CHANNEL LOW HIGH", Fault($"{Whole}sensor = {line}"), StringComparison.Ordinal);

    [Fact]
    public void A_board_has_eight_sensors() => Assert.Contains(
        "more than eight", Fault(Whole + string.Concat(Enumerable.Repeat("sensor = soil adc 6 0 1\n", Provision.SensorsMax + 1))), StringComparison.Ordinal);

    private static string Key(int bytes) => "release-key = " + new string('F', 2 * bytes);

    private static string Fault(string file) => Assert.Throws<ArgumentException>(() => Parse(file)).Message;

    private static Provision Parse(string file) => Provision.Parse(Encoding.UTF8.GetBytes(file));
}
