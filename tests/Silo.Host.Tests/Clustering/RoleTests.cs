using System.Net;
using System.Text.Json;
using Fog.Client;
using Fog.Silo.Host.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;

namespace Fog.Silo.Host.Tests.Clustering;

/// <summary>One silo a role: grains at the centre, a fog host near the devices, a gateway for callers.</summary>
public sealed class RoleTests(ThreeSilos cluster) : IClassFixture<ThreeSilos>
{
    [Fact]
    public async Task Devices_at_the_proxy_answer_callers_at_the_gateway()
    {
        var ended = await cluster.OverHttp.WaitAsync(await cluster.OverHttp.StartAsync("add", [1.5, 2.25]));

        Assert.Equal(3.75, FogClient.Result<double>(ended));
        Assert.Equal(5, ended.Tally.Seats);
    }

    [Fact]
    public async Task Grains_are_where_the_role_is_and_each_fog_host_on_its_own_silo()
    {
        await cluster.OverHttp.InvokeAsync<double>("add", [1, 2]);
        var activations = await cluster.Activations();

        Assert.Equal(["HostGrain"], activations["fog-1"].Distinct());
        Assert.Contains("DispatcherGrain", activations["centre"]);
        Assert.Contains("ClusterGrain", activations["centre"]);
        Assert.Empty(activations["gate"]);
        Assert.Equal(["centre", "fog-1"], (await cluster.OverHttp.SiloAsync()).Hosts.Order());
    }

    [Fact]
    public async Task A_function_runs_on_the_fog_hosts_to_the_same_bits()
    {
        var options = new CallOptions { Placement = Placement.Host };
        var onHost = await cluster.OverHttp.WaitAsync(await cluster.OverHttp.StartAsync("add", [0.1, 0.2], options));
        var onDevices = await cluster.OverHttp.WaitAsync(await cluster.OverHttp.StartAsync("add", [0.1, 0.2]));

        Assert.Equal(onDevices.Outcome!.Sha256, onHost.Outcome!.Sha256);
    }

    [Fact]
    public async Task An_application_that_speaks_Orleans_sees_what_one_over_HTTP_sees()
    {
        var options = new CallOptions { IdempotencyKey = "both-ways" };
        var started = await cluster.OverOrleans.StartAsync("add", [1.5, 2.25], options);
        var ended = await cluster.OverOrleans.WaitAsync(started);

        Assert.Equal(3.75, FogClient.Result<double>(ended));
        Assert.Equal(Json(await cluster.OverHttp.InvocationAsync("both-ways")), Json(await cluster.OverOrleans.InvocationAsync("both-ways")));
        Assert.Equal(Json(await cluster.OverHttp.StartAsync("add", [1.5, 2.25], options)), Json(ended));
        Assert.Equal(Json(await cluster.OverHttp.FunctionsAsync()), Json(await cluster.OverOrleans.FunctionsAsync()));
        Assert.Equal((await cluster.OverHttp.SiloAsync()).Hosts, (await cluster.OverOrleans.SiloAsync()).Hosts);
        Assert.Equal((await cluster.OverHttp.ClustersAsync()).SelectMany(c => c.Members), (await cluster.OverOrleans.ClustersAsync()).SelectMany(c => c.Members));
        Assert.Equal((await cluster.OverHttp.DevicesAsync()).Select(d => d.Name), (await cluster.OverOrleans.DevicesAsync()).Select(d => d.Name));
        Assert.Equal((await cluster.OverHttp.DeviceAsync("esp-1")).Firmware, (await cluster.OverOrleans.DeviceAsync("esp-1")).Firmware);
        Assert.Equal("AlreadyEnrolled", (await Assert.ThrowsAsync<FogClientException>(() => cluster.OverHttp.EnrolAsync("esp-1"))).Code);
        Assert.Equal("AlreadyEnrolled", (await Assert.ThrowsAsync<FogClientException>(() => cluster.OverOrleans.EnrolAsync("esp-1"))).Code);
    }

