using System.CommandLine;
using System.Text.Json;
using Fog.Client.Sdk.Cli.Output;
using Spectre.Console;

namespace Fog.Client.Sdk.Cli.Verbs;

/// <summary><c>fog invoke NAME ARGS…</c></summary>
internal static class InvokeVerb
{
    /// <summary>Bytes of one argument's file. Origin: docs/http.md, a call's arguments.</summary>
    private const long ArgumentFileBytesMax = 1 << 20;

    public static Command Make(Terminal terminal)
    {
        var name = new Argument<string>("NAME") { Description = "The function." };
        var arguments = new Argument<string[]>("ARGS") { Description = "Its arguments in JSON, or @FILE with JSON in it.", Arity = ArgumentArity.ZeroOrMore };
        var replicas = new Option<int?>("--replicas") { Description = "Devices that vote: 1, 3, 5 or 7. Default: the function's own.", HelpName = "N" };
        var timeout = new Option<string>("--timeout") { Description = "Until the deadline.", HelpName = "TIME", DefaultValueFactory = _ => "5min" };
        var placement = new Option<string>("--placement") { Description = "Where it runs.", DefaultValueFactory = _ => "devices" };
        placement.AcceptOnlyFromAmong("devices", "host", "auto");
        var device = new Option<string?>("--device") { Description = "The one device that is to run it, without a vote; for functions that read sensors.", HelpName = "NAME" };
        var key = new Option<string?>("--key") { Description = "Idempotency key: the same call under the same key runs once.", HelpName = "KEY" };
        var command = new Command("invoke", "Call a function and print its voted result.") { name, arguments, replicas, timeout, placement, device, key };
        command.SetAction(async (parsed, cancel) =>
        {
            var options = new CallOptions
            {
                Replicas = parsed.GetValue(replicas),
                Timeout = Units.ParseDuration(parsed.GetValue(timeout)!)
                    ?? throw new CliException(CliError.Usage($"'{parsed.GetValue(timeout)}' is no time: use 30s, 5min or 1h.")),
                Placement = Enum.Parse<Placement>(parsed.GetValue(placement)!, ignoreCase: true),
                Device = parsed.GetValue(device),
                IdempotencyKey = parsed.GetValue(key),
            };
            IReadOnlyList<object?> values = [.. parsed.GetValue(arguments)!.Select(text => (object?)ReadArgument(text))];
            using var fog = await SharedOptions.Connect(parsed, cancel);
            return Print(terminal, await Call(terminal, fog, parsed.GetValue(name)!, values, options, cancel));
        });
        return command;
    }

    /// <exception cref="CliException">No JSON, or no such file.</exception>
    internal static JsonElement ReadArgument(string text)
    {
        string json = text.StartsWith('@') ? ReadFile(text[1..]) : text;
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw new CliException(text.StartsWith('@')
                ? CliError.BadFile($"The file {text[1..]} is not JSON: put one value in it, as in [1, 2.5].")
                : CliError.Usage($"'{text}' is not JSON: write 1.5, true, '[1, 2]' or '\"text\"', or @FILE."));
        }
    }

    private static string ReadFile(string path)
    {
        try
        {
            return new FileInfo(path).Length <= ArgumentFileBytesMax
                ? File.ReadAllText(path)
                : throw new CliException(CliError.BadFile($"The file {path} is too large: at most {ArgumentFileBytesMax} bytes of arguments are taken."));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CliException(CliError.BadFile($"The file '{path}' cannot be read: check its name and its rights."));
        }
    }

    private static async Task<InvocationInfo> Call(
        Terminal terminal, FogClient fog, string name, IReadOnlyList<object?> values, CallOptions options, CancellationToken cancel)
    {
        var started = await fog.StartAsync(name, values, options, cancel);
        if (!terminal.Interactive)
        {
            terminal.Line($"{name}: accepted as {started.Id} by {started.TakenBy}");
            string last = "";
            return await fog.WaitAsync(started, new Immediate(status =>
            {
                string votes = Votes(status.Tally);
                if (votes != last)
                {
                    terminal.Line($"{name}: {votes}");
                    last = votes;
                }
            }), cancel);
        }

        return await terminal.Live.Status().StartAsync($"{name}: accepted", context =>
            fog.WaitAsync(started, new Immediate(status => context.Status(Markup.Escape($"{name}: {Votes(status.Tally)}"))), cancel));
    }

    private static int Print(Terminal terminal, InvocationInfo ended)
    {
        var outcome = ended.Outcome!;
        if (terminal.Json)
        {
            terminal.Answer(ended);
            return outcome.Error is null ? ExitCode.Success : ExitCode.Failed;
        }

        if (outcome.Error is { } code)
        {
            return terminal.Fail(new CliError(code, $"{outcome.Message} ({code})", ExitCode.Failed));
        }

        terminal.Line($"{Votes(ended.Tally)}; {Units.Seconds((outcome.CompletedAt - ended.AcceptedAt).TotalSeconds)}; "
            + $"{Units.Joules(outcome.Joules)} spent, {Units.Joules(outcome.AlwaysOnJoules)} if always on");
        terminal.Out.WriteLine(outcome.Result?.GetRawText() ?? "null");
        return ExitCode.Success;
    }

    private static string Votes(Tally tally) => $"votes {tally.For} for, {tally.Against} against, {tally.Missing} missing of {tally.Seats}";

    /// <summary>Reports on the caller's own thread, in order; <see cref="Progress{T}"/> does not.</summary>
    private sealed class Immediate(Action<InvocationInfo> report) : IProgress<InvocationInfo>
    {
        public void Report(InvocationInfo value) => report(value);
    }
}
