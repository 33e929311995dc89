namespace Akin.Server.Http;

/// <summary>What the gate writes to the log. Paths are templates of routes or short; no text of a request ever gets here.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 10, Level = LogLevel.Error, Message = "A request to {Path} failed.")]
    public static partial void Failed(ILogger log, Exception error, PathString path);

    [LoggerMessage(EventId = 11, Level = LogLevel.Error, Message = "The answer to a request to {Path} was broken off.")]
    public static partial void BrokenOff(ILogger log, Exception error, PathString path);
}