    [Fact]
    public async Task The_events_of_a_call_come_either_way()
    {
        var options = new CallOptions { IdempotencyKey = "told-of" };
        await cluster.OverHttp.WaitAsync(await cluster.OverHttp.StartAsync("add", [1, 2], options));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        Assert.Equal(await Decided(cluster.OverHttp, patience.Token), await Decided(cluster.OverOrleans, patience.Token));

        static async Task<string> Decided(FogClient fog, CancellationToken cancel)
        {
            await foreach (var happened in fog.FollowEventsAsync(cancellationToken: cancel))
            {
                if (happened is { Kind: FogEventKind.CallDecided, Call: "told-of" })
                {
                    return Json(happened);
                }
            }

            return "no such event";
        }
    }

    [Theory]
    [InlineData("UnknownFunction", "no-such")]
    [InlineData("InvalidName", "No Such")]
    [InlineData("InvalidArguments", "add")]
    public async Task A_bad_call_has_one_name_either_way(string code, string function)
    {
        var overHttp = await Assert.ThrowsAsync<FogClientException>(() => cluster.OverHttp.StartAsync(function, []));
        var overOrleans = await Assert.ThrowsAsync<FogClientException>(() => cluster.OverOrleans.StartAsync(function, []));

        Assert.Equal((code, code), (overHttp.Code, overOrleans.Code));
    }

    [Fact]
    public async Task The_dashboard_of_Orleans_is_at_the_gateway_alone()
    {
        using var http = new HttpClient();

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(cluster.Gate.Http, "orleans/"))).StatusCode);
        Assert.Contains("DispatcherGrain", await http.GetStringAsync(new Uri(cluster.Gate.Http, "orleans/DashboardCounters")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri(cluster.Centre.Http, "orleans/"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri(cluster.Centre.Http, "v1/functions"))).StatusCode);
    }

    [Fact]
    public async Task State_in_the_database_is_the_JSON_of_the_embedded_engine()
    {
        await cluster.OverHttp.InvokeAsync<double>("add", [1, 2]);
        var states = await PostgresServer.Query<string>(
            cluster.Database, "SELECT DISTINCT grain || ' ' || (convert_from(state, 'UTF8')::json ->> 'Schema') FROM fog_state WHERE grain IN ('node', 'cluster', 'invocation', 'dispatcher', 'function')");

        Assert.Equal(["cluster 1", "dispatcher 1", "function 1", "invocation 1", "node 2"], states.Order(StringComparer.Ordinal));
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value);
}

/// <summary>Silos <c>centre</c> (grains), <c>fog-1</c> (proxy) and <c>gate</c> (gateway), with five devices at the proxy.</summary>
public sealed class ThreeSilos : IAsyncLifetime
{
    private readonly PostgresServer _postgres = new();
    private Silos? _silos;
    private Devices? _devices;
    private Microsoft.Extensions.Hosting.IHost? _application;

    public string Database { get; private set; } = "";

    internal SiloProcess Centre { get; private set; } = null!;

    internal SiloProcess Gate { get; private set; } = null!;

    public FogClient OverHttp { get; private set; } = null!;

    public FogClient OverOrleans { get; private set; } = null!;

    public Task<ILookup<string, string>> Activations() => _silos!.Activations(_application!);

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        Database = await _postgres.Database();
        _silos = new Silos(Database);
        (Centre, _) = await _silos.Start("centre", "grains");
        var proxy = _silos.Start("fog-1", "proxy"); // Together, as after a power failure.
        (Gate, _) = await _silos.Start("gate", "gateway");
        OverHttp = await FogClient.ConnectAsync(Gate.Http);
        _application = await _silos.Application();
        OverOrleans = _application.Services.GetRequiredService<FogClient>();
        await OverHttp.DeployAsync("add", Modules.Add);
        _devices = await Devices.Join(OverHttp, new(IPAddress.Loopback, (await proxy).Mqtt), 5);
    }

    public async Task DisposeAsync()
    {
        OverHttp?.Dispose();
        if (_devices is not null)
        {
            await _devices.DisposeAsync();
        }

        if (_application is not null)
        {
            await _application.StopAsync();
            _application.Dispose();
        }

        if (_silos is not null)
        {
            await _silos.DisposeAsync();
        }

        await _postgres.DisposeAsync();
    }
}
