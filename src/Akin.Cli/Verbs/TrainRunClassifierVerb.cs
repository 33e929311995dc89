using System.CommandLine;
using Akin.Datasets.Processors;
using Akin.Training.Acceleration;
using Akin.Training.FineTuning;
using Akin.Training.Logging;

namespace Akin.Cli.Verbs;

/// <summary><c>akin train run-classifier</c>: the flags and the files of google-research/bert's <c>run_classifier.py</c>.</summary>
internal sealed class TrainRunClassifierVerb : Verb
{
    private readonly Option<string> _taskName = new("--task_name")
    {
        Description = $"The task: {string.Join(", ", DataProcessorRegistry.All.Select(processor => processor.Name))} (tsv: label<TAB>text; csv: label,text_a,text_b).",
        Required = true,
        HelpName = "NAME",
    };

    private readonly Option<string> _dataDir = new("--data_dir") { Description = "The folder of the task's files, such as train.tsv, dev.tsv, test.tsv.", Required = true, HelpName = "DIR" };
    private readonly Option<string> _outputDir = new("--output_dir") { Description = "The folder for results, checkpoints and the trained model; its last checkpoint is gone on from.", Required = true, HelpName = "DIR" };
    private readonly Option<string?> _configFile = new("--bert_config_file") { Description = "The model's bert_config.json.", HelpName = "FILE" };
    private readonly Option<string?> _vocabFile = new("--vocab_file") { Description = "The model's vocab.txt.", HelpName = "FILE" };
    private readonly Option<string?> _checkpoint = new("--init_checkpoint") { Description = "The weights to begin with: bert_model.ckpt, model.safetensors, pytorch_model.bin or a folder (new weights).", HelpName = "PATH" };
    private readonly Option<string?> _model = new("--model", "-m", "--bert_model") { Description = "A model's folder, or its name on the hub, instead of the three files.", HelpName = "MODEL" };
    private readonly Option<PythonBoolean?> _train = PythonBoolean.Option("--do_train", "Train (false).");
    private readonly Option<PythonBoolean?> _eval = PythonBoolean.Option("--do_eval", "Measure on the dev set: eval_results.txt (false).");
    private readonly Option<PythonBoolean?> _predict = PythonBoolean.Option("--do_predict", "Predict the test set: test_results.tsv (false).");
    private readonly Option<PythonBoolean?> _lower = PythonBoolean.Option("--do_lower_case", "Lower texts (true with --vocab_file, else as the model's tokenizer).");
    private readonly Option<int?> _maxLength = SharedOptions.Positive("--max_seq_length", "Tokens of a text or a pair; longer ones are cut (128).");
    private readonly Option<int?> _trainBatch = SharedOptions.Positive("--train_batch_size", "Examples of a step (32).");
    private readonly Option<int?> _evalBatch = SharedOptions.Positive("--eval_batch_size", "Examples of a batch in evaluation (8).");
    private readonly Option<int?> _predictBatch = SharedOptions.Positive("--predict_batch_size", "Examples of a batch in prediction (8).");
    private readonly Option<double> _learningRate = Number("--learning_rate", 5e-5, "The rate before warm-up and decay.");
    private readonly Option<double> _epochs = Number("--num_train_epochs", 3, "Passes over the training set.");
    private readonly Option<double> _warmup = Number("--warmup_proportion", 0.1, "The share of steps in which the rate rises.");
    private readonly Option<int?> _saveSteps = SharedOptions.Positive("--save_checkpoints_steps", "Steps from one checkpoint to the next (1000).");
    private readonly Option<int?> _accumulation = SharedOptions.Positive("--gradient_accumulation_steps", "Parts of a step's batch, run one after the other (1).");
    private readonly Option<ulong> _seed = new("--seed") { Description = "Seeds new weights, the order of examples and dropout.", DefaultValueFactory = _ => 42, HelpName = "N" };
    private readonly Option<string> _language = new("--xnli_language") { Description = "The language of the task xnli.", DefaultValueFactory = _ => "zh", HelpName = "CODE" };
    private readonly Option<string?> _encoding = new("--encoding") { Description = "What the task's files are written in, such as cp949 or gb18030 (UTF-8).", HelpName = "NAME" };
    private readonly Option<PythonBoolean?> _overwrite = PythonBoolean.Option("--overwrite_output_dir", "Start anew: delete the checkpoints of an earlier run (false).");
    private readonly AcceleratorFlags _accelerators = new();

