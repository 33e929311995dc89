using System.Globalization;
using System.Numerics.Tensors;
using System.Text;
using Akin.Datasets.Processors;
using Akin.Hub;
using Akin.Kernels;
using Akin.Models;
using Akin.Models.Checkpoints;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tokenizers;
using Akin.Training.Logging;
using Akin.Training.Metrics;
using Akin.Training.Optimizers;
using Akin.Training.Reports;
using Akin.Training.Schedules;
using Akin.Training.Tasks;

namespace Akin.Training.FineTuning;

/// <summary>google-research/bert's <c>run_classifier.py</c>: trains a classifier, measures it, predicts, and writes the files that the script writes.</summary>
/// <remarks>
/// <para>
/// As there: BertAdam (no bias correction, weight decay 0.01 of all but LayerNorm and biases), gradients clipped to a norm of 1, a rate that falls in a straight line
/// from the first step on and is replaced by the warm-up while that lasts, full batches of a training set that is repeated, pairs cut at the end of the longer text.
/// The order of examples is a shuffle of every pass, where the script shuffles a window of 100.
/// </para>
/// <para>
/// <c>eval_results.txt</c> and <c>test_results.tsv</c> are as the script writes them. Checkpoints are folders <c>checkpoint-N</c>; a run in a folder that has one goes
/// on from the last. The trained model itself is a folder that Python's transformers loads. <c>akin train run-classifier</c> is this class as a command.
/// </para>
/// </remarks>
public static class RunClassifier
{
    private const int KeptCheckpoints = 5; // as the Estimator
    private const int LoggingSteps = 50;

    /// <summary>Does what the options ask for.</summary>
    /// <param name="options">The flags.</param>
    /// <param name="progress">Told about a download of the model.</param>
    /// <param name="cancellationToken">Ends the run; training writes a checkpoint first, and the same options go on from it.</param>
    /// <exception cref="FileNotFoundException">A file of the task is missing.</exception>
    /// <exception cref="Datasets.DataFormatException">A file of the task is broken; the message names file and line.</exception>
    /// <exception cref="TrainingOptionException">The options contradict each other, the model or the data.</exception>
    /// <exception cref="Models.Configuration.ConfigException">The configuration cannot be honoured.</exception>
    /// <exception cref="CheckpointException">The weights are damaged, or do not belong to the configuration.</exception>
    /// <exception cref="TokenizerFileException">The vocabulary is missing or damaged.</exception>
    /// <exception cref="TrainingDivergedException">A loss or a gradient is no longer finite.</exception>
    /// <exception cref="TrainingStateException">A checkpoint cannot be written or read, or is of another run.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static RunClassifierResult Run(RunClassifierOptions options, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        Validate(options);

        // All files are read first, so that one that is missing or broken is told before the training and not after it.
        IReadOnlyList<string> labels = options.Processor.GetLabels(options.DataDir, options.Encoding);
        IReadOnlyList<InputExample> Read(ExampleSet set, bool isWanted) =>
            isWanted ? options.Processor.GetExamples(set, options.DataDir, options.Encoding, cancellationToken) : [];
        IReadOnlyList<InputExample> train = Read(ExampleSet.Train, options.DoTrain), dev = Read(ExampleSet.Dev, options.DoEval), test = Read(ExampleSet.Test, options.DoPredict);

        int stepCount = options.DoTrain ? StepCount(options, train.Count) : 0;

