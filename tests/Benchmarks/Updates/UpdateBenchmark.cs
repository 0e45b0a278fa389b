using System.Globalization;

namespace Fog.Benchmarks.Updates;

/// <summary>Transfer, verification and flash at once against one after the other, on a modelled device (docs/updates.md).</summary>
internal static class UpdateBenchmark
{
    private static readonly double[] Networks = [256, 512, 1000, 2000, 4000];

    /// <returns>0 if the bars hold; 2: a setting is none.</returns>
    public static int Run(string[] settings)
    {
        var parameters = new TransferParameters();
        var networks = Networks;
        foreach (var setting in settings)
        {
            try
            {
                switch (setting.Split('='))
                {
                    case ["network", var list]:
                        networks = [.. list.Split(',').Select(Number)];
                        break;
                    case ["hash", var rate]:
                        parameters = parameters with { HashBytesPerSecond = Number(rate) * 1000 };
                        break;
                    case ["flash", "board"]:
                        parameters = parameters with { FlashBytesPerSecond = null };
                        break;
                    case ["flash", var rate]:
                        parameters = parameters with { FlashBytesPerSecond = Number(rate) * 1000 };
                        break;
                    case ["round-trip", var millis]:
                        parameters = parameters with { RoundTrip = TimeSpan.FromMilliseconds(Number(millis)) };
                        break;
                    case ["image", var bytes] when Number(bytes) is >= 1 and <= Firmware.Loader.Slots.Slots.SlotBytes:
                        parameters = parameters with { ImageBytes = (int)Number(bytes) };
                        break;
                    default:
                        throw new FormatException();
                }
            }
            catch (FormatException)
            {
                Console.Error.WriteLine($"{setting} is no setting: network=KBIT/S,… hash=KB/S flash=KB/S|board round-trip=MS image=BYTES");
                return 2;
            }
        }

        return Print(parameters, networks);
    }

    private static int Print(TransferParameters parameters, double[] networks)
    {
        var holds = true;
        Console.WriteLine($"An image of {parameters.ImageBytes} bytes; SHA-256 {parameters.HashBytesPerSecond / 1000:0.#} kB/s, flash "
            + (parameters.FlashBytesPerSecond is { } rate ? $"{rate / 1000:0.#} kB/s" : $"of {parameters.Board.Name}")
            + $", round trip {parameters.RoundTrip.TotalMilliseconds:0.#} ms. Virtual time, ms.");
        Console.WriteLine($"{"kbit/s",8}{"network",10}{"verify",10}{"flash",10}{"in turn",10}{"pipelined",11}{"bar",9}{"gain",7}{"sent",9}{"on wire",9}");
        foreach (var network in networks)
        {
            var f = TransferModel.Run(parameters with { NetworkBitsPerSecond = network * 1000 });
            var bar = f.Pipelined <= f.Bar;
            holds &= bar;
            Console.WriteLine($"{network,8:0}{Ms(f.Network),10}{Ms(f.Verification),10}{Ms(f.Flash),10}{Ms(f.InTurn),10}{Ms(f.Pipelined),11}{Ms(f.Bar),9}"
                + $"{f.InTurn / f.Pipelined,7:F2}{f.SentBytes,9}{f.WireBytes,9}{(bar ? "" : "   over its bar")}");
        }

        Console.WriteLine(holds ? "The bars hold." : "A bar does not hold.");
        return holds ? 0 : 1;
    }

    private static string Ms(TimeSpan time) => time.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture);

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= 0 and < 1e9 ? number : throw new FormatException();
}
