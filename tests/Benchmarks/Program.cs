using Fog.Benchmarks.Engine;
using Fog.Benchmarks.Functions;
using Fog.Benchmarks.Mqtt;

// dotnet run -c Release --project tests/Benchmarks -- engine [part …] | functions [kernel …] | mqtt [row …]
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
    default:
        Console.Error.WriteLine("""
            Usage: engine [part …]        measures calls, activations, writes, hosts against their bars
                   functions [kernel …]   compares the engines on the sample kernels
                   mqtt [row …]           compares the broker with Debian's mosquitto
            """);
        return 2;
}
