using Akin.Tokenizers;

namespace Akin.Pipelines;

/// <summary>How words of texts are labelled. The defaults are those of transformers' <c>token-classification</c> pipeline. Immutable.</summary>
public sealed record TokenClassificationPipelineOptions : PipelineOptions
{
    /// <summary>How pieces become words and entities. Default: not at all.</summary>
    public AggregationStrategy AggregationStrategy { get; init; }

    /// <summary>Labels that are left out, as they are spelled in the result. Default: <c>O</c>.</summary>
    public IReadOnlyCollection<string> IgnoreLabels { get; init; } = ["O"];

    /// <summary>
    /// Tokens that each window of a long text repeats from the one before it; of entities that overlap the longest stays. Needs a strategy other than
    /// <see cref="AggregationStrategy.None"/>. Default: long texts are cut.
    /// </summary>
    public int? Stride { get; init; }

    /// <summary>What <see cref="RecognizedEntity.Start"/> and <see cref="RecognizedEntity.End"/> count. Default: UTF-16 units, the indices of a .NET string.</summary>
    public OffsetUnit OffsetUnit { get; init; } = OffsetUnit.Utf16;
}
