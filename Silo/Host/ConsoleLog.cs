using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Fog.Silo.Host;

/// <summary>What a silo says on standard error. Keys and arguments are never among it: messages name grains, never hold their values.</summary>
public static class ConsoleLog
{
    /// <summary>A JSON object a line, for machines.</summary>
    public static void Structured(ILoggingBuilder logging)
    {
        Filter(logging);
        logging.AddJsonConsole(json => json.UseUtcTimestamp = true);
        ToStandardError(logging);
    }

    /// <summary>One line an event, for people.</summary>
    public static void Plain(ILoggingBuilder logging)
    {
        Filter(logging);
        logging.AddSimpleConsole(simple =>
        {
            simple.SingleLine = true;
            simple.TimestampFormat = "HH:mm:ss ";
        });
        ToStandardError(logging);
    }

    private static void Filter(ILoggingBuilder logging) =>
        logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning).AddFilter("Orleans", LogLevel.Warning).AddFilter("Polly", LogLevel.Warning);

    private static void ToStandardError(ILoggingBuilder logging) =>
        logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
}
