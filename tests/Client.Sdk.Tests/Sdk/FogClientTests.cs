using System.Net;
using System.Text.Json;

namespace Fog.Client.Sdk.Tests.Sdk;

public sealed class FogClientTests
{
    private readonly ScriptedSilo _silo = new();

    [Fact]
    public async Task An_unreachable_silo_is_one_sentence_with_what_to_do()
    {
        _silo.IsAway();

        var failure = await Assert.ThrowsAsync<FogClientException>(() => _silo.Connect());

        Assert.Equal(FogClientError.SiloUnreachable, failure.Code);
        Assert.Equal("No silo answers at http://silo.test:7400/: start one with `fog up`, or name another with --silo or FOG_SILO.", failure.Message);
    }

    [Theory]
    [InlineData("<html>hello</html>", HttpStatusCode.OK)]
    [InlineData("no such page", HttpStatusCode.NotFound)]
    [InlineData("{}", HttpStatusCode.BadGateway)]
    public async Task Something_else_at_the_address_is_no_silo(string body, HttpStatusCode status)
    {
        _silo.Says(body, status, "text/html");

        var failure = await Assert.ThrowsAsync<FogClientException>(() => _silo.Connect());

        Assert.Equal(FogClientError.NotASilo, failure.Code);
    }

    [Theory]
    [InlineData("ftp://silo.test")]
    [InlineData("/relative")]
    public async Task An_address_that_is_none_is_the_callers_mistake(string address) =>
        await Assert.ThrowsAsync<ArgumentException>(() => FogClient.ConnectAsync(new Uri(address, UriKind.RelativeOrAbsolute)));

    [Fact]
    public async Task A_problem_keeps_its_code_and_its_sentence()
    {
        using var fog = await Connected();
        _silo.Refuses(HttpStatusCode.NotFound, "UnknownFunction", "Nothing is deployed as 'rosen'.");

        var failure = await Assert.ThrowsAsync<FogClientException>(() => fog.InvokeAsync<double>("rosen", []));

        Assert.Equal("UnknownFunction", failure.Code);
        Assert.Equal("Nothing is deployed as 'rosen'.", failure.Message);
    }

    [Theory]
    [InlineData("UnknownFunction")]
    [InlineData("UnknownModule")]
    public async Task A_module_is_deployed_when_the_silo_lacks_it_and_the_call_stays_the_same_call(string code)
    {
        using var fog = await Connected();
        var function = new FunctionModule("rosen", [0, 1, 2, 3]);
        _silo.Refuses(HttpStatusCode.NotFound, code, "Deploy it.")
            .Says("""{"name":"rosen","version":1,"signature":"rosen() -> f64","replicas":5,"module":"aa","moduleBytes":4,"image":"bb","imageBytes":9}""")
            .Says(ScriptedSilo.Status("running"), HttpStatusCode.Accepted).Streams(ScriptedSilo.Completed("1.5"))
            .Says(ScriptedSilo.Status("running"), HttpStatusCode.Accepted).Streams(ScriptedSilo.Completed("2.5"));

        Assert.Equal(1.5, await fog.InvokeAsync<double>(function, []));
        Assert.Equal(2.5, await fog.InvokeAsync<double>(function, []));

        var calls = _silo.Asked.Where(asked => asked.Method == HttpMethod.Post).Select(asked => JsonElement.Parse(asked.Body)).ToArray();
        Assert.Equal(3, calls.Length);
        Assert.All(calls, call => Assert.Equal("054edec1d0211f624fed0cbca9d4f9400b0e491c43742af2c5b0abebf0c990d8", call.GetProperty("module").GetString()));
        Assert.Equal(calls[0].GetProperty("idempotencyKey").GetString(), calls[1].GetProperty("idempotencyKey").GetString());
        Assert.NotEqual(calls[0].GetProperty("idempotencyKey").GetString(), calls[2].GetProperty("idempotencyKey").GetString());
        Assert.Single(_silo.Asked, asked => asked.Method == HttpMethod.Put && asked.Path == "/v1/functions/rosen");
    }

    [Fact]
    public async Task A_call_sends_its_arguments_as_JSON_and_reads_its_result_as_the_type_asked_for()
    {
        using var fog = await Connected();
        _silo.Says(ScriptedSilo.Status("running"), HttpStatusCode.Accepted).Streams(ScriptedSilo.Status("running"), ScriptedSilo.Completed("[1.5,\"NaN\"]"));

        var result = await fog.InvokeAsync<double[]>(
            "rosen",
            [new[] { 1.0, double.NaN, 1e-300 }, 3, new byte[] { 1, 255 }, "text", true],
            new CallOptions { Replicas = 5, Timeout = TimeSpan.FromSeconds(30), Placement = Placement.Auto, IdempotencyKey = "call-1" });

        Assert.Equal([1.5, double.NaN], result);
        Assert.Equal(
            """{"arguments":[[1,"NaN",1E-300],3,[1,255],"text",true],"replicas":5,"timeoutSeconds":30,"placement":"auto","idempotencyKey":"call-1"}""",
            _silo.Asked[1].Body);
        Assert.Equal("/v1/functions/rosen/invocations", _silo.Asked[1].Path);
        Assert.Equal("/v1/invocations/call-1/events", _silo.Asked[2].Path);
    }

