namespace Akin.Pipelines;

/// <summary>How texts are given labels that a model was not trained for. Immutable.</summary>
public sealed record ZeroShotClassificationPipelineOptions : PipelineOptions
{
    /// <summary>What is claimed of a text, with <c>{}</c> for the label. Default: <c>This example is {}.</c></summary>
    public string HypothesisTemplate { get; init; } = "This example is {}.";

    /// <summary>Whether each label is judged by itself; otherwise the scores of a text add up to 1. Default: no.</summary>
    public bool MultiLabel { get; init; }
}
