using System.Net;
using System.Text.Json;
using Fog.Client.Sdk.Cli;
using Fog.Client.Sdk.Cli.Output;
using Fog.Grains.Interfaces.Identity;
using Fog.Silo.Host;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Fog.Client.Sdk.Tests.Cli;

/// <summary>What only a silo's owner does: tokens and master keys.</summary>
public sealed class OwnerVerbsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fog-owner-").FullName;

    private string Keys => Path.Combine(_folder, "data.keys");

    private FogHostOptions Options => new() { Http = new(IPAddress.Loopback, 0), Mqtt = new(IPAddress.Loopback, 0), Data = Path.Combine(_folder, "data"), Keys = Keys };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_token_is_shown_once_listed_by_name_and_worth_nothing_once_revoked()
    {
        await using var silo = FogHost.Build(Options);
        await silo.StartAsync();
        string at = silo.Http.ToString();
        Assert.Contains("There is no token", (await Run("token", "list", "--silo", at)).Error, StringComparison.Ordinal);

        var (code, output, error) = await Run("token", "create", "ci", "--silo", at);
        Assert.Equal(ExitCode.Success, code);
        string ci = output.TrimEnd('\n');
        Assert.DoesNotContain(ci, error, StringComparison.Ordinal);
        string ops = JsonElement.Parse((await Run("token", "create", "ops", "--json", "--silo", at, "--token", ci)).Out).GetProperty("token").GetString()!;

        (code, output, error) = await Run("token", "list", "--silo", at, "--token", ops);
        Assert.Equal((ExitCode.Success, ""), (code, error));
        Assert.Contains("ci", output, StringComparison.Ordinal);
        Assert.Contains("ops", output, StringComparison.Ordinal);
        Assert.DoesNotContain(ci, output, StringComparison.Ordinal);
        Assert.DoesNotContain(ops, output, StringComparison.Ordinal);
        var listed = JsonElement.Parse((await Run("token", "list", "--json", "--silo", at, "--token", ops)).Out);
        Assert.Equal(["ci", "ops"], listed.EnumerateArray().Select(static token => token.GetProperty("name").GetString()).Order());
        Assert.All(listed.EnumerateArray(), static token => Assert.False(token.TryGetProperty("token", out _)));

        Assert.Equal(ExitCode.Success, (await Run("functions", "--silo", at, "--token", ci)).Code);
        Assert.Equal(ExitCode.Success, (await Run("token", "revoke", "ci", "--silo", at, "--token", ops)).Code);
        (code, _, error) = await Run("functions", "--silo", at, "--token", ci);
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("none of this site, or was revoked", error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, (await Run("token", "revoke", "ci", "--silo", at, "--token", ops)).Code);
    }

    [Fact]
    public async Task An_owner_whose_tokens_are_lost_acts_by_the_master_keys()
    {
        await using var silo = FogHost.Build(Options);
        await silo.StartAsync();
        string at = silo.Http.ToString();
        await Run("token", "create", "lost", "--silo", at);

        var (code, _, error) = await Run("token", "list", "--silo", at, "--token", "");
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("`fog token create NAME`", error, StringComparison.Ordinal);
        Assert.Contains("lost", (await Run("token", "list", "--silo", at, "--keys", Keys)).Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, (await Run("token", "revoke", "lost", "--silo", at, "--keys", Keys)).Code);
        Assert.Contains("There is no token", (await Run("token", "list", "--silo", at)).Error, StringComparison.Ordinal);

        (code, _, error) = await Run("token", "list", "--silo", at, "--keys", Path.Combine(_folder, "none.keys"));
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("none.keys is not there", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_goes_on_under_a_rotated_key_and_without_the_one_that_was_dropped()
    {
        string old;
        await using (var silo = FogHost.Build(Options))
        {
            await silo.StartAsync();
            await Run("enroll", "esp-1", "--silo", silo.Http.ToString());
            old = (await Run("key", "list", "--keys", Keys)).Out.TrimEnd('\n');
        }

        string[] rotated = (await Run("key", "rotate", "--keys", Keys)).Out.TrimEnd('\n').Split('\n');
        Assert.Equal(2, rotated.Length);
        Assert.Equal(old, rotated[0]);
        var listed = JsonElement.Parse((await Run("key", "list", "--keys", Keys, "--json")).Out);
        Assert.Equal(rotated, listed.GetProperty("keys").EnumerateArray().Select(static key => key.GetString()));
        Assert.Equal(rotated[1], listed.GetProperty("current").GetString());

        var (code, _, error) = await Run("key", "drop", rotated[1], "--keys", Keys);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("rotate first", error, StringComparison.Ordinal);
        Assert.Equal(2, (await Run("key", "list", "--keys", Keys)).Out.Count(static c => c == '\n'));

        await using (var silo = FogHost.Build(Options))
        {
            await silo.StartAsync();
            await ResealedUnder(silo, rotated[1]);
        }

        Assert.Equal(rotated[1] + "\n", (await Run("key", "drop", old, "--keys", Keys)).Out);
        await using (var silo = FogHost.Build(Options))
        {
            await silo.StartAsync();
            Assert.Contains("esp-1", (await Run("devices", "--silo", silo.Http.ToString())).Out, StringComparison.Ordinal);
        }
    }

    /// <summary>The silo seals anew in the background; until then it needs the old key.</summary>
    private static async Task ResealedUnder(FogHost silo, string key)
    {
        var identities = silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IIdentityGrain>("home");
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!(await identities.UseKeys([key])).Missing.IsEmpty)
        {
            await look.WaitForNextTickAsync(patience.Token);
        }
    }

    private static async Task<(int Code, string Out, string Error)> Run(params string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = await FogCommand.Run(args, new Terminal(output, error, interactive: false));
        return (code, output.ToString(), error.ToString());
    }
}
