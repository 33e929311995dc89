using Akin.Datasets;
using Akin.Datasets.Processors;
using Akin.Models;
using Akin.Models.Checkpoints;
using Akin.Models.Configuration;
using Akin.Pipelines;
using Akin.Tokenizers;
using Akin.Training.Callbacks;
using Akin.Training.FineTuning;
using Akin.Training.Metrics;

namespace Akin.Training.Tests.FineTuning;

/// <summary>Runs of run_classifier on the goldens' TensorFlow checkpoint of google-research/bert's layout: bert_config.json, vocab.txt, bert_model.ckpt.</summary>
public sealed class RunClassifierTests : IDisposable
{
    private const int TrainCount = 44;
    private const int TestCount = 11;

    private readonly TemporaryFolder _temporary = new();

    public RunClassifierTests()
    {
        Directory.CreateDirectory(Data);
        Write("train.tsv", string.Concat(Enumerable.Repeat("food\tfresh bread\nother\tred two\nfood\tbread for two\nother\thas red\n", TrainCount / 4)));
        Write("dev.tsv", string.Concat(Enumerable.Repeat("other\tred two\nfood\tfresh bread\n", 5)) + "food\tbread for two\n");
        Write("test.tsv", string.Concat(Enumerable.Repeat("fresh bread\n", TestCount)));
    }

    private string Data => _temporary.File("data");

    private string Output => _temporary.File("output");

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Run_FromGooglesFiles_LearnsAndWritesTheFilesOfTheScript()
    {
        RunClassifierResult result = RunClassifier.Run(Options());
        Assert.Equal(1, result.Metrics["eval_accuracy"]);
        Assert.Equal((44, TestCount), (result.GlobalStep, result.PredictedCount)); // 44 / 8 · 8
        Assert.Empty(result.UntrainedWeights);

        string[] lines = File.ReadAllText(Path.Combine(Output, "eval_results.txt")).TrimEnd('\n').Split('\n');
        Assert.Equal(["eval_accuracy", "eval_loss", "global_step", "loss"], lines.Select(line => line.Split(" = ")[0]));
        Assert.Equal(["eval_accuracy = 1.0", "global_step = 44"], [lines[0], lines[2]]);
        Assert.Equal((float)result.Metrics["eval_loss"], float.Parse(lines[1].Split(" = ")[1]));

        string[][] rows = [.. File.ReadLines(Path.Combine(Output, "test_results.tsv")).Select(line => line.Split('\t'))];
        Assert.Equal(TestCount, rows.Length);
        Assert.All(rows, row => Assert.Equal(2, row.Length));

        // The folder is a model like any other, and gives the same numbers.
        TextClassification found = TextClassificationPipeline.FromPretrained(Output).Classify("fresh bread");
        Assert.Equal("food", found.Label);
        Assert.Equal(found.Scores.Select(label => PythonText.Number(label.Score)), rows[0]);
        Assert.True(File.Exists(Path.Combine(Output, "vocab.txt")));
        Assert.True(File.Exists(Path.Combine(Output, "report.html")));
        Assert.Contains("\"train_loss\"", File.ReadLines(Path.Combine(Output, "log.jsonl")).Last());
    }

    [Fact]
    public void Run_OfTheSameCommandAgain_TrainsNothingAndOfMoreEpochsGoesOn()
    {
        RunClassifierOptions options = Options() with { DoPredict = false };
        RunClassifier.Run(options);
        byte[] model = File.ReadAllBytes(Path.Combine(Output, "model.safetensors"));
        string results = File.ReadAllText(Path.Combine(Output, "eval_results.txt"));

        Assert.Equal(44, RunClassifier.Run(options).GlobalStep);
        Assert.Equal(model, File.ReadAllBytes(Path.Combine(Output, "model.safetensors")));
        Assert.Equal(results, File.ReadAllText(Path.Combine(Output, "eval_results.txt")));

        List<double> rates = [];
        Assert.Equal(55, RunClassifier.Run(options with { NumTrainEpochs = 10, Callbacks = [new Rates(rates)] }).GlobalStep);
        Assert.Equal(11, rates.Count);
        Assert.Equal(11, RunClassifier.Run(options with { NumTrainEpochs = 2, OverwriteOutputDir = true }).GlobalStep);
    }