    [Fact]
    public async Task Followed_events_go_on_after_the_last_one_seen_when_the_silo_was_away()
    {
        using var fog = await Connected();
        _silo.Says(Stream(Joined(4), "event: silence\ndata: \n\n", Joined(5)), mediaType: "text/event-stream")
            .IsAway()
            .Says(Stream(Joined(6)), mediaType: "text/event-stream");

        var seen = new List<long>();
        await foreach (var happened in fog.FollowEventsAsync(after: 3))
        {
            Assert.Equal((FogEventKind.DeviceJoined, "esp-1", "c1"), (happened.Kind, happened.Device, happened.Cluster));
            seen.Add(happened.Number);
            if (happened.Number == 6)
            {
                break;
            }
        }

        Assert.Equal([4, 5, 6], seen);
        Assert.Equal(["?after=3", "?after=5", "?after=5"], _silo.Queries.Skip(1));

        static string Stream(params string[] events) => string.Concat(events);

        static string Joined(int number) =>
            $$"""event: event{{'\n'}}id: {{number}}{{'\n'}}data: {"number":{{number}},"kind":"deviceJoined","at":"2026-01-01T00:00:00+00:00","device":"esp-1","cluster":"c1"}{{'\n'}}{{'\n'}}""";
    }

    [Fact]
    public async Task A_dynamic_call_gives_the_result_as_JSON()
    {
        using var fog = await Connected();
        _silo.Says(ScriptedSilo.Status("running"), HttpStatusCode.Accepted).Streams(ScriptedSilo.Completed("[1,[2]]"));

        var result = await fog.InvokeAsync("rosen", []);

        Assert.Equal("[1,[2]]", result.GetRawText());
    }

    [Fact]
    public async Task A_call_is_asked_for_again_under_one_key_while_the_silo_is_away()
    {
        using var fog = await Connected();
        _silo.IsAway()
            .Refuses(HttpStatusCode.ServiceUnavailable, "FogUnavailable", "The silo is starting.")
            .Refuses(HttpStatusCode.ServiceUnavailable, "FogTimeout", "The fog did not answer in time.")
            .Says(ScriptedSilo.Status("running"), HttpStatusCode.Accepted);

        await fog.StartAsync("rosen", []);

        var keys = _silo.Asked.Skip(1).Select(asked => JsonElement.Parse(asked.Body).GetProperty("idempotencyKey").GetString()).ToArray();
        Assert.Equal(4, keys.Length);
        Assert.Single(keys.Distinct());
        Assert.Matches("^[a-z0-9-]{1,32}$", keys[0]);
    }

    [Fact]
    public async Task A_silo_that_stays_away_fails_the_call_at_its_deadline()
    {
        var clock = new SettableClock();
        using var fog = await Connected(new FogClientOptions { Clock = clock });
        _silo.IsAway().Does(() =>
        {
            clock.Now += TimeSpan.FromMinutes(6);
            throw new HttpRequestException("Connection refused");
        });

        var failure = await Assert.ThrowsAsync<FogClientException>(() => fog.StartAsync("rosen", []));

        Assert.Equal(FogClientError.SiloUnreachable, failure.Code);
    }

    [Fact]
    public async Task A_refusal_is_not_asked_for_again()
    {
        using var fog = await Connected();
        _silo.Refuses(HttpStatusCode.UnprocessableEntity, "TooManyReplicas", "Use 3.");

        await Assert.ThrowsAsync<FogClientException>(() => fog.StartAsync("rosen", []));

        Assert.Equal(2, _silo.Asked.Count);
    }

    [Fact]
    public async Task Waiting_reports_every_change_and_survives_broken_streams()
    {
        using var fog = await Connected();
        var started = await Started(fog);
        _silo.Streams(ScriptedSilo.Status("running", 1))
            .IsAway()
            .Refuses(HttpStatusCode.ServiceUnavailable, "FogUnavailable", "The silo is starting.")
            .Streams(ScriptedSilo.Status("running", 2), ScriptedSilo.Completed("1"));
        var votes = new VoteLog();

        var ended = await fog.WaitAsync(started, votes);

        Assert.Equal([1, 2, 3], votes.Seen);
        Assert.Equal(InvocationPhase.Completed, ended.Phase);
    }

