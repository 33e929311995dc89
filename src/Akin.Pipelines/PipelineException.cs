namespace Akin.Pipelines;

/// <summary>A task, a model, options or a text that do not go together; the message says which do.</summary>
public sealed class PipelineException(string message, Exception? inner = null) : Exception(message, inner);
