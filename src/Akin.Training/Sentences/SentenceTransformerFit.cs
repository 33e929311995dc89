using Akin.Pipelines;

namespace Akin.Training.Sentences;

/// <summary>The training call that articles about sentence-transformers use.</summary>
public static class SentenceTransformerFit
{
    /// <summary>Trains a model on one or several objectives: a batch of each in turn, until the shortest is at its end.</summary>
    /// <remarks>A short form of <see cref="SentenceTransformerTrainer"/>, without checkpoints.</remarks>
    /// <param name="model">Loaded with <see cref="SentenceTransformerOptions.IsTrainable"/>, or made of parts.</param>
    /// <param name="objectives">Examples with a loss each.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the run after the last whole step.</param>
    /// <exception cref="Losses.LossInputException">A batch does not fit its loss.</exception>
    /// <exception cref="TrainingDivergedException">A loss or a gradient is no longer finite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static TrainOutput Fit(
        this SentenceTransformer model, IReadOnlyList<SentenceDataset> objectives, FitOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new FitOptions();
        string folder = options.OutputPath ?? Directory.CreateTempSubdirectory("akin-fit-").FullName;
        try
        {
            SentenceTransformerTrainer trainer = new(
                model,
                new SentenceTransformerTrainingArguments
                {
                    OutputDir = folder,
                    NumTrainEpochs = options.Epochs,
                    PerDeviceTrainBatchSize = options.BatchSize,
                    WarmupSteps = options.WarmupSteps,
                    LearningRate = options.LearningRate,
                    WeightDecay = options.WeightDecay,
                    Seed = options.Seed,
                    SaveStrategy = SaveStrategy.No,
                    EvalStrategy = options.Evaluator is null ? IntervalStrategy.No : IntervalStrategy.Epoch,
                    MultiDatasetBatchSampler = MultiDatasetBatchSamplers.RoundRobin,
                },
                objectives)
            {
                Evaluator = options.Evaluator,
                Callbacks = options.Callbacks,
            };
            TrainOutput output = trainer.Train(cancellationToken: cancellationToken);
            if (options.OutputPath is not null)
            {
                trainer.SaveModel();
            }

            return output;
        }
        finally
        {
            if (options.OutputPath is null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
