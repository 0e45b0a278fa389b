using Fog.Silo.Host;

const string Replace = "--replace";

try
{
    if (args is ["restore", var backup, .. var settings])
    {
        var summary = await FogHostOptions.Load([.. settings.Where(static setting => setting != Replace)]).Restore(backup, settings.Contains(Replace));
        Console.WriteLine($"{summary.Records} records as of {summary.Taken:u} are restored");
        return 0;
    }

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
