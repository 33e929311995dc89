using Akin.Tokenizers;
using Akin.Training.Reports;
using Akin.Training.Tasks;

namespace Akin.Training.FineTuning;

/// <summary>What is particular to one kind of fine-tuning; the rest is the same for all.</summary>
/// <param name="Task">The model and its task.</param>
/// <param name="Train">What to learn from.</param>
internal sealed record FineTuningParts<TExample>(TrainingTask<TExample> Task, IReadOnlyList<TExample> Train)
{
    /// <summary>Saved with the model. Default: the model saves its own.</summary>
    public Tokenizer? Tokenizer { get; init; }

    /// <summary>What to evaluate on. Default: nothing.</summary>
    public IReadOnlyList<TExample>? Eval { get; init; }

    /// <summary>Measures of the answers to <see cref="Eval"/>. Default: the loss only.</summary>
    public Func<EvaluationResult<TExample>, IReadOnlyDictionary<string, double>>? ComputeMetrics { get; init; }

    /// <summary>Measures the model by other means. Default: none.</summary>
    public Func<CancellationToken, IReadOnlyDictionary<string, double>>? Evaluator { get; init; }

    /// <summary>The batches of an epoch, given its seed. Default: at random.</summary>
    public Func<ulong, IReadOnlyList<int[]>>? BatchSampler { get; init; }

    /// <summary>Adds the task's tables to the report, given the last evaluation. Default: nothing.</summary>
    public Func<TrainingReport, EvaluationResult<TExample>, TrainingReport>? Describe { get; init; }

    /// <summary>Writes what belongs to the saved model. Default: nothing.</summary>
    public Action<TrainerState>? SaveMore { get; init; }
}
