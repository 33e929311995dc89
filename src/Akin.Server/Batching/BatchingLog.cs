namespace Akin.Server.Batching;

/// <summary>What the queue writes to the log: never a text.</summary>
internal static partial class BatchingLog
{
    [LoggerMessage(EventId = 20, Level = LogLevel.Error, Message = "A batch of {TextCount} texts failed in model {Model}.")]
    public static partial void Failed(ILogger log, Exception error, string model, int textCount);
}
