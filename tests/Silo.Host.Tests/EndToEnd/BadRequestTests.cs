using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Fog.Client;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>Every kind of bad request has its name, and the silo serves on.</summary>
public sealed class BadRequestTests(RunningFog running) : IClassFixture<RunningFog>, IDisposable
{
    /// <summary>It asks before it sends a body: of one that is refused while it is being sent, an answer may be lost with the connection (RFC 9110, 10.1.1).</summary>
    private readonly HttpClient _http = new() { BaseAddress = running.Silo.Http, DefaultRequestHeaders = { ExpectContinue = true } };

    [Theory]
    [InlineData("UnknownFunction", 404, "no-such", """{"arguments":[]}""")]
    [InlineData("InvalidName", 400, "NoName", """{"arguments":[]}""")]
    [InlineData("InvalidArguments", 400, "add", """{"arguments":[]}""")]
    [InlineData("InvalidArguments", 400, "add", """{"arguments":[1]}""")]
    [InlineData("InvalidArguments", 400, "add", """{"arguments":[1,2,3]}""")]
    [InlineData("InvalidArguments", 400, "add", """{"arguments":[1,"two"]}""")]
    [InlineData("InvalidArguments", 400, "add", """{"arguments":[1,[2]]}""")]
    [InlineData("InvalidArguments", 400, "add", """{"arguments":[1,null]}""")]
    [InlineData("InvalidArguments", 400, "spin", """{"arguments":[1.5]}""")]
    [InlineData("InvalidArguments", 400, "spin", """{"arguments":[2147483648]}""")]
    [InlineData("InvalidRequest", 400, "add", """{"arguments":{}}""")]
    [InlineData("InvalidRequest", 400, "add", """{}""")]
    [InlineData("InvalidRequest", 400, "add", """[]""")]
    [InlineData("InvalidRequest", 400, "add", """null""")]
    [InlineData("InvalidRequest", 400, "add", """{"arguments":[1,2]""")]
    [InlineData("InvalidRequest", 400, "add", """{"arguments":[1,2],"colour":"red"}""")]
    [InlineData("InvalidRequest", 400, "add", """{"arguments":[1,2],"arguments":[1,2]}""")]
    [InlineData("InvalidRequest", 400, "add", """{"arguments":[1,2],"replicas":"five"}""")]
    [InlineData("InvalidRequest", 400, "add", """{"arguments":[1,2],"placement":"moon"}""")]
    [InlineData("InvalidRequest", 400, "add", """{"arguments":[1,2],"timeoutSeconds":0.5}""")]
    [InlineData("InvalidRequest", 400, "add", """{"arguments":[1,2],"timeoutSeconds":1e9}""")]
    [InlineData("InvalidName", 400, "add", """{"arguments":[1,2],"idempotencyKey":"No Key"}""")]
    [InlineData("InvalidName", 400, "add", """{"arguments":[1,2],"site":"no/site"}""")]
    [InlineData("TooManyReplicas", 422, "add", """{"arguments":[1,2],"replicas":9}""")]
    [InlineData("TooManyReplicas", 422, "add", """{"arguments":[1,2],"replicas":4}""")]
    [InlineData("TooManyReplicas", 422, "add", """{"arguments":[1,2],"replicas":0}""")]
    [InlineData("NoCapacity", 503, "add", """{"arguments":[1,2],"site":"elsewhere"}""")]
    public async Task A_bad_call_is_named(string code, int status, string function, string body) =>
        await AssertProblem(code, status, await _http.PostAsync($"v1/functions/{function}/invocations", Json(body)));

    [Fact]
    public async Task A_call_nested_too_deeply_is_named() =>
        await AssertProblem("InvalidRequest", 400, await _http.PostAsync(
            "v1/functions/add/invocations",
            Json($$"""{"arguments":{{new string('[', 100)}}{{new string(']', 100)}}}""")));

