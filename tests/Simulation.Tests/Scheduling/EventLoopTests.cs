using Fog.Simulation.Scheduling;

namespace Fog.Simulation.Tests.Scheduling;

public class EventLoopTests
{
    private readonly EventLoop _loop = new(new SeededRandom(1));

    [Fact]
    public void Time_stands_still_while_anything_can_run_and_then_moves_to_the_next_timer()
    {
        var process = new SimulatedProcess(_loop);
        var began = _loop.Now;
        List<double> seen = [];
        process.Start(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                await Task.Yield();
            }

            seen.Add((_loop.Now - began).TotalSeconds);
            await Task.Delay(TimeSpan.FromSeconds(7), process.Clock);
            seen.Add((_loop.Now - began).TotalSeconds);
        });

        Assert.True(_loop.RunUntil(began + TimeSpan.FromMinutes(1), () => seen.Count == 2));
        Assert.Equal([0, 7], seen);
    }

    [Fact]
    public void Of_a_killed_process_nothing_runs_any_more()
    {
        var (killed, other) = (new SimulatedProcess(_loop), new SimulatedProcess(_loop));
        var ran = new List<string>();
        foreach (var (name, process) in new[] { ("killed", killed), ("other", other) })
        {
            process.Start(async () =>
            {
                await Task.Delay(TimeSpan.FromSeconds(2), process.Clock);
                ran.Add(name);
            });
        }

        other.Start(async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), other.Clock);
            killed.Kill();
        });
        _loop.RunUntil(_loop.Now + TimeSpan.FromMinutes(1), static () => false);

        Assert.Equal(["other"], ran);
    }

    [Fact]
    public void What_comes_back_by_another_thread_ends_the_run_and_is_named()
    {
        var process = new SimulatedProcess(_loop);
        process.Start(async () =>
        {
            var stranger = new Thread(() => process.Post(static _ => { }, null));
            stranger.Start();
            stranger.Join();
            await Task.Delay(TimeSpan.FromSeconds(1), process.Clock);
        });

        _loop.RunUntil(_loop.Now + TimeSpan.FromMinutes(1), static () => false);

        Assert.Contains("another thread", Assert.IsType<InvalidOperationException>(_loop.Failure).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_throws_into_the_loop_ends_the_run()
    {
        new SimulatedProcess(_loop).Start(static () => throw new InvalidDataException("planted"));

        _loop.RunUntil(_loop.Now + TimeSpan.FromMinutes(1), static () => false);

        Assert.Equal("planted", Assert.IsType<InvalidDataException>(_loop.Failure).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_order_of_what_can_run_follows_from_the_seed(ulong seed)
    {
        Assert.Equal(Order(seed), Order(seed));
        Assert.NotEqual(Order(seed), Order(seed + 2));

        static List<int> Order(ulong seed)
        {
            var loop = new EventLoop(new SeededRandom(seed));
            var process = new SimulatedProcess(loop);
            List<int> order = [];
            for (int i = 0; i < 20; i++)
            {
                process.Post(state => order.Add((int)state!), i);
            }

            loop.RunUntil(loop.Now, static () => false);
            return order;
        }
    }
}
