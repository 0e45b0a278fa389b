using Fog.Silo.Host;

try
{
    await using var host = FogHost.Build(FogHostOptions.Load(args), ConsoleLog.Structured);
    await host.StartAsync();
    Console.WriteLine($"http {host.Http}");
    if (host.HasBroker)
    {
        Console.WriteLine($"mqtt {host.Mqtt}");
    }

    await host.WaitForShutdownAsync();
    return 0;
}
catch (SiloStartException failure)
{
    Console.Error.WriteLine($"silo: {failure.Message}");
    return 2;
}