    [Fact]
    public async Task A_stream_that_falls_silent_counts_as_broken()
    {
        using var fog = await Connected(new FogClientOptions { StreamSilence = TimeSpan.FromMilliseconds(20) });
        var started = await Started(fog);
        _silo.Does(() => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new SilentStream()) })
            .Streams(ScriptedSilo.Completed("1"));

        Assert.Equal(InvocationPhase.Completed, (await fog.WaitAsync(started)).Phase);
    }

    [Fact]
    public async Task A_stream_that_is_not_a_silos_is_named()
    {
        using var fog = await Connected();
        var started = await Started(fog);
        _silo.Streams("{\"phase\":1}");

        Assert.Equal(FogClientError.NotASilo, (await Assert.ThrowsAsync<FogClientException>(() => fog.WaitAsync(started))).Code);
    }

    [Fact]
    public async Task A_call_without_outcome_long_after_its_deadline_is_named()
    {
        var clock = new SettableClock();
        using var fog = await Connected(new FogClientOptions { Clock = clock });
        var started = await Started(fog);
        clock.Now = started.Deadline + TimeSpan.FromMinutes(1);
        _silo.Streams(ScriptedSilo.Status("running", 1));

        var failure = await Assert.ThrowsAsync<FogClientException>(() => fog.WaitAsync(started));

        Assert.Equal(FogClientError.OutcomeOverdue, failure.Code);
    }

    [Fact]
    public async Task A_failed_call_throws_its_error_with_the_invocation()
    {
        using var fog = await Connected();
        _silo.Says(ScriptedSilo.Status("running"), HttpStatusCode.Accepted).Streams(ScriptedSilo.Failed("NoMajority", "No value has a majority."));

        var failure = await Assert.ThrowsAsync<FogClientException>(() => fog.InvokeAsync<double>("rosen", []));

        Assert.Equal("NoMajority", failure.Code);
        Assert.Equal(2, failure.Invocation!.Tally.For);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("null")]
    public async Task A_result_of_another_type_is_named(string result)
    {
        using var fog = await Connected();
        _silo.Says(ScriptedSilo.Status("running"), HttpStatusCode.Accepted).Streams(ScriptedSilo.Completed(result));

        var failure = await Assert.ThrowsAsync<FogClientException>(() => fog.InvokeAsync<double>("rosen", []));

        Assert.Equal(FogClientError.ResultMismatch, failure.Code);
    }

    [Fact]
    public async Task Cancelling_ends_a_wait_as_cancelled()
    {
        using var fog = await Connected();
        var started = await Started(fog);
        using var cancel = new CancellationTokenSource();
        _silo.Does(() =>
        {
            cancel.Cancel();
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new SilentStream()) };
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fog.WaitAsync(started, cancellationToken: cancel.Token));
    }

    [Fact]
    public async Task A_module_is_sent_as_it_is()
    {
        using var fog = await Connected();
        _silo.Says("""{"name":"rosen","version":1,"signature":"rosen(x: f64[]) -> f64","replicas":5,"module":"aa","moduleBytes":3,"image":"bb","imageBytes":2}""");

        var deployed = await fog.DeployAsync("rosen", "abc"u8.ToArray());

        Assert.Equal((HttpMethod.Put, "/v1/functions/rosen", "abc"), _silo.Asked[1]);
        Assert.Equal("rosen(x: f64[]) -> f64", deployed.Signature);
    }

    [Fact]
    public async Task A_device_key_does_not_show_in_its_text()
    {
        using var fog = await Connected();
        _silo.Says("""{"site":"home","name":"esp-1","key":"c2VjcmV0"}""", HttpStatusCode.Created);

        var enrolment = await fog.EnrolAsync("esp-1");

        Assert.Equal("c2VjcmV0", enrolment.Key);
        Assert.Equal("home/esp-1", $"{enrolment}");
    }

    private Task<FogClient> Connected(FogClientOptions? options = null) => _silo.Says(ScriptedSilo.Health).Connect(options);

    private Task<InvocationInfo> Started(FogClient fog)
    {
        _silo.Says(ScriptedSilo.Status("running"), HttpStatusCode.Accepted);
        return fog.StartAsync("rosen", []);
    }

    private sealed class VoteLog : IProgress<InvocationInfo>
    {
        public List<int> Seen { get; } = [];

        public void Report(InvocationInfo value) => Seen.Add(value.Tally.For);
    }

    private sealed class SettableClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    /// <summary>Never says anything, until it is cancelled.</summary>
    private sealed class SilentStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return 0;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
