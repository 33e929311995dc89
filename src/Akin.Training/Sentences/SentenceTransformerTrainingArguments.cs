namespace Akin.Training.Sentences;

/// <summary>How a sentence model is trained: <see cref="TrainingArguments"/> and how batches are made. Immutable.</summary>
public sealed record SentenceTransformerTrainingArguments : TrainingArguments
{
    /// <summary>How a set is divided into batches. Default: at random.</summary>
    public BatchSamplers BatchSampler { get; init; }

    /// <summary>How batches of several sets are mixed. Default: in proportion to their size.</summary>
    public MultiDatasetBatchSamplers MultiDatasetBatchSampler { get; init; }
}
