using System.Globalization;
using Fog.Client.Sdk.Cli.Output;
using Fog.Firmware.Virtual;
using Spectre.Console;

namespace Fog.Client.Sdk.Cli.Fleet;

/// <summary>What each device of a fleet is at and has used up, by what was observed of it. May be told and asked at once.</summary>
public sealed class FleetTable
{
    private static readonly string[] s_columns = ["device", "state", "wakes", "tasks", "energy", "battery", "flash erases", "firmware"];

    private readonly Lock _gate = new();
    private readonly List<Row> _rows;
    private readonly Dictionary<string, Row> _rowOf;

    public FleetTable(IEnumerable<string> devices)
    {
        _rows = [.. devices.Select(name => new Row(name))];
        _rowOf = _rows.ToDictionary(row => row.Name);
    }

    public void Observe(DeviceObservation seen)
    {
        lock (_gate)
        {
            var row = _rowOf[seen.Node];
            switch (seen)
            {
                case DeviceWoke:
                    (row.State, row.Wakes) = ("connecting", row.Wakes + 1);
                    break;
                case DeviceConnected:
                    row.State = "awake";
                    break;
                case DeviceFoundNoBroker:
                    row.State = "no broker";
                    break;
                case DeviceRanTask:
                    row.Tasks++;
                    break;
                case DeviceSlept slept:
                    (row.State, row.Wear) = (row.State == "no broker" ? row.State : "asleep", slept.Wear);
                    break;
                case DeviceCrashed crashed:
                    row.State = crashed.BackAfter is null ? "dead" : "down";
                    break;
            }
        }
    }

    /// <summary>All of it, for the end.</summary>
    public void Write(Terminal terminal)
    {
        lock (_gate)
        {
            terminal.Table(s_columns, [.. _rows.Select(Cells)]);
        }
    }

    /// <summary>One line about all devices.</summary>
    public string Summary()
    {
        lock (_gate)
        {
            var states = _rows.GroupBy(row => row.State).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).Select(group => $"{group.Count()} {group.Key}");
            return $"{string.Join(", ", states)}; {_rows.Sum(row => row.Wakes)} wakes, {_rows.Sum(row => row.Tasks)} tasks, {Units.Joules(_rows.Sum(row => row.Wear?.Joules ?? 0))}";
        }
    }

    /// <summary>As many devices as there is room for, and what all of them come to.</summary>
    public Table Draw(int rowsMax)
    {
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumns([.. s_columns]);
        foreach (int numeric in (int[])[2, 3, 4, 5, 6])
        {
            table.Columns[numeric].RightAligned();
        }

        string summary = Summary();
        lock (_gate)
        {
            foreach (var row in _rows.Take(rowsMax))
            {
                string[] cells = Cells(row);
                table.AddRow([.. cells.Select((cell, column) => column == 1 ? new Markup(cell, StyleOf(row.State)) : new Markup(Markup.Escape(cell)))]);
            }

            string more = _rows.Count > rowsMax ? $"and {_rows.Count - rowsMax} more devices. All: " : "";
            table.Caption = new TableTitle(Markup.Escape(more + summary));
        }

        return table;
    }

    private static string[] Cells(Row row) =>
    [
        row.Name,
        row.State,
        Number(row.Wakes),
        Number(row.Tasks),
        row.Wear is null ? "-" : Units.Joules(row.Wear.Joules),
        row.Wear is null ? "-" : $"{Number(row.Wear.BatteryMillivolts)} mV",
        row.Wear is null ? "-" : Number(row.Wear.FlashErases),
        row.Wear is null ? "-" : $"{row.Wear.FirmwareVersion >> 16}.{(row.Wear.FirmwareVersion >> 8) & 0xff}.{row.Wear.FirmwareVersion & 0xff}",
    ];

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static Style StyleOf(string state) => new(state switch
    {
        "awake" => Color.Green,
        "connecting" => Color.Yellow,
        "asleep" or "off" => Color.Grey,
        _ => Color.Red,
    });

    private sealed class Row(string name)
    {
        public string Name => name;

        public string State { get; set; } = "off";

        public int Wakes { get; set; }

        public int Tasks { get; set; }

        /// <summary>As of its last sleep.</summary>
        public DeviceWear? Wear { get; set; }
    }
}
