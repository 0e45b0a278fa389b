using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Fog.Client.Sdk.Cli.Output;

/// <summary>Where a verb writes: answers to <see cref="Out"/>, progress and failures to <see cref="Error"/>.</summary>
/// <param name="interactive">A person watches: colours and live progress, else plain lines.</param>
public sealed class Terminal(TextWriter output, TextWriter error, bool interactive)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private static readonly JsonSerializerOptions s_lines = new(s_json) { WriteIndented = false };

    private readonly Lazy<IAnsiConsole> _live = new(() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) }));
    private readonly Lazy<IAnsiConsole> _answers = new(() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) }));

    public TextWriter Out => output;

    public TextWriter Error => error;

    /// <summary>Answers and failures are JSON, and there is no progress.</summary>
    public bool Json { get; set; }

    public bool Interactive => interactive && !Json;

    /// <summary>For live progress.</summary>
    public IAnsiConsole Live => _live.Value;

    public static Terminal OfProcess() => new(
        Console.Out,
        Console.Error,
        !Console.IsOutputRedirected && !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("CI") is null);

    public void Answer(object value) => output.WriteLine(JsonSerializer.Serialize(value, s_json));

    /// <summary>One of an endless list of answers, on a line of its own.</summary>
    public void AnswerLine(object value) => output.WriteLine(JsonSerializer.Serialize(value, s_lines));

    /// <summary>One line of progress; nothing under <c>--json</c>.</summary>
    public void Line(string text)
    {
        if (!Json)
        {
            error.WriteLine(text);
        }
    }

    /// <summary>A table: drawn for a person, aligned columns for everything else.</summary>
    public void Table(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        if (Interactive)
        {
            var table = new Table().Border(TableBorder.Rounded);
            table.AddColumns([.. columns.Select(column => Markup.Escape(column))]);
            foreach (var row in rows)
            {
                table.AddRow([.. row.Select(cell => Markup.Escape(cell))]);
            }

            _answers.Value.Write(table);
            return;
        }

        int[] widths = [.. columns.Select((column, i) => rows.Select(row => row[i].Length).Append(column.Length).Max())];
        foreach (var row in rows.Prepend(columns))
        {
            output.WriteLine(string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
        }
    }

    /// <returns>The exit code.</returns>
    public int Fail(CliError failure)
    {
        error.WriteLine(Json
            ? JsonSerializer.Serialize(new { error = failure.Code, message = failure.Message }, s_json)
            : $"fog: {failure.Message}");
        return failure.ExitCode;
    }

    /// <summary>A function says what it likes, but writes no lines of its own and moves no cursor.</summary>
    public static string OneLine(string text) => string.Concat(text.Select(static c => char.IsControl(c) ? ' ' : c));
}
