using System.Text.Json;
using Microsoft.Extensions.Logging.Console;

namespace Akin.Server.Telemetry;

/// <summary>Where messages of the log go: stderr, because stdout is for data.</summary>
internal static class ServerLog
{
    public static void Configure(ILoggingBuilder logging, AkinServerOptions options)
    {
        logging.AddSimpleConsole(console => console.SingleLine = true);
        logging.AddJsonConsole(console => console.JsonWriterOptions = new JsonWriterOptions { Indented = false });
        logging.AddConsole(console => // the last word: each of the lines above chooses its own formatter
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            console.FormatterName = options.LogsJson ? ConsoleFormatterNames.Json : ConsoleFormatterNames.Simple;
        });

        // Of the web server only warnings (it lacks threads, say): its errors are thrown to whoever starts it, or answered to the request.
        logging.AddFilter((category, level) => category!.StartsWith("Akin.", StringComparison.Ordinal) ? level >= options.LogLevel : level == LogLevel.Warning && level >= options.LogLevel);
    }
}
