using System.Net;
using System.Text.Json;
using Fog.Client;
using Fog.Silo.Host.Keys;

namespace Fog.Silo.Host.Tests.Access;

/// <summary>Who may call the API.</summary>
public sealed class CallerTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fog-callers-").FullName;
    private FogHost _silo = null!;

    private string Keys => Path.Combine(_folder, "master.keys");

    public Task InitializeAsync()
    {
        _silo = FogHost.Build(new FogHostOptions { Http = new(IPAddress.Loopback, 0), Mqtt = new(IPAddress.Loopback, 0), Keys = Keys });
        return _silo.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _silo.StopAsync();
        await _silo.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Without_tokens_only_the_silos_own_machine_may_call()
    {
        Assert.Equal((HttpStatusCode.OK, null), await Get("v1/functions"));
        Assert.Equal((HttpStatusCode.Unauthorized, "TokenRequired"), await Get("v1/functions", ("X-Forwarded-For", "192.0.2.1")));
        Assert.Equal((HttpStatusCode.Unauthorized, "TokenRequired"), await Get("v1/functions", ("Host", "fog.example.com")));
        Assert.Equal((HttpStatusCode.Unauthorized, "TokenRequired"), await Get("v1/devices", ("Origin", "http://example.com")));
        Assert.Equal((HttpStatusCode.OK, null), await Get("v1/health", ("Host", "fog.example.com")));
    }

    [Fact]
    public async Task From_the_first_token_on_every_caller_needs_one()
    {
        using var first = await FogClient.ConnectAsync(_silo.Http);
        string token = (await first.IssueTokenAsync("ci")).Token;

        Assert.Equal("TokenRequired", (await Assert.ThrowsAsync<FogClientException>(() => first.FunctionsAsync())).Code);
        Assert.Equal((HttpStatusCode.OK, null), await Get("v1/functions", ("Authorization", $"Bearer {token}"), ("Host", "fog.example.com")));
        Assert.Equal((HttpStatusCode.Unauthorized, "TokenUnknown"), await Get("v1/functions", ("Authorization", $"Bearer {token}x")));
        Assert.Equal((HttpStatusCode.Unauthorized, "TokenRequired"), await Get("v1/functions", ("Authorization", $"Basic {token}")));
        Assert.Equal((HttpStatusCode.Unauthorized, "TokenRequired"), await Get("V1/Functions"));

        using var caller = await FogClient.ConnectAsync(_silo.Http, new FogClientOptions { Token = token });
        Assert.Equal("ci", Assert.Single(await caller.TokensAsync()).Name);
        await caller.IssueTokenAsync("other");
        await caller.RevokeTokenAsync("ci");
        Assert.Equal("TokenUnknown", (await Assert.ThrowsAsync<FogClientException>(() => caller.TokensAsync())).Code);
    }

    [Fact]
    public async Task The_owner_of_the_master_keys_is_never_locked_out()
    {
        using var first = await FogClient.ConnectAsync(_silo.Http);
        await first.IssueTokenAsync("lost");
        using var owner = await FogClient.ConnectAsync(_silo.Http, new FogClientOptions { Token = OwnerTokens.Of(MasterKeyFile.Read(Keys), "home") });
        await owner.RevokeTokenAsync("lost");
        Assert.Empty(await first.TokensAsync());
    }

    private async Task<(HttpStatusCode Status, string? Code)> Get(string path, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient { BaseAddress = _silo.Http };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var response = await http.SendAsync(request);
        return (response.StatusCode, response.IsSuccessStatusCode ? null : JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("code").GetString());
    }
}
