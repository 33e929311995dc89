namespace Akin.Pipelines;

/// <summary>How texts are classified. Immutable.</summary>
public sealed record TextClassificationPipelineOptions : PipelineOptions
{
    /// <summary>
    /// What becomes of raw scores. Default: by the model's <c>problem_type</c> the identity for regression, a sigmoid of each for several labels, else a
    /// softmax; without one a sigmoid of a single label.
    /// </summary>
    public ScoreActivation? FunctionToApply { get; init; }
}
