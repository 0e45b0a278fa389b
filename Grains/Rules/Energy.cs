using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.Grains.Rules;

/// <summary>What devices say they spent, in coulombs and joules, against what they would have spent awake.</summary>
public static class Energy
{
    /// <summary>Charge that a device drew in these intervals.</summary>
    public static double Coulombs(StateIntervals spent, EnergyOptions options) =>
        spent.Connect.TotalSeconds * options.ConnectAmperes
        + spent.Idle.TotalSeconds * options.IdleAmperes
        + spent.Receive.TotalSeconds * options.ReceiveAmperes
        + spent.Execute.TotalSeconds * options.ExecuteAmperes
        + spent.Transmit.TotalSeconds * options.TransmitAmperes
        + spent.Sleep.TotalSeconds * options.SleepAmperes;

    public static double Joules(StateIntervals spent, EnergyOptions options) => Coulombs(spent, options) * options.Volts;

    /// <summary>What one task cost: executing it, and the radio for its image, arguments and result.</summary>
    public static double TaskJoules(TimeSpan execute, TimeSpan transfer, EnergyOptions options) =>
        Joules(StateIntervals.Zero with { Execute = execute, Transmit = transfer }, options);

    /// <summary>What a device that never sleeps uses in that time.</summary>
    public static double AlwaysOnJoules(TimeSpan time, EnergyOptions options) => time.TotalSeconds * options.AlwaysOnAmperes * options.Volts;

    /// <summary>Mean current of the reference model at a duty cycle from 0 to 1: D·I_active + (1−D)·I_sleep. A comparison, never the ledger.</summary>
    public static double ReferenceAmperes(double dutyCycle, EnergyOptions options) =>
        dutyCycle * options.AlwaysOnAmperes + (1 - dutyCycle) * options.SleepAmperes;

    /// <summary>Share of the always-on energy that the reference model saves at a duty cycle.</summary>
    public static double ReferenceSaving(double dutyCycle, EnergyOptions options) =>
        1 - ReferenceAmperes(dutyCycle, options) / options.AlwaysOnAmperes;

    public static EnergyLedger Record(EnergyLedger ledger, DateOnly day, StateIntervals spent, EnergyOptions options)
    {
        var days = ledger.Days;
        days = days is [.., var last] && last.Day >= day
            ? days.SetItem(days.Length - 1, last with { Spent = last.Spent + spent })
            : days.Add(new(day, spent));
        return new(ledger.Spent + spent, days.Length > options.DaysKept ? days.RemoveAt(0) : days);
    }

    public static EnergyView View(EnergyLedger ledger, EnergyOptions options) => new(
        ledger.Spent.Total,
        ledger.Spent,
        Coulombs(ledger.Spent, options),
        Joules(ledger.Spent, options),
        AlwaysOnJoules(ledger.Spent.Total, options),
        [.. ledger.Days.Select(d => new EnergyDayView(
            d.Day, d.Spent, Coulombs(d.Spent, options), Joules(d.Spent, options), AlwaysOnJoules(d.Spent.Total, options)))]);
}

/// <summary>State intervals of one device since it was enrolled, and by UTC day.</summary>
[GenerateSerializer, Immutable, Alias("fog.EnergyLedger")]
public sealed record EnergyLedger([property: JsonConverter(typeof(StateIntervalsJson))] StateIntervals Spent, ImmutableArray<EnergyDay> Days)
{
    public static EnergyLedger Empty { get; } = new(StateIntervals.Zero, []);
}

[GenerateSerializer, Immutable, Alias("fog.EnergyDay")]
public sealed record EnergyDay(DateOnly Day, [property: JsonConverter(typeof(StateIntervalsJson))] StateIntervals Spent);