    [Fact]
    public void Run_Interrupted_GoesOnFromTheCheckpointWithTheSameBits()
    {
        RunClassifierOptions options = Options() with { SaveCheckpointsSteps = 6 };
        RunClassifier.Run(options);
        Assert.Equal(["checkpoint-24", "checkpoint-30", "checkpoint-36", "checkpoint-42", "checkpoint-44"], Directory.GetDirectories(Output).Select(Path.GetFileName).Order());
        byte[] whole = File.ReadAllBytes(Path.Combine(Output, "model.safetensors"));

        RunClassifierOptions second = options with { OutputDir = _temporary.File("second") };
        using CancellationTokenSource cancellation = new();
        Assert.Throws<OperationCanceledException>(() => RunClassifier.Run(second with { Callbacks = [new CancelAt(17, cancellation)] }, cancellationToken: cancellation.Token));
        Assert.Equal(44, RunClassifier.Run(second).GlobalStep);
        Assert.Equal(whole, File.ReadAllBytes(Path.Combine(second.OutputDir, "model.safetensors")));
    }

    [Fact]
    public void Run_WithoutTraining_TakesTheLastCheckpointOrElseInitCheckpoint()
    {
        RunClassifierOptions evaluate = Options() with { DoTrain = false };
        RunClassifierResult first = RunClassifier.Run(evaluate);
        Assert.Equal(0, first.GlobalStep);
        Assert.Equal(["classifier.bias", "classifier.weight"], first.UntrainedWeights.Order());
        Assert.Contains("global_step = 0\n", File.ReadAllText(Path.Combine(Output, "eval_results.txt")));

        RunClassifierResult trained = RunClassifier.Run(Options());
        string predictions = File.ReadAllText(Path.Combine(Output, "test_results.tsv"));
        RunClassifierResult again = RunClassifier.Run(evaluate with { VocabFile = null, BertConfigFile = null, InitCheckpoint = null }); // the checkpoint has them
        Assert.Equal(44, again.GlobalStep);
        Assert.Equal(trained.Metrics["loss"], again.Metrics["loss"]);
        Assert.Equal(predictions, File.ReadAllText(Path.Combine(Output, "test_results.tsv")));
        Assert.Empty(again.UntrainedWeights);

        Write("labels.txt", "x\ny\n");
        Write("dev.tsv", "x\tred\n");
        Assert.Contains("has the labels food, other, but the task tsv has x, y", Refused(evaluate));
    }

