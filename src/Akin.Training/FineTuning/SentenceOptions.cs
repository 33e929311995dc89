using Akin.Training.Sentences;

namespace Akin.Training.FineTuning;

/// <summary>What training a sentence model on a file of pairs, triplets or scores needs. Immutable.</summary>
public sealed record SentenceOptions : FineTuningOptions
{
    /// <summary>Starts from the usual arguments of fine-tuning.</summary>
    public SentenceOptions() => Arguments = new SentenceTransformerTrainingArguments { SaveStrategy = SaveStrategy.Epoch, SaveTotalLimit = 1, LoggingSteps = 50 };

    /// <summary>The loss by its class name, one of <see cref="Losses.SentenceLosses.Names"/>. Default: <c>MultipleNegativesRankingLoss</c>.</summary>
    public string Loss { get; init; } = nameof(Losses.MultipleNegativesRankingLoss);

    /// <summary>Texts that losses whose names begin with <c>Cached</c> encode at a time. Default: 32.</summary>
    public int? MiniBatchSize { get; init; }

    /// <summary>The model that guides <c>GISTEmbedLoss</c>: a folder, or its name on the hub. Default: none.</summary>
    public string? Guide { get; init; }

    /// <summary>Sizes at which the leading numbers of an embedding are to work alone (Matryoshka); the loss is summed over them. Default: the whole embedding only.</summary>
    public IReadOnlyList<int> MatryoshkaSizes { get; init; } = [];

    /// <summary>How batches are made. Default: without duplicates for losses that take other rows as negatives, grouped by label for the batch triplet losses, at random for others.</summary>
    public BatchSamplers? BatchSampler { get; init; }

    /// <summary>The text columns, in order. Default: all but <c>label</c>, <c>labels</c>, <c>score</c> and <c>scores</c>.</summary>
    public IReadOnlyList<string> TextColumns { get; init; } = [];

    /// <summary>What scores are divided by, so that they end at 1. Default: 1.</summary>
    public float HighestScore { get; init; } = 1;

    /// <summary>What is put in front of the texts of a column, by its name. Default: nothing.</summary>
    public IReadOnlyDictionary<string, string> Prompts { get; init; } = new Dictionary<string, string>();

    /// <summary>A file of <c>sentence1, sentence2, score</c> to correlate with after every epoch. Default: none.</summary>
    public string? EvalSts { get; init; }

    /// <summary>A folder in BEIR's form whose test queries are searched after every epoch. Default: none.</summary>
    public string? EvalRetrieval { get; init; }

    /// <inheritdoc/>
    public override bool Evaluates => base.Evaluates || EvalSts is not null || EvalRetrieval is not null;
}
