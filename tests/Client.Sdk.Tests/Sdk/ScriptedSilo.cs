using System.Net;
using System.Text;

namespace Fog.Client.Sdk.Tests.Sdk;

/// <summary>A silo that answers requests from a script, one line each, and remembers what it was asked.</summary>
internal sealed class ScriptedSilo : HttpMessageHandler
{
    public const string Health = """{"status":"up","site":"home","clusters":1,"liveDevices":7,"hosts":["host-1"]}""";

    private readonly Queue<Func<HttpResponseMessage>> _script = new();

    public List<(HttpMethod Method, string Path, string Body)> Asked { get; } = [];

    public List<string> Queries { get; } = [];

    public ScriptedSilo Says(string json, HttpStatusCode status = HttpStatusCode.OK, string mediaType = "application/json") =>
        Does(() => new HttpResponseMessage(status) { Content = new StringContent(json, Encoding.UTF8, mediaType) });

    public ScriptedSilo Refuses(HttpStatusCode status, string code, string detail) =>
        Says($$"""{"type":"about:blank","title":"{{code}}","status":{{(int)status}},"code":"{{code}}","detail":"{{detail}}"}""", status, "application/problem+json");

    public ScriptedSilo IsAway() => Does(() => throw new HttpRequestException("Connection refused"));

    /// <summary>A stream of events that ends after the last.</summary>
    public ScriptedSilo Streams(params string[] statuses) =>
        Says(string.Concat(statuses.Select(status => $"event: status\ndata: {status}\n\n")), mediaType: "text/event-stream");

    public ScriptedSilo Does(Func<HttpResponseMessage> answer)
    {
        _script.Enqueue(answer);
        return this;
    }

    public Task<FogClient> Connect(FogClientOptions? options = null) => FogClient.ConnectAsync(
        new Uri("http://silo.test:7400"),
        (options ?? new FogClientOptions()) with { Handler = this, RetryDelayMin = TimeSpan.Zero, RetryDelayMax = TimeSpan.Zero });

    public static string Status(string phase, int votes = 0, string outcome = "null", string id = "call-1") =>
        $$$"""{"id":"{{{id}}}","function":"rosen","phase":"{{{phase}}}","acceptedAt":"2026-01-01T00:00:00+00:00","deadline":"2099-01-01T00:05:00+00:00","takenBy":"home/c1","tally":{"seats":5,"for":{{{votes}}},"against":0,"missing":{{{5 - votes}}},"attempt":1,"dissenters":[]},"outcome":{{{outcome}}}}""";

    public static string Completed(string result) => Status("completed", 3, $$"""{"result":{{result}},"sha256":"00","resultBytes":8,"fuelUsed":10,"joules":0.5,"alwaysOnJoules":5,"completedAt":"2026-01-01T00:00:02+00:00"}""");

    public static string Failed(string error, string message) => Status("failed", 2, $$"""{"error":"{{error}}","message":"{{message}}","resultBytes":0,"fuelUsed":10,"joules":0.5,"alwaysOnJoules":5,"completedAt":"2026-01-01T00:00:02+00:00"}""");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        Queries.Add(request.RequestUri!.Query);
        Asked.Add((request.Method, request.RequestUri!.AbsolutePath, body));
        return _script.TryDequeue(out var answer)
            ? answer()
            : throw new InvalidOperationException($"The script has no answer to {request.Method} {request.RequestUri.AbsolutePath}.");
    }
}
