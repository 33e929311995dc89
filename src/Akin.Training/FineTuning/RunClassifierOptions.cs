using Akin.Datasets.Processors;
using Akin.Hub;
using Akin.Training.Acceleration;
using Akin.Training.Callbacks;

namespace Akin.Training.FineTuning;

/// <summary>The flags of google-research/bert's <c>run_classifier.py</c>, with its defaults; see <see cref="RunClassifier"/>. Immutable.</summary>
public sealed record RunClassifierOptions
{
    /// <summary>Reads the task's files; <see cref="DataProcessorRegistry.Find"/> has those of the script.</summary>
    public required DataProcessor Processor { get; init; }

    /// <summary>The folder of the task's files.</summary>
    public required string DataDir { get; init; }

    /// <summary>The folder for results, checkpoints and the trained model; made if it does not exist.</summary>
    public required string OutputDir { get; init; }

    /// <summary>A folder with a model, or its name on the hub: stands for those of the three files below that are not given. Default: none.</summary>
    public string? Model { get; init; }

    /// <summary><c>bert_config.json</c>; any <c>config.json</c> of transformers too.</summary>
    public string? BertConfigFile { get; init; }

    /// <summary><c>vocab.txt</c>.</summary>
    public string? VocabFile { get; init; }

    /// <summary>
    /// The weights to begin with: a TensorFlow checkpoint such as <c>bert_model.ckpt</c>, a <c>model.safetensors</c> or <c>pytorch_model.bin</c>, or a folder. Default:
    /// those of <see cref="Model"/>; without one, new weights.
    /// </summary>
    public string? InitCheckpoint { get; init; }

    /// <summary>Whether texts are lowered. Default: yes with <see cref="VocabFile"/>, else as the model's tokenizer does.</summary>
    public bool? DoLowerCase { get; init; }

    /// <summary>Whether to train. At least one of the three is needed.</summary>
    public bool DoTrain { get; init; }

    /// <summary>Whether to measure on the dev set.</summary>
    public bool DoEval { get; init; }

    /// <summary>Whether to predict the test set.</summary>
    public bool DoPredict { get; init; }

    /// <summary>Tokens of a text or a pair with special tokens; longer ones are cut. Default: 128.</summary>
    public int MaxSeqLength { get; init; } = 128;

    /// <summary>Examples of a step. Default: 32.</summary>
    public int TrainBatchSize { get; init; } = 32;

    /// <summary>Examples of a batch in evaluation: <c>loss</c> is the mean of batches. Default: 8.</summary>
    public int EvalBatchSize { get; init; } = 8;

    /// <summary>Examples of a batch in prediction. Default: 8.</summary>
    public int PredictBatchSize { get; init; } = 8;

    /// <summary>The learning rate before the schedule. Default: 5e-5.</summary>
    public double LearningRate { get; init; } = 5e-5;

    /// <summary>Passes over the training set; steps are <c>examples / batch · epochs</c>, rounded down. Default: 3.</summary>
    public double NumTrainEpochs { get; init; } = 3;

    /// <summary>The share of steps, rounded down, in which the rate rises. Default: 0.1.</summary>
    public double WarmupProportion { get; init; } = 0.1;

    /// <summary>Steps from one checkpoint to the next; the last five are kept. Default: 1,000.</summary>
    public int SaveCheckpointsSteps { get; init; } = 1000;

    /// <summary>Parts of a step's batch that are run one after the other; it must divide <see cref="TrainBatchSize"/>. Default: 1.</summary>
    public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>Seeds new weights, the order of examples and dropout. Default: 42.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>What the task's files are written in, where no byte-order mark tells, such as <c>gb18030</c>. Default: UTF-8.</summary>
    public string? Encoding { get; init; }

    /// <summary>Whether checkpoints of an earlier run in <see cref="OutputDir"/> are deleted. Default: no, the run goes on from the last one.</summary>
    public bool OverwriteOutputDir { get; init; }

    /// <summary>Watch the training. Default: nobody.</summary>
    public IReadOnlyList<TrainerCallback> Callbacks { get; init; } = [];

    /// <summary>Told how many examples were evaluated or predicted. Default: nobody.</summary>
    public IProgress<RunClassifierProgress>? Progress { get; init; }

    /// <summary>
    /// Shares the work with other processes, all of which do the same; the batch sizes are those of all together, and the main process writes the files. Default: one
    /// process.
    /// </summary>
    public Accelerator Accelerator { get; init; } = new(new AcceleratorOptions { Backend = AcceleratorBackend.Threads });

    /// <summary>Parts into which a step's batch is divided.</summary>
    internal int PartCount => GradientAccumulationSteps * Accelerator.ProcessCount;

    /// <summary>How a model that is not a local folder is found.</summary>
    public HubOptions? Hub { get; init; }
}