        (SequenceClassificationModel model, Tokenizer tokenizer, int step) = Load(options, labels, progress, cancellationToken);
        RequireLength(options, model);
        Directory.CreateDirectory(options.OutputDir);
        ExampleEncoder encoder = new(tokenizer, options.MaxSeqLength);
        Dictionary<string, double> metrics = [];
        double seconds = 0;
        IReadOnlyList<string> untrained = model.InitializedWeights;
        TrainingReport? report = null;
        if (options.DoTrain)
        {
            Trainer<SequenceClassificationExample> trainer = MakeTrainer(
                options, model, tokenizer, stepCount,
                [.. encoder.Encode(train, cancellationToken).Zip(Places(train, labels), (text, label) => new SequenceClassificationExample(text, label))]);
            TrainOutput done = trainer.Train(options.OverwriteOutputDir ? null : TrainerCheckpoint.FindLast(options.OutputDir), cancellationToken);
            trainer.SaveModel();
            (step, seconds, untrained) = (done.GlobalStep, done.Metrics["train_runtime"], []);
            metrics["train_loss"] = done.TrainingLoss;
            report = Describe(options, trainer, train.Count);
        }

        if (options.DoEval)
        {
            float[][] logits = Score(options, model, encoder.Encode(dev, cancellationToken), options.EvalBatchSize, ExampleSet.Dev, cancellationToken);
            ClassificationReport scores = Evaluate(logits, Places(dev, labels), labels, options, step, metrics);
            report = report?.With(scores);
        }

        if (options.DoPredict)
        {
            float[][] logits = Score(options, model, encoder.Encode(test, cancellationToken), options.PredictBatchSize, ExampleSet.Test, cancellationToken);
            WriteLines(options, "test_results.tsv", logits.Select(row => string.Join('\t', Probabilities(row).Select(PythonText.Number))));
        }

