namespace Akin.Pipelines;

/// <summary>How masks are filled. Immutable.</summary>
public sealed record FillMaskPipelineOptions : PipelineOptions
{
    /// <summary>How many pieces are given for a mask, at least 1. Default: 5.</summary>
    public int TopK { get; init; } = 5;

    /// <summary>Words among which is chosen, each by its first piece. Default: the whole vocabulary.</summary>
    public IReadOnlyList<string>? Targets { get; init; }
}
