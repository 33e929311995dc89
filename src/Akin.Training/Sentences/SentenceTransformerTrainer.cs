using Akin.Kernels;
using Akin.Pipelines;
using Akin.Training.Acceleration;
using Akin.Training.Callbacks;
using Akin.Training.Evaluation;
using Akin.Training.Losses;
using Akin.Training.Optimizers;

namespace Akin.Training.Sentences;

/// <summary>Trains a sentence model on pairs, triplets and scores, of one set or of several with a loss each: sentence-transformers' trainer.</summary>
/// <remarks>It is the <see cref="Trainer{TExample}"/> with its checkpoints, exact resume, callbacks and processes. Not thread-safe.</remarks>
public sealed class SentenceTransformerTrainer
{
    private readonly SentenceTransformer _model;
    private readonly SentenceTransformerTrainingArguments _arguments;
    private readonly IReadOnlyList<SentenceDataset> _train;
    private Trainer<SentenceItem>? _trainer;

    /// <summary>Makes a trainer.</summary>
    /// <param name="model">Loaded with <see cref="SentenceTransformerOptions.IsTrainable"/>, or made of parts.</param>
    /// <param name="arguments">How it is trained.</param>
    /// <param name="trainDatasets">What it learns from; one or more.</param>
    /// <exception cref="ArgumentException">There is no set, or the model was loaded for inference.</exception>
    public SentenceTransformerTrainer(
        SentenceTransformer model, SentenceTransformerTrainingArguments arguments, params IReadOnlyList<SentenceDataset> trainDatasets)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(trainDatasets);
        if (trainDatasets.Count == 0)
        {
            throw new ArgumentException("There is no set to train on.", nameof(trainDatasets));
        }

        if (!model.IsTrainable)
        {
            throw new ArgumentException(
                $"'{model.Name}' has nothing to train: load it with `new {nameof(SentenceTransformerOptions)} {{ {nameof(SentenceTransformerOptions.IsTrainable)} = true }}`.", nameof(model));
        }

        (_model, _arguments, _train) = (model, arguments, trainDatasets);
    }

    /// <summary>Examples on which the loss is measured. Default: none.</summary>
    public IReadOnlyList<SentenceDataset> EvalDatasets { get; init; } = [];

    /// <summary>Measures the model at every evaluation. Default: none.</summary>
    public SentenceEvaluator? Evaluator { get; init; }

    /// <summary>Watch and steer the run. Default: none.</summary>
    public IReadOnlyList<TrainerCallback> Callbacks { get; init; } = [];

    /// <summary>Replaces the optimizer that the arguments name. Default: none.</summary>
    public Optimizer? Optimizer { get; init; }

    /// <summary>Threads. Default: <see cref="WorkerPool.Shared"/>.</summary>
    public WorkerPool Pool { get; init; } = WorkerPool.Shared;

    /// <summary>Shares the work with other processes; in-batch negatives are those of one process. Default: one process.</summary>
    public Accelerator Accelerator { get; init; } = new(new AcceleratorOptions { Backend = AcceleratorBackend.Threads });

    /// <summary>Where the run stands.</summary>
    public TrainerState State => Inner.State;

    private Trainer<SentenceItem> Inner => _trainer ??= new Trainer<SentenceItem>(new SentenceTask(_model, [.. _train, .. EvalDatasets]), _arguments)
    {
        TrainDataset = SentenceItem.Join(_train),
        EvalDataset = EvalDatasets.Count == 0 ? null : SentenceItem.Join(EvalDatasets),
        Evaluator = Evaluator is null ? null : token => Evaluator.Evaluate(_model, new EvaluationOutput(Path.Combine(_arguments.OutputDir, "eval"), State.Epoch, State.GlobalStep), cancellationToken: token),
        BatchSampler = seed => SentenceBatches.Make(_arguments, _train, seed),
        Callbacks = Callbacks,
        Optimizer = Optimizer,
        Pool = Pool,
        Accelerator = Accelerator,
    };

    /// <summary>Trains the model.</summary>
    /// <param name="resumeFromCheckpoint">A folder <c>checkpoint-N</c> to go on from; <see langword="null"/>: from the beginning.</param>
    /// <param name="cancellationToken">Ends the run after the last whole step, writes a checkpoint of it and throws.</param>
    /// <exception cref="ArgumentException">The arguments are out of bounds or contradict themselves.</exception>
    /// <exception cref="LossInputException">A batch does not fit its loss.</exception>
    /// <exception cref="TrainingDivergedException">A loss or a gradient is no longer finite.</exception>
    /// <exception cref="TrainingStateException">A checkpoint cannot be written or read, or is of another run.</exception>
    /// <exception cref="ProcessExchangeException">Another process failed, or is gone.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; it can be resumed.</exception>
    public TrainOutput Train(string? resumeFromCheckpoint = null, CancellationToken cancellationToken = default) => Inner.Train(resumeFromCheckpoint, cancellationToken);

    /// <summary>Measures the model: the loss of <see cref="EvalDatasets"/> and what <see cref="Evaluator"/> says, each with <c>eval_</c> in front.</summary>
    /// <param name="cancellationToken">Ends it between two layers.</param>
    /// <exception cref="ArgumentException">There is neither.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyDictionary<string, double> Evaluate(CancellationToken cancellationToken = default) => Inner.Evaluate(cancellationToken: cancellationToken);

    /// <summary>Writes the model as Python's sentence-transformers reads it, with a card that tells what it learned from and how well.</summary>
    /// <param name="outputDir">The folder. Default: <see cref="TrainingArguments.OutputDir"/>.</param>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public void SaveModel(string? outputDir = null)
    {
        Inner.SaveModel(outputDir);
        Accelerator.OnMainProcess(() => SentenceModelCard.Save(Path.Combine(outputDir ?? _arguments.OutputDir, "README.md"), _model, _arguments, _train, State));
    }
}