        options.Accelerator.OnMainProcess(() => report?.Save(Path.Combine(options.OutputDir, "report.html")), cancellationToken);
        return new RunClassifierResult(options.OutputDir, step, seconds, metrics, test.Count, untrained);
    }

    private static void Validate(RunClassifierOptions options)
    {
        if (!options.DoTrain && !options.DoEval && !options.DoPredict)
        {
            throw new TrainingOptionException("At least one of do_train, do_eval and do_predict must be true.");
        }

        foreach ((string flag, int value) in (ReadOnlySpan<(string, int)>)[
            ("train_batch_size", options.TrainBatchSize), ("eval_batch_size", options.EvalBatchSize), ("predict_batch_size", options.PredictBatchSize),
            ("save_checkpoints_steps", options.SaveCheckpointsSteps), ("gradient_accumulation_steps", options.GradientAccumulationSteps)])
        {
            Require(value >= 1, flag, value, "1 or more");
        }

        Require(
            options.TrainBatchSize % options.PartCount == 0, "train_batch_size", options.TrainBatchSize,
            $"divisible by gradient_accumulation_steps, which is {options.GradientAccumulationSteps}{(options.Accelerator.ProcessCount > 1 ? $", times the {options.Accelerator.ProcessCount} processes" : "")}");
        Require(options.LearningRate >= 0 && double.IsFinite(options.LearningRate), "learning_rate", options.LearningRate, "a number of at least 0");
        Require(options.NumTrainEpochs > 0 && double.IsFinite(options.NumTrainEpochs), "num_train_epochs", options.NumTrainEpochs, "above 0");
        Require(options.WarmupProportion is >= 0 and <= 1, "warmup_proportion", options.WarmupProportion, "from 0 to 1");
    }

    private static void Require(bool holds, string flag, double value, string bounds)
    {
        if (!holds)
        {
            throw new TrainingOptionException(string.Create(CultureInfo.InvariantCulture, $"{flag} is {value}; it must be {bounds}."));
        }
    }

    private static void RequireLength(RunClassifierOptions options, SequenceClassificationModel model)
    {
        const int Least = 4; // a piece between the special tokens of a pair
        if (options.MaxSeqLength < Least || options.MaxSeqLength > model.Config.MaxTokenCount)
        {
            throw new TrainingOptionException($"max_seq_length is {options.MaxSeqLength}, but the model was trained for texts of up to {model.Config.MaxTokenCount} tokens: give {Least} to {model.Config.MaxTokenCount}.");
        }
    }

    /// <summary>The model to train; or, when there is no training, the last one in the output folder, or else the one to begin with.</summary>
    private static (SequenceClassificationModel Model, Tokenizer Tokenizer, int Step) Load(
        RunClassifierOptions options, IReadOnlyList<string> labels, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        if (!options.DoTrain && TrainerCheckpoint.FindLast(options.OutputDir) is { } last)
        {
            SequenceClassificationModel trained = AutoModelForSequenceClassification.FromPretrained(last, cancellationToken: cancellationToken);
            return trained.Config.Labels.SequenceEqual(labels)
                ? (trained, AutoTokenizer.FromPretrained(last, cancellationToken: cancellationToken), TrainerCheckpoint.StepOf(last))
                : throw new TrainingOptionException(
                    $"The model in '{last}' has the labels {string.Join(", ", trained.Config.Labels)}, but the task {options.Processor.Name} has {string.Join(", ", labels)}: give the folder of its own run as output_dir.");
        }

        ModelFiles files = ModelFiles.Find(options, progress, cancellationToken);
        SequenceClassificationModel model = files.LoadModel(labels, options.Seed, options.DoTrain);
        return (model, files.LoadTokenizer(model.Config, cancellationToken), 0);
    }

    /// <summary>The places of the examples' labels, which the processor has looked at.</summary>
    private static int[] Places(IReadOnlyList<InputExample> examples, IReadOnlyList<string> labels)
    {
        Dictionary<string, int> places = labels.Select((label, place) => (label, place)).ToDictionary(item => item.label, item => item.place);
        return [.. examples.Select(example => places[example.Label!])];
    }

    private static int StepCount(RunClassifierOptions options, int exampleCount) =>
        RepeatedBatches.StepCount(exampleCount, options.TrainBatchSize, options.NumTrainEpochs) is > 0 and var steps
            ? steps
            : throw new TrainingOptionException(string.Create(
                CultureInfo.InvariantCulture, $"{exampleCount} examples / {options.TrainBatchSize} (train_batch_size) · {options.NumTrainEpochs} (num_train_epochs) is less than one step: take a smaller batch or more epochs."));

    private static Trainer<SequenceClassificationExample> MakeTrainer(
        RunClassifierOptions options, SequenceClassificationModel model, Tokenizer tokenizer, int stepCount, SequenceClassificationExample[] examples)
    {
        RepeatedBatches batches = new(examples.Length, options.TrainBatchSize, options.PartCount, options.Seed);
        return new Trainer<SequenceClassificationExample>(new SequenceClassificationTask(model), new TrainingArguments
        {
            OutputDir = options.OutputDir,
            OverwriteOutputDir = options.OverwriteOutputDir,
            PerDeviceTrainBatchSize = options.TrainBatchSize / options.PartCount,
            GradientAccumulationSteps = options.GradientAccumulationSteps,
            MaxSteps = stepCount,
            MaxGradNorm = 1,
            LearningRate = options.LearningRate,
            Optim = OptimizerKind.BertAdam,
            SaveSteps = options.SaveCheckpointsSteps,
            SaveTotalLimit = KeptCheckpoints,
            LoggingSteps = LoggingSteps,
            Seed = options.Seed,
        })
        {
            TrainDataset = examples,
            Tokenizer = tokenizer,
            Accelerator = options.Accelerator,
            EpochSampler = batches.OfEpoch,
            Optimizer = new BertAdam(model.Parameters.Where(parameter => parameter.RequiresGradient), options.LearningRate),
            Schedule = LearningRateSchedule.GoogleBert((int)(stepCount * options.WarmupProportion), stepCount),
            Callbacks = [new JsonLinesLogCallback(Path.Combine(options.OutputDir, "log.jsonl")), .. options.Callbacks],
        };
    }

    private static TrainingReport Describe(RunClassifierOptions options, Trainer<SequenceClassificationExample> trainer, int exampleCount) => new()
    {
        Title = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.OutputDir))),
        Facts =
        [
            new("task", options.Processor.Name),
            new("model", options.InitCheckpoint ?? options.Model ?? "from nothing"),
            new("train", $"{options.DataDir} ({exampleCount:N0} examples)"),
            new("steps", $"{trainer.State.GlobalStep:N0}, batches of {options.TrainBatchSize}"),
            new("learning rate", $"{options.LearningRate:G3}, BertAdam"),
        ],
        History = trainer.State.LogHistory,
    };

    /// <summary>The logits of examples, in their order; of several processes each takes its turn with a batch.</summary>
    private static float[][] Score(
        RunClassifierOptions options, SequenceClassificationModel model, EncodedText[] texts, int batchSize, ExampleSet set, CancellationToken cancellationToken)
    {
        ForwardContext context = new() { CancellationToken = cancellationToken };
        RaggedBatch batch = model.CreateBatch();
        List<Prediction> mine = [];
        int stride = batchSize * options.Accelerator.ProcessCount;
        for (int first = options.Accelerator.ProcessIndex * batchSize; first < texts.Length; first += stride)
        {
            batch.Clear();
            foreach (EncodedText text in texts.AsSpan(first, Math.Min(batchSize, texts.Length - first)))
            {
                batch.Add(text.InputIds.Span, text.TokenTypeIds.Span);
            }

            using ForwardScope scope = context.Scope();
            mine.AddRange(model.Forward(context, batch).Logits.Rows());
            if (options.Accelerator.IsMainProcess)
            {
                options.Progress?.Report(new RunClassifierProgress(set, Math.Min(first + stride, texts.Length), texts.Length));
            }
        }

        return [.. PredictionExchange.Gather(options.Accelerator, mine, texts.Length, batchSize, cancellationToken).Select(prediction => prediction.Scores)];
    }

    private static ClassificationReport Evaluate(
        float[][] logits, int[] expected, IReadOnlyList<string> labels, RunClassifierOptions options, int step, Dictionary<string, double> metrics)
    {
        int[] predicted = [.. logits.Select(row => TensorPrimitives.IndexOfMax<float>(row))];
        double[] losses = [.. logits.Select((row, i) => CrossEntropy(row, expected[i]))];
        ClassificationReport report = ClassificationReport.Compute(expected, predicted, labels);
        foreach ((string name, double value) in report.ToMetrics())
        {
            metrics["eval_" + name] = value;
        }

        metrics["eval_loss"] = losses.Average();
        metrics["loss"] = losses.Chunk(options.EvalBatchSize).Average(batch => batch.Average()); // the Estimator's own: the mean of the batches' means
        WriteLines(
            options,
            "eval_results.txt",
            [
                $"eval_accuracy = {PythonText.Number((float)metrics["eval_accuracy"])}",
                $"eval_loss = {PythonText.Number((float)metrics["eval_loss"])}",
                string.Create(CultureInfo.InvariantCulture, $"global_step = {step}"),
                $"loss = {PythonText.Number((float)metrics["loss"])}",
            ]);
        return report;
    }

    /// <summary><c>log Σ exp(logits) - logits[label]</c></summary>
    private static double CrossEntropy(float[] logits, int label)
    {
        double largest = TensorPrimitives.Max<float>(logits);
        return Math.Log(logits.Sum(logit => Math.Exp(logit - largest))) + largest - logits[label];
    }

    private static float[] Probabilities(float[] logits)
    {
        float[] probabilities = new float[logits.Length];
        Softmax.Rows(logits, rowCount: 1, logits.Length, probabilities, WorkerPool.Serial);
        return probabilities;
    }

    private static void WriteLines(RunClassifierOptions options, string name, IEnumerable<string> lines) => options.Accelerator.OnMainProcess(
        () => AtomicFile.Write(Path.Combine(options.OutputDir, name), stream =>
        {
            using StreamWriter writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
            foreach (string line in lines)
            {
                writer.WriteLine(line);
            }
        }));
}
