using Akin.Tokenizers;

namespace Akin.Pipelines;

/// <summary>How questions are answered. The defaults are those of transformers' <c>question-answering</c> pipeline. Immutable.</summary>
public sealed record QuestionAnsweringPipelineOptions : PipelineOptions
{
    /// <summary>Tokens of a long context that each window repeats from the one before it. Default: 128, or half a window when that is less.</summary>
    public int? DocStride { get; init; }

    /// <summary>Tokens of the longest answer, at least 1. Default: 15.</summary>
    public int MaxAnswerLength { get; init; } = 15;

    /// <summary>Whether "no answer" is an answer, as for a model of SQuAD 2.0. Default: no.</summary>
    public bool HandleImpossibleAnswer { get; init; }

    /// <summary>Whether answers begin and end with whole words. Default: yes. Chinese characters are words.</summary>
    public bool AlignToWords { get; init; } = true;

    /// <summary>What <see cref="ExtractedAnswer.Start"/> and <see cref="ExtractedAnswer.End"/> count. Default: UTF-16 units, the indices of a .NET string.</summary>
    public OffsetUnit OffsetUnit { get; init; } = OffsetUnit.Utf16;
}
