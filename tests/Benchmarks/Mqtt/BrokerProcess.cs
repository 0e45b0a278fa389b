using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Fog.Benchmarks.Mqtt;

/// <summary>A broker in a process of its own, on a free port.</summary>
internal sealed class BrokerProcess : IDisposable
{
    private readonly Process process;
    private readonly string? configuration;

    private BrokerProcess(string name, int port, ProcessStartInfo start, string? configuration = null)
    {
        this.configuration = configuration;
        Name = name;
        EndPoint = new IPEndPoint(IPAddress.Loopback, port);
        process = Process.Start(start)!;
    }

    public string Name { get; }

    public IPEndPoint EndPoint { get; }

    /// <summary>Resident memory now.</summary>
    public long ResidentBytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>Processor time so far, which does not depend on what else the machine does.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    public static Task<BrokerProcess> StartOursAsync()
    {
        var port = FreePort();
        return ListeningAsync(new BrokerProcess("fog", port, new ProcessStartInfo(Environment.ProcessPath!, ["mqtt-broker", $"{port}"])));
    }

    public static async Task<BrokerProcess> StartMosquittoAsync()
    {
        var port = FreePort();
        var configuration = Path.GetTempFileName();
        // Its own limits out of the way, so that neither broker drops what the load generator keeps in flight.
        await File.WriteAllTextAsync(
            configuration, $"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 100000\nset_tcp_nodelay true\nlog_dest none\n");
        return await ListeningAsync(new BrokerProcess("mosquitto", port, new ProcessStartInfo("/usr/sbin/mosquitto", ["-c", configuration]), configuration));
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        if (configuration is not null)
            File.Delete(configuration);
    }

    private static async Task<BrokerProcess> ListeningAsync(BrokerProcess broker)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(broker.EndPoint);
                return broker;
            }
            catch (SocketException)
            {
                await Task.Delay(100);
            }
        }

        broker.Dispose();
        throw new InvalidOperationException($"{broker.Name} does not listen on {broker.EndPoint}.");
    }

    private static int FreePort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
