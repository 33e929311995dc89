using Akin.Datasets.Tasks;

namespace Akin.Training.FineTuning;

/// <summary>What fine-tuning a tagger of words needs; see <see cref="TokenClassifierFineTuning"/>. Immutable.</summary>
public sealed record TokenClassifierOptions : FineTuningOptions
{
    /// <summary>Where tokens and tags stand in a line. Default: the first and the last cell.</summary>
    public ConllOptions Columns { get; init; } = new();
}
