using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Tests.Site;

namespace Fog.Grains.Tests;

/// <summary>An accepted call reaches its one outcome, wherever the process dies.</summary>
public class CrashTests
{
    [Fact]
    public async Task A_call_survives_a_crash_after_each_step_of_its_way()
    {
        for (int crashAfter = 0; crashAfter < 10; crashAfter++)
        {
            await using var site = await TestSite.WithCluster(3);
            var devices = site.Devices.OrderBy(d => d.NextWake).ToList();
            List<Func<Task>> steps =
            [
                () => site.Invoke("call"),
                () => site.Settle(),
                () => site.Advance(devices[0].NextWake - site.Now),
                () => devices[0].Hello(),
                () => devices[0].Work(),
                () => devices[0].Sleep(),
                () => site.Advance(devices[1].NextWake - site.Now),
                () => devices[1].Wake(),
                () => devices[1].Work(),
                () => devices[1].Sleep(),
            ];
            foreach (var step in steps.Take(crashAfter + 1))
            {
                await step();
            }

            await site.Crash();
            await site.Dispatcher.Revive();
            var done = await site.Outcome("call");
            Assert.True(done.Outcome is { Error: FogError.None, Tally.For: 2 }, $"after step {crashAfter}: {done}");
            Assert.Equal("42", await site.Call("call").ResultJson());
            await site.Run(TimeSpan.FromSeconds(30));
            Assert.Equal(done, await site.Call("call").Describe());
            Assert.All(site.Devices, d => Assert.Equal(0, d.KeptCount));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_survives_a_crash_between_any_two_writes(bool large)
    {
        bool failed = true;
        for (int commits = 0; failed; commits++)
        {
            await using var site = await TestSite.WithCluster(3);
            site.Devices.ForEach(d => d.Compute = _ => large ? TestSite.LargeValue(1) : TestSite.Value(42));
            site.Store.DieAfter(commits);
            bool accepted = false;
            try
            {
                await site.Invoke("call");
                accepted = true;
                await site.Outcome("call", secondsMax: 60);
                await site.Run(TimeSpan.FromSeconds(30));
            }
            catch (Exception e) when (e is OrleansException or TimeoutException || (e is FogException && !accepted))
            {
                Assert.True(site.Store.HasFailed, $"before commit {commits} failed: {e}");
            }

            failed = site.Store.HasFailed;
            site.Store.Heal();
            await site.Crash();
            await site.Dispatcher.Revive();
            if (!accepted)
            {
                await site.Invoke("call"); // Its caller was told of the failure, and asks again.
            }

            var done = await site.Outcome("call");
            Assert.True(done.Phase == InvocationPhase.Completed, $"died after {commits} commits, accepted: {accepted}: {done}");
            Assert.StartsWith(large ? "[1,2," : "42", await site.Call("call").ResultJson(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_crash_loses_no_mail_of_a_sleeper()
    {
        await using var site = await TestSite.WithCluster(3);
        await site.Invoke("call");
        await site.Settle();
        await site.Crash();
        Assert.Equal(3, (await Task.WhenAll(site.Devices.Select(d => d.Grain.Describe()))).Sum(v => v.MailCount));
    }

    [Fact]
    public async Task The_reminder_revives_a_site_that_nobody_calls()
    {
        await using var site = await TestSite.WithCluster(3);
        await site.Invoke("call", timeoutSeconds: 50);
        site.Devices.ForEach(d => d.IsDead = true);
        await site.Settle();
        await site.Crash();
        await site.Advance(TimeSpan.FromSeconds(130));
        Assert.Equal(FogError.DeadlineExceeded, (await site.Call("call").Describe()).Outcome!.Error);
    }

    [Fact]
    public async Task Members_unassigned_at_a_crash_get_their_cluster_after_it()
    {
        await using var site = await TestSite.Start();
        for (int i = 0; i < 5; i++)
        {
            site.AddDevice($"d{i}");
        }

        await site.EnrolAll();
        foreach (var device in site.Devices)
        {
            await device.Cycle1();
        }

        await site.Crash();
        await site.Run(TimeSpan.FromSeconds(40));
        Assert.Equal([5], (await site.Dispatcher.Describe()).Clusters.Select(c => c.Members));
    }
}
