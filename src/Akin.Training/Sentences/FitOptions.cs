using Akin.Training.Callbacks;
using Akin.Training.Evaluation;

namespace Akin.Training.Sentences;

/// <summary>How <see cref="SentenceTransformerFit.Fit"/> trains; names and defaults of the <c>model.fit</c> of sentence-transformers. Immutable.</summary>
public sealed record FitOptions
{
    /// <summary>Passes over the shortest objective. Default: 1.</summary>
    public double Epochs { get; init; } = 1;

    /// <summary>Examples of a batch, as the data loaders of the articles have it. Default: 16.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Steps in which the rate rises from 0; below 1 their share of all. Default: 10,000.</summary>
    public double WarmupSteps { get; init; } = 10_000;

    /// <summary>The highest learning rate. Default: 2e-5.</summary>
    public double LearningRate { get; init; } = 2e-5;

    /// <summary>Decoupled weight decay, of all but biases and norms. Default: 0.01.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Measures the model after every epoch. Default: none.</summary>
    public SentenceEvaluator? Evaluator { get; init; }

    /// <summary>Where the model goes, with the evaluator's CSV file below it in <c>eval/</c>. Default: it is not written.</summary>
    public string? OutputPath { get; init; }

    /// <summary>Seeds the order of examples and dropout. Default: 42.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Watch the run. Default: nobody.</summary>
    public IReadOnlyList<TrainerCallback> Callbacks { get; init; } = [];
}
