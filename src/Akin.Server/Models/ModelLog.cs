namespace Akin.Server.Models;

/// <summary>What the catalog writes to the log.</summary>
internal static partial class ModelLog
{
    [LoggerMessage(EventId = 30, Level = LogLevel.Information, Message = "Model {Model} ({Kind}) is loaded from {Source}.")]
    public static partial void Loaded(ILogger log, string model, ModelKind kind, string source);

    [LoggerMessage(EventId = 31, Level = LogLevel.Error, Message = "Model {Model} cannot be loaded again and stays as it was.")]
    public static partial void ReloadFailed(ILogger log, Exception error, string model);
}