    [Fact]
    public async Task A_call_that_is_too_large_is_named() =>
        await AssertProblem("BodyTooLarge", 413, await _http.PostAsync(
            "v1/functions/add/invocations",
            Json($$"""{"arguments":["{{new string('x', 1_200_000)}}"]}""")));

    [Fact]
    public async Task A_call_that_is_not_JSON_is_named() =>
        await AssertProblem("UnsupportedMediaType", 415, await _http.PostAsync("v1/functions/add/invocations", new StringContent("arguments=1")));

    public static TheoryData<string, byte[]> BadModules() => new()
    {
        { "empty", [] },
        { "no module at all", Encoding.ASCII.GetBytes("this is text, no module") },
        { "cut off in the middle", Modules.Add[..(Modules.Add.Length / 2)] },
        { "one byte short", Modules.Add[..^1] },
        { "one byte too many", [.. Modules.Add, 0] },
        { "another version", [.. Modules.Add[..4], 2, .. Modules.Add[5..]] },
        { "without a manifest", [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0] },
    };

    [Theory]
    [MemberData(nameof(BadModules))]
    public async Task A_bad_module_is_named(string what, byte[] wasm)
    {
        var failure = await Assert.ThrowsAsync<FogClientException>(() => running.Fog.DeployAsync("bad", wasm));

        Assert.True(failure.Code == "InvalidModule", $"A module that is {what} gave {failure.Code}.");
        Assert.DoesNotContain(await running.Fog.FunctionsAsync(), function => function.Name == "bad");
    }

    [Fact]
    public async Task A_module_that_is_too_large_is_named()
    {
        var failure = await Assert.ThrowsAsync<FogClientException>(() => running.Fog.DeployAsync("bad", new byte[262_145]));

        Assert.Equal("BodyTooLarge", failure.Code);
    }

    [Theory]
    [InlineData("UnknownFunction", 404, "v1/functions/no-such")]
    [InlineData("UnknownInvocation", 404, "v1/invocations/no-such")]
    [InlineData("UnknownInvocation", 404, "v1/invocations/no-such/events")]
    [InlineData("UnknownDevice", 404, "v1/devices/no-such")]
    [InlineData("InvalidName", 400, "v1/devices/No-Such")]
    [InlineData("UnknownPath", 404, "v1/no-such")]
    [InlineData("UnknownPath", 404, "")]
    public async Task What_is_not_there_is_named(string code, int status, string path) => await AssertProblem(code, status, await _http.GetAsync(path));

    [Fact]
    public async Task A_method_that_a_path_does_not_take_is_named() =>
        await AssertProblem("MethodNotAllowed", 405, await _http.DeleteAsync("v1/devices"));

    [Fact]
    public async Task Another_call_under_a_used_key_is_refused()
    {
        await running.Fog.StartAsync("add", [1, 2], new CallOptions { IdempotencyKey = "used" });

        var failure = await Assert.ThrowsAsync<FogClientException>(() => running.Fog.StartAsync("add", [1, 3], new CallOptions { IdempotencyKey = "used" }));

        Assert.Equal("IdempotencyConflict", failure.Code);
    }

    [Fact]
    public async Task A_device_key_is_shown_at_enrolment_only()
    {
        var enrolment = await (await _http.PostAsync("v1/devices", Json("""{"name":"new-1"}"""))).Content.ReadFromJsonAsync<JsonElement>();
        string key = enrolment.GetProperty("key").GetString()!;

        Assert.Equal(32, Convert.FromBase64String(key).Length);
        Assert.DoesNotContain(key, await _http.GetStringAsync("v1/devices/new-1"), StringComparison.Ordinal);
        Assert.DoesNotContain(key, await _http.GetStringAsync("v1/devices"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_silo_serves_on_after_all_that() => Assert.Equal(3, await running.Fog.InvokeAsync<double>("add", [1, 2]));

    public void Dispose() => _http.Dispose();

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static async Task AssertProblem(string code, int status, HttpResponseMessage response)
    {
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((code, (HttpStatusCode)status), (problem.GetProperty("code").GetString(), response.StatusCode));
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.EndsWith(".", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
