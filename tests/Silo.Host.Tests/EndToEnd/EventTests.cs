using System.Net;
using System.Net.Http.Headers;
using Fog.Client;
using Fog.Wasm.Compiler;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>What happened at a site, from the grains to whoever follows over HTTP.</summary>
public sealed class EventTests(RunningFog running) : IClassFixture<RunningFog>
{
    [Fact]
    public async Task Devices_that_joined_and_their_leader_are_told()
    {
        var events = await Eventually.Comes("word of seven devices and their leader", TimeSpan.FromSeconds(30), async () =>
        {
            var told = await running.Fog.EventsAsync();
            return told.Count(static e => e.Kind == FogEventKind.DeviceJoined) == 7 && told.Any(static e => e.Kind == FogEventKind.LeaderElected) ? told : null;
        });
        var clusters = await running.Fog.ClustersAsync();
        var elected = events.Last(static e => e.Kind == FogEventKind.LeaderElected);
        Assert.Contains(clusters, c => c.Name == elected.Cluster && c.Members.Contains(elected.Device));
        Assert.Equal(events.Skip(3).Select(static e => e.Number), (await running.Fog.EventsAsync(after: 3)).Take(events.Count - 3).Select(static e => e.Number));
    }

    [Fact]
    public async Task A_follower_sees_a_call_as_it_is_accepted_and_decided()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var started = await running.Fog.StartAsync("add", [1, 2]);
        var told = new List<FogEventKind>();
        await foreach (var happened in running.Fog.FollowEventsAsync(cancellationToken: patience.Token))
        {
            if (happened.Call == started.Id)
            {
                Assert.Equal("add", happened.Function);
                told.Add(happened.Kind);
                if (told.Count == 2)
                {
                    break;
                }
            }
        }

        Assert.Equal([FogEventKind.CallAccepted, FogEventKind.CallDecided], told);
    }

    [Theory]
    [InlineData(Placement.Devices)]
    [InlineData(Placement.Host)]
    public async Task What_a_function_emits_is_told_once_wherever_it_runs(Placement placement)
    {
        const string Source = """
            using Fog.Client;
            public static class F
            {
                [FogFunction]
                public static int Watch(string room, int celsius)
                {
                    if (celsius > 90) Invocation.Emit("alarms", $"{room} is at {celsius} degrees");
                    Invocation.Emit("readings", $"{celsius}");
                    return celsius;
                }
            }
            """;
        await running.Fog.DeployAsync("watch", FunctionCompiler.Compile(Source, "Watch.cs").Functions.Single().Wasm.AsMemory());
        var call = await running.Fog.StartAsync("watch", ["kiln", 95], new CallOptions { Placement = placement });
        var done = await running.Fog.WaitAsync(call);
        Assert.Equal(InvocationPhase.Completed, done.Phase);

        // Whoever sees the result sees the effects.
        var told = (await running.Fog.EventsAsync()).Where(e => e.Call == call.Id && e.Kind == FogEventKind.Emitted);
        Assert.Equal([("watch", "alarms", "kiln is at 95 degrees"), ("watch", "readings", "95")], told.Select(static e => (e.Function, e.Stream, e.Text)));
    }

    [Fact]
    public async Task What_a_function_keeps_is_there_for_its_next_call_wherever_that_runs()
    {
        const string Source = """
            using Fog.Client;
            public static class F
            {
                [FogFunction]
                public static long Tally([FogState] long total, [FogState("names")] string names, string name, int more)
                {
                    Invocation.StatePut("total", $"{total + more}");
                    Invocation.StatePut("names", names + name);
                    Invocation.Emit("names", names + name);
                    return total + more;
                }
            }
            """;
        await running.Fog.DeployAsync("tally", FunctionCompiler.Compile(Source, "Tally.cs").Functions.Single().Wasm.AsMemory());
        Assert.Equal(5, await running.Fog.InvokeAsync<long>("tally", ["a", 5]));
        Assert.Equal(12, await running.Fog.InvokeAsync<long>("tally", ["b", 7], new CallOptions { Placement = Placement.Host }));
        Assert.Equal(13, await running.Fog.InvokeAsync<long>("tally", ["c", 1]));
        Assert.Equal([("total", "13"), ("names", "abc")], (await running.Fog.StateAsync("tally")).Select(static kept => (kept.Key, kept.Text)));
        Assert.Empty(await running.Fog.StateAsync("nobody"));
        Assert.Equal(["a", "ab", "abc"], (await running.Fog.EventsAsync()).Where(static e => e.Function == "tally" && e.Kind == FogEventKind.Emitted).Select(static e => e.Text));
    }

    [Fact]
    public async Task A_browser_goes_on_where_it_was()
    {
        await running.Fog.InvokeAsync<double>("add", [1, 2]);
        using var http = new HttpClient { BaseAddress = running.Silo.Http };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events/stream?after=0");
        request.Headers.Add("Last-Event-ID", "2");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(new MediaTypeHeaderValue("text/event-stream"), response.Content.Headers.ContentType);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("event: event", await lines.ReadLineAsync());
        Assert.StartsWith("data: {\"number\":3,", await lines.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal("id: 3", await lines.ReadLineAsync());
    }

    [Theory]
    [InlineData("/v1/events?after=-1")]
    [InlineData("/v1/events?after=x")]
    [InlineData("/v1/events/stream?after=99999999999999999999")]
    public async Task A_number_that_is_none_is_refused(string path)
    {
        using var http = new HttpClient { BaseAddress = running.Silo.Http };
        using var response = await http.GetAsync(path);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("\"code\":\"InvalidRequest\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
