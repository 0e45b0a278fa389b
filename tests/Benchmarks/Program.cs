using Fog.Benchmarks.Engine;
using Fog.Benchmarks.Functions;
using Fog.Benchmarks.Mqtt;
using Fog.Benchmarks.Updates;

// dotnet run -c Release --project tests/Benchmarks -- engine [part …] | functions [kernel …] | mqtt [row …] | update [name=value …]
switch (args)
{
    case ["engine", .. var parts]:
        return await EngineBenchmark.RunAsync(parts);
    case ["empty-kestrel", var port]: // started by the benchmark, beside an idle silo
        await Hosts.RunEmptyKestrelAsync(int.Parse(port));
        return 0;
    case ["functions", .. var kernels]:
        return FunctionsBenchmark.Run(kernels);
    case ["mqtt", .. var rows]:
        return await MqttBenchmark.RunAsync(rows);
    case ["mqtt-broker", var port]: // started by the benchmark, in a process of its own as the other broker is
        await BrokerUnderTest.RunAsync(int.Parse(port));
        return 0;
    case ["update", .. var settings]:
        return UpdateBenchmark.Run(settings);
    default:
        Console.Error.WriteLine("""
            Usage: engine [part …]        measures calls, activations, writes, hosts against their bars
                   functions [kernel …]   compares the engines on the sample kernels
                   mqtt [row …]           compares the broker with Debian's mosquitto
                   update [name=value …]  a release's way into a modelled device, pipelined and in turn:
                                          network=KBIT/S,… hash=KB/S flash=KB/S|board round-trip=MS image=BYTES
            """);
        return 2;
}