    public TrainRunClassifierVerb()
        : base(
            "run-classifier",
            "Train, measure and predict with the flags and files of google-research/bert's run_classifier.py.",
            "akin train run-classifier --task_name=MRPC --do_train=true --do_eval=true --data_dir=glue/MRPC --vocab_file=bert/vocab.txt --bert_config_file=bert/bert_config.json --init_checkpoint=bert/bert_model.ckpt --max_seq_length=128 --train_batch_size=32 --learning_rate=2e-5 --num_train_epochs=3.0 --output_dir=mrpc_output",
            "akin train run-classifier --task_name tsv --do_train --do_eval --do_predict --data_dir ./news --model klue/bert-base --output_dir ./news_output --json")
    {
        foreach (Option option in (ReadOnlySpan<Option>)[
            _taskName, _dataDir, _outputDir, _configFile, _vocabFile, _checkpoint, _model, _train, _eval, _predict, _lower, _maxLength, _trainBatch, _evalBatch, _predictBatch,
            _learningRate, _epochs, _warmup, _saveSteps, _accumulation, _seed, _language, _encoding, _overwrite])
        {
            Add(option);
        }

        _accelerators.AddTo(this);
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        _accelerators.RefuseWhatIsAskedFor(arguments);
        string task = arguments.GetRequiredValue(_taskName);
        using DownloadReport download = new(context);
        using ScoringReport scoring = new(context);
        RunClassifierOptions options = new()
        {
            Processor = DataProcessorRegistry.Find(task) is XnliProcessor ? new XnliProcessor(arguments.GetRequiredValue(_language)) : DataProcessorRegistry.Find(task),
            DataDir = arguments.GetRequiredValue(_dataDir),
            OutputDir = arguments.GetRequiredValue(_outputDir),
            BertConfigFile = arguments.GetValue(_configFile),
            VocabFile = arguments.GetValue(_vocabFile),
            InitCheckpoint = arguments.GetValue(_checkpoint),
            Model = arguments.GetValue(_model),
            DoTrain = arguments.GetValue(_train)?.IsTrue ?? false,
            DoEval = arguments.GetValue(_eval)?.IsTrue ?? false,
            DoPredict = arguments.GetValue(_predict)?.IsTrue ?? false,
            DoLowerCase = arguments.GetValue(_lower)?.IsTrue,
            MaxSeqLength = arguments.GetValue(_maxLength) ?? 128,
            TrainBatchSize = arguments.GetValue(_trainBatch) ?? 32,
            EvalBatchSize = arguments.GetValue(_evalBatch) ?? 8,
            PredictBatchSize = arguments.GetValue(_predictBatch) ?? 8,
            LearningRate = arguments.GetValue(_learningRate),
            NumTrainEpochs = arguments.GetValue(_epochs),
            WarmupProportion = arguments.GetValue(_warmup),
            SaveCheckpointsSteps = arguments.GetValue(_saveSteps) ?? 1000,
            GradientAccumulationSteps = arguments.GetValue(_accumulation) ?? 1,
            Seed = arguments.GetValue(_seed),
            Encoding = arguments.GetValue(_encoding),
            OverwriteOutputDir = arguments.GetValue(_overwrite)?.IsTrue ?? false,
            Callbacks = context.Quiet ? [] : [new ProgressBarCallback(Console.Error)],
            Progress = scoring,
            Accelerator = new Accelerator(),
        };
        if (options.DoTrain)
        {
            context.StopNote = () => $"the run was saved; the same command goes on (in '{options.OutputDir}').";
        }

        RunClassifierResult result = RunClassifier.Run(options, download, context.Cancellation);
        options.Accelerator.OnMainProcess(() => Print(result, options, context), context.Cancellation);
        options.Accelerator.EndTraining(context.Cancellation);
    }

    private static void Print(RunClassifierResult result, RunClassifierOptions options, CommandContext context)
    {
        if (result.UntrainedWeights.Count > 0)
        {
            context.Message($"Nothing has trained {string.Join(", ", result.UntrainedWeights.Take(3))}{(result.UntrainedWeights.Count > 3 ? ", …" : "")}: the results are those of chance. Add --do_train, or name the output folder of a training.");
        }

        if (context.Json)
        {
            Dictionary<string, object?> values = MetricsOutput.ToJson(result.Metrics);
            values["global_step"] = result.GlobalStep;
            values["steps"] = result.GlobalStep;
            values["train_seconds"] = result.TrainSeconds;
            values["predictions"] = result.PredictedCount;
            values["output"] = result.OutputDir;
            JsonOutput.Write(context, values);
            return;
        }

        MetricsOutput.WriteLines(context, result.Metrics);
        context.Output.WriteLine($"{"global_step",-28} {result.GlobalStep}");
        if (options.DoEval)
        {
            context.Message($"The results are in '{Path.Combine(result.OutputDir, "eval_results.txt")}'.");
        }

        if (options.DoPredict)
        {
            context.Message($"{result.PredictedCount:N0} predictions are in '{Path.Combine(result.OutputDir, "test_results.tsv")}'.");
        }

        if (options.DoTrain)
        {
            context.Message($"The model is in '{result.OutputDir}'; open {Path.Combine(result.OutputDir, "report.html")} to see how it learned.");
        }
    }

    private static Option<double> Number(string name, double value, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => value, HelpName = "X" };

    /// <summary>Progress of evaluation and prediction, one after the other.</summary>
    private sealed class ScoringReport(CommandContext context) : IProgress<RunClassifierProgress>, IDisposable
    {
        private ProgressReport? _report;
        private ExampleSet _set;

        public void Report(RunClassifierProgress value)
        {
            if (_report is null || _set != value.Set)
            {
                _report?.Dispose();
                _set = value.Set;
                _report = context.Progress(value.Set == ExampleSet.Dev ? "Evaluating" : "Predicting", "examples", value.Total);
            }

            _report.Report(value.Done);
        }

        public void Dispose() => _report?.Dispose();
    }
}