    [Fact]
    public void Run_OfTheScriptsOwnOutput_ScoresAsTheModelThatTransformersMadeOfIt()
    {
        Write("labels.txt", "food\nother\nthird\n");
        RunClassifierResult result = RunClassifier.Run(Options() with { DoTrain = false, InitCheckpoint = Path.Combine(Repository.Golden("models", "tf", "run_classifier_output"), "model.ckpt-343") });
        Assert.Empty(result.UntrainedWeights);

        float[] expected = [.. TextClassificationPipeline.FromPretrained(Repository.Golden("models", "tf", "hf", "classifier")).Classify("fresh bread").Scores.Select(label => label.Score)];
        string[] found = File.ReadLines(Path.Combine(Output, "test_results.tsv")).First().Split('\t');
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, float.Parse(pair.Second), 1e-6));
    }

    [Fact]
    public void Run_OfAModelByFolder_FindsItsFilesWhateverTheyAreCalled()
    {
        RunClassifierOptions google = Options() with { NumTrainEpochs = 1 };
        RunClassifier.Run(google);
        byte[] expected = File.ReadAllBytes(Path.Combine(Output, "model.safetensors"));
        RunClassifierOptions byFolder = google with { Model = Repository.Golden("models", "tf", "published"), VocabFile = null, BertConfigFile = null, InitCheckpoint = null };
        Assert.Equal(expected, Weights(byFolder with { OutputDir = _temporary.File("by-folder") }));

        // What Akin has saved: as a folder, or its weights alone.
        string saved = _temporary.File("saved");
        AutoModelForPreTraining.FromCheckpoint(Config(), Google("bert_model.ckpt")).SavePretrained(saved);
        BertTokenizer.FromFile(Google("vocab.txt")).SavePretrained(saved);
        Assert.Equal(expected, Weights(byFolder with { Model = saved, OutputDir = _temporary.File("of-saved") }));
        Assert.Equal(expected, Weights(google with { InitCheckpoint = Path.Combine(saved, "model.safetensors"), OutputDir = _temporary.File("of-weights") }));

        Assert.Contains("do_lower_case is false, but the tokenizer of", Refused(byFolder with { Model = saved, DoLowerCase = false, OutputDir = _temporary.File("cased") }));

        // From nothing, as the script without init_checkpoint.
        Assert.NotEqual(expected, Weights(google with { InitCheckpoint = null, OutputDir = _temporary.File("of-nothing") }));

        byte[] Weights(RunClassifierOptions options) => File.ReadAllBytes(Path.Combine(RunClassifier.Run(options).OutputDir, "model.safetensors"));
    }

    [Fact]
    public void Run_WithAccumulation_IsTheSameRunUpToRounding()
    {
        RunClassifierOptions options = Options() with { NumTrainEpochs = 1, DoTrain = true };
        // Dropout would draw other numbers for the parts of a batch.
        string config = _temporary.File("bert_config.json");
        File.WriteAllText(config, File.ReadAllText(Google("bert_config.json")).Replace("dropout_prob\": 0.1", "dropout_prob\": 0.0"));
        double whole = RunClassifier.Run(options with { BertConfigFile = config }).Metrics["eval_loss"];
        double inParts = RunClassifier.Run(options with { BertConfigFile = config, OutputDir = _temporary.File("parts"), GradientAccumulationSteps = 4 }).Metrics["eval_loss"];
        Assert.Equal(whole, inParts, 1e-4);
    }

    [Fact]
    public void Run_OfAnOwnProcessor_LearnsItsLabels()
    {
        Write("train.tsv", string.Concat(Enumerable.Repeat("1\tfood\tfresh bread\n2\tother\tred two\n", 20)));
        RunClassifierResult result = RunClassifier.Run(Options() with { Processor = new NumberedProcessor(), DoEval = false, DoPredict = false });
        Assert.Equal(["other", "food"], AutoConfigLabels(result.OutputDir));
        Assert.True(result.Metrics["train_loss"] < 0.69);
    }

    private sealed class NumberedProcessor() : DataProcessor("numbered", "other", "food")
    {
        protected override InputExample Read(ProcessorRow row) => row.Example(row[2], label: row[1]);
    }

    /// <summary>optimization.py: the rate of step s is r · (1 - s / n), and r · s / w while s is below w; n = int(examples / batch · epochs), w = int(n · proportion).</summary>
    [Theory]
    [InlineData(8, 8.0, 0.1, 44, 4)]
    [InlineData(32, 3.0, 0.1, 4, 0)]
    [InlineData(6, 1.9, 0.5, 13, 6)]
    [InlineData(44, 2.0, 0.0, 2, 0)]
    public void Run_TakesTheStepsAndRatesOfTheScript(int batchSize, double epochs, double proportion, int steps, int warmupSteps)
    {
        const double Rate = 2e-3;
        List<double> rates = [];
        RunClassifier.Run(Options() with
        {
            TrainBatchSize = batchSize,
            NumTrainEpochs = epochs,
            WarmupProportion = proportion,
            LearningRate = Rate,
            DoEval = false,
            DoPredict = false,
            Callbacks = [new Rates(rates)],
        });
        Assert.Equal(steps, (int)(TrainCount / (double)batchSize * epochs));
        Assert.Equal(
            Enumerable.Range(0, steps).Select(step => step < warmupSteps ? Rate * step / warmupSteps : Rate * (1 - ((double)step / steps))),
            rates,
            (expected, found) => Math.Abs(expected - found) < 1e-12);
    }

    [Theory]
    [InlineData(3668, 32, 3, 343)] // MRPC as the script's README trains it
    [InlineData(8551, 32, 3, 801)]
    [InlineData(392702, 32, 3, 36815)]
    [InlineData(20, 32, 3, 1)]
    [InlineData(20, 32, 1, 0)]
    public void StepCount_IsThatOfTheScript(int examples, int batchSize, double epochs, int expected) => Assert.Equal(expected, RepeatedBatches.StepCount(examples, batchSize, epochs));

    [Theory]
    [InlineData(44, 8, 1)]
    [InlineData(44, 8, 4)]
    [InlineData(40, 8, 1)]
    [InlineData(5, 32, 2)]
    public void RepeatedBatches_AreFullAndTakeEveryExampleOncePerPass(int examples, int batchSize, int parts)
    {
        RepeatedBatches batches = new(examples, batchSize, parts, seed: 7);
        int[][] all = [.. Enumerable.Range(0, 20).SelectMany(batches.OfEpoch)];
        Assert.All(all, batch => Assert.Equal(batchSize / parts, batch.Length));
        int[][] passes = [.. all.SelectMany(batch => batch).Chunk(examples)];
        Assert.True(passes.Length >= 20);
        Assert.All(passes[..^1], pass => Assert.Equal(Enumerable.Range(0, examples), pass.Order()));
        Assert.NotEqual(passes[0], passes[1]);
        Assert.Equal(batches.OfEpoch(3), batches.OfEpoch(3));
    }

    [Fact]
    public void ExampleEncoder_CutsPairsAsTheScriptDoes()
    {
        Tokenizer tokenizer = BertTokenizer.FromFile(Google("vocab.txt"));
        int classification = tokenizer.ClassificationId!.Value, separator = tokenizer.SeparatorId!.Value;
        string Words(int count, char letter) => string.Join(' ', Enumerable.Repeat(letter, count));
        int Id(char letter) => tokenizer.TokenToId(letter.ToString())!.Value;
        for (int length = 4; length <= 16; length++)
        {
            ExampleEncoder encoder = new(tokenizer, length);
            for (int first = 0; first <= 12; first++)
            {
                for (int second = 0; second <= 12; second++)
                {
                    List<int> a = [.. Enumerable.Repeat(Id('a'), first)], b = [.. Enumerable.Repeat(Id('b'), second)];
                    int room = length - (second == 0 ? 2 : 3);
                    while (a.Count + b.Count > room) // the script's loop, word for word
                    {
                        List<int> longer = a.Count > b.Count ? a : b;
                        longer.RemoveAt(longer.Count - 1);
                    }

                    int[] expected = second == 0 ? [classification, .. a, separator] : [classification, .. a, separator, .. b, separator];
                    var found = encoder.Encode(new InputExample("x", Words(first, 'a'), Words(second, 'b')));
                    Assert.Equal(expected, found.InputIds.ToArray());
                    Assert.Equal(expected.Select((_, i) => i > a.Count + 1 ? 1 : 0), found.TokenTypeIds.ToArray());
                }
            }
        }

        Assert.Equal(4, new ExampleEncoder(tokenizer, 9).Encode(new InputExample("x", "a b", " \t")).TokenCount); // a second text without a token is none
        int[] ids = new ExampleEncoder(tokenizer, 9).Encode(new InputExample("x", "[SEP]")).InputIds.ToArray();
        Assert.Equal(1, ids.Count(id => id == separator)); // the name of a special token in a text is letters
    }

    [Theory]
    [InlineData(0.86764705f, "0.86764705")]
    [InlineData(1f, "1.0")]
    [InlineData(0f, "0.0")]
    [InlineData(0.0001f, "0.0001")]
    [InlineData(0.00001f, "1e-05")]
    [InlineData(9.123e-5f, "9.123e-05")]
    [InlineData(1.5e-12f, "1.5e-12")]
    [InlineData(12.5f, "12.5")]
    [InlineData(float.NaN, "nan")]
    public void Number_IsWrittenAsNumpyDoes(float number, string expected) => Assert.Equal(expected, PythonText.Number(number));

    [Fact]
    public void Run_OfWhatDoesNotFit_SaysWhat()
    {
        RunClassifierOptions options = Options();
        Assert.Contains("At least one of do_train, do_eval and do_predict", Refused(options with { DoTrain = false, DoEval = false, DoPredict = false }));
        Assert.Contains("max_seq_length is 33, but the model was trained for texts of up to 32", Refused(options with { MaxSeqLength = 33 }));
        Assert.Contains("max_seq_length is 3", Refused(options with { MaxSeqLength = 3 }));
        Assert.Contains("bert_config_file is missing", Refused(options with { BertConfigFile = null }));
        Assert.Contains("vocab_file is missing", Refused(options with { VocabFile = null }));
        Assert.Contains("train_batch_size is 0; it must be 1 or more", Refused(options with { TrainBatchSize = 0 }));
        Assert.Contains("train_batch_size is 8; it must be divisible by gradient_accumulation_steps, which is 3", Refused(options with { GradientAccumulationSteps = 3 }));
        Assert.Contains("num_train_epochs is 0", Refused(options with { NumTrainEpochs = 0 }));
        Assert.Contains("warmup_proportion is 1.5", Refused(options with { WarmupProportion = 1.5 }));
        Assert.Contains("44 examples / 100", Refused(options with { TrainBatchSize = 100, NumTrainEpochs = 1 }));
        Assert.Contains("bert_config.json: found no file", Refused(options with { BertConfigFile = _temporary.File("bert_config.json") }));
        Assert.Contains("no such file or folder", Refused(options with { InitCheckpoint = _temporary.File("bert_model.ckpt") }));
        string cased = _temporary.File("cased_L-12_H-768_A-12");
        Assert.Contains("do_lower_case is true, but 'cased_L-12_H-768_A-12'", Refused(options with { InitCheckpoint = cased }));
        Assert.Contains("set do_lower_case to true", Refused(options with { InitCheckpoint = _temporary.File("chinese_L-12_H-768_A-12"), DoLowerCase = false }));
        string large = _temporary.File("large.txt");
        File.WriteAllLines(large, File.ReadLines(Google("vocab.txt")).Append("one-too-many"));
        Assert.Contains("has 321 tokens, but the model of", Refused(options with { VocabFile = large }));
        Assert.False(Directory.Exists(Output));

        // A file that is missing or broken is told before the training.
        Write("dev.tsv", "food\tbread\nthird\tbread\n");
        Assert.Contains("dev.tsv, line 2: the label 'third'", Refused(options));
        File.Delete(Path.Combine(Data, "test.tsv"));
        Write("dev.tsv", "food\tbread for two\n");
        Assert.Contains("test.tsv", Refused(options));
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public void Run_InTheFolderOfAnotherRun_IsRefused()
    {
        RunClassifier.Run(Options() with { NumTrainEpochs = 1 });
        Assert.Contains("per_device_train_batch_size", Refused(Options() with { TrainBatchSize = 4 }));
    }

    private static string Refused(RunClassifierOptions options) => Assert.ThrowsAny<Exception>(() => RunClassifier.Run(options)) switch
    {
        Exception known and (DataFormatException or TrainingOptionException or ConfigException or CheckpointException or TokenizerFileException or FileNotFoundException or TrainingStateException) => known.Message,
        Exception other => throw new InvalidOperationException("An error of another type.", other),
    };

    private static string Google(string file) => Path.Combine(Repository.Golden("models", "tf", "published"), file);

    private static ConfigReader Config()
    {
        ConfigReader config = ConfigReader.OpenFile(Google("bert_config.json"));
        config.Json["model_type"] = "bert";
        return config;
    }

    private static IReadOnlyList<string> AutoConfigLabels(string folder) => TextClassificationPipeline.FromPretrained(folder).Labels;

    private RunClassifierOptions Options() => new()
    {
        Processor = new TsvProcessor(),
        DataDir = Data,
        OutputDir = Output,
        VocabFile = Google("vocab.txt"),
        BertConfigFile = Google("bert_config.json"),
        InitCheckpoint = Google("bert_model.ckpt"),
        DoTrain = true,
        DoEval = true,
        DoPredict = true,
        MaxSeqLength = 32,
        TrainBatchSize = 8,
        LearningRate = 5e-3,
        NumTrainEpochs = 8,
    };

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(Data, name), text);

    private sealed class Rates(List<double> rates) : TrainerCallback
    {
        public override void OnStepEnd(TrainingArguments arguments, TrainerState state, TrainerControl control) => rates.Add(state.LastLearningRate);
    }

    private sealed class CancelAt(int step, CancellationTokenSource cancellation) : TrainerCallback
    {
        public override void OnStepEnd(TrainingArguments arguments, TrainerState state, TrainerControl control)
        {
            if (state.GlobalStep == step)
            {
                cancellation.Cancel();
            }
        }
    }
}
