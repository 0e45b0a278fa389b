using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Rules;

namespace Fog.Grains.Tests.Rules;

public class EnergyTests
{
    private static readonly EnergyOptions Options = new();
    private static readonly DateOnly Today = new(2026, 8, 1);

    private static StateIntervals Seconds(double connect = 0, double idle = 0, double receive = 0, double execute = 0, double transmit = 0, double sleep = 0) => new(
        TimeSpan.FromSeconds(connect), TimeSpan.FromSeconds(idle), TimeSpan.FromSeconds(receive),
        TimeSpan.FromSeconds(execute), TimeSpan.FromSeconds(transmit), TimeSpan.FromSeconds(sleep));

    [Theory]
    [InlineData(0.10, 0.900)]
    [InlineData(0.01, 0.990)]
    [InlineData(0.02, 0.980)]
    [InlineData(1.00, 0.000)]
    public void The_reference_model_saves_what_the_design_says(double dutyCycle, double saving) =>
        Assert.Equal(saving, Energy.ReferenceSaving(dutyCycle, Options), 3);

    [Fact]
    public void A_ledger_integrates_the_device_own_intervals()
    {
        var spent = Seconds(connect: 0.1, idle: 0.2, receive: 0.3, execute: 0.25, transmit: 0.15, sleep: 9);
        Assert.Equal(1 * 0.260 + 9 * 2.5e-6, Energy.Coulombs(spent, Options), 12);
        Assert.Equal((1 * 0.260 + 9 * 2.5e-6) * 3.3, Energy.Joules(spent, Options), 12);
        Assert.Equal(10 * 0.260 * 3.3, Energy.AlwaysOnJoules(spent.Total, Options), 12);
    }

    [Fact]
    public void Each_state_has_its_own_current()
    {
        var options = new EnergyOptions
        {
            ConnectAmperes = 1, IdleAmperes = 10, ReceiveAmperes = 100, ExecuteAmperes = 1_000, TransmitAmperes = 10_000, SleepAmperes = 100_000,
        };
        Assert.Equal(654_321, Energy.Coulombs(Seconds(1, 2, 3, 4, 5, 6), options), 6);
    }

    [Fact]
    public void A_task_costs_its_execution_and_its_radio() =>
        Assert.Equal(3 * 0.260 * 3.3, Energy.TaskJoules(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), Options), 12);

    [Fact]
    public void Days_are_kept_apart_and_only_so_many()
    {
        var ledger = EnergyLedger.Empty;
        for (int day = 0; day < 40; day++)
        {
            ledger = Energy.Record(ledger, Today.AddDays(day), Seconds(execute: 1), Options);
            ledger = Energy.Record(ledger, Today.AddDays(day), Seconds(execute: 2), Options);
        }

        var view = Energy.View(ledger, Options);
        Assert.Equal(TimeSpan.FromSeconds(120), view.Observed);
        Assert.Equal(31, view.Days.Length);
        Assert.Equal(Today.AddDays(9), view.Days[0].Day);
        Assert.All(view.Days, day => Assert.Equal(TimeSpan.FromSeconds(3), day.Spent.Execute));
    }

    [Fact]
    public void A_clock_set_back_over_midnight_books_on_the_last_day()
    {
        var ledger = Energy.Record(EnergyLedger.Empty, Today, Seconds(idle: 1), Options);
        ledger = Energy.Record(ledger, Today.AddDays(-1), Seconds(idle: 1), Options);
        Assert.Equal([Today], ledger.Days.Select(d => d.Day));
    }
}
