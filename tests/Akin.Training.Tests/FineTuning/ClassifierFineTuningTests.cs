using System.Text;
using Akin.Datasets;
using Akin.Pipelines;
using Akin.Training.Callbacks;
using Akin.Training.FineTuning;

namespace Akin.Training.Tests.FineTuning;

public sealed class ClassifierFineTuningTests : IDisposable
{
    private static readonly string[] Good = ["bread", "fresh", "red"];
    private static readonly string[] Bad = ["sold", "paid", "moved"];

    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Train_OnTexts_LearnsThemAndPredictsTheSameFromTheFolder()
    {
        ClassifierOptions options = Options(Write("train.csv", Texts("text,label", ',')));
        FineTuningResult result = ClassifierFineTuning.Train(options);
        Assert.Equal(1, result.Metrics["eval_accuracy"]);
        Assert.Equal(60, result.Steps);
        Assert.True(File.Exists(Path.Combine(result.OutputDir, "report.html")));
        Assert.True(File.ReadLines(Path.Combine(result.OutputDir, "log.jsonl")).Count() >= 3);

        TextClassificationPipeline pipeline = TextClassificationPipeline.FromPretrained(result.OutputDir);
        Assert.Equal(["긍정", "부정"], pipeline.Labels);
        Assert.Equal(
            ExampleTable.Read(options.Eval!, null).Select(row => row.Text("label")),
            pipeline.Classify(ExampleTable.Read(options.Eval!, null).Select(row => (row.Text("text"), (string?)null))).Select(found => found.Label));
        Assert.Equal(1, pipeline.Classify("two fresh").Scores.Sum(label => label.Score), 1e-6);

        // A trained head of the same labels goes on as it is.
        FineTuningResult again = ClassifierFineTuning.Train(options with
        {
            Model = result.OutputDir,
            Arguments = options.Arguments with { OutputDir = _temporary.File("again"), MaxSteps = 1, LearningRate = 1e-9 },
        });
        Assert.Equal(1, again.Metrics["eval_accuracy"]);
    }

    [Fact]
    public void Train_OnPairsWithNumbers_LowersTheSquaredError()
    {
        StringBuilder rows = new();
        foreach (string first in Good.Concat(Bad))
        {
            foreach (string second in Good.Concat(Bad))
            {
                double score = Good.Contains(second) ? 0.9 : -0.3;
                rows.Append($$"""{"a": "{{first}}", "b": "{{second}}", "score": {{score}}}""").Append('\n');
            }
        }

        FineTuningResult result = ClassifierFineTuning.Train(Options(Write("pairs.jsonl", rows.ToString())) with
        {
            TextColumn = "a",
            PairColumn = "b",
            LabelColumn = "score",
            Target = ClassifierTarget.Regression,
        });
        Assert.True(result.Metrics["eval_mse"] < 0.1, $"The squared error is {result.Metrics["eval_mse"]}; that of the mean is 0.36.");
        Assert.True(result.Metrics["eval_pearson"] > 0.8);
    }

    [Fact]
    public void Train_OnSeveralLabels_LearnsEachOfThem()
    {
        StringBuilder rows = new("text\tlabel\n");
        foreach (string good in Good)
        {
            foreach (string bad in Bad)
            {
                rows.Append($"{good} {bad}\tminus|plus\n{good}\tplus\n{bad}\tminus\na\t\n");
            }
        }

        FineTuningResult result = ClassifierFineTuning.Train(Options(Write("train.tsv", rows.ToString())) with { Target = ClassifierTarget.MultiLabel });
        Assert.Equal(1, result.Metrics["eval_f1_micro"]);
        TextClassificationPipeline pipeline = TextClassificationPipeline.FromPretrained(result.OutputDir);
        Assert.True(pipeline.IsMultiLabel);
        Assert.All(pipeline.Classify("fresh paid").Scores, label => Assert.True(label.Score > 0.5f));
    }

    [Theory]
    [InlineData("cp949")]
    [InlineData("utf-16")]
    [InlineData("gb18030")]
    public void Train_OnAFileInAnotherEncoding_ReadsItWhenItIsNamed(string encoding)
    {
        string text = Texts("text,label", ',');
        string path = _temporary.File("train.csv");
        File.WriteAllBytes(path, TextEncodings.Get(encoding) is { } target ? [.. target.GetPreamble(), .. target.GetBytes(text.Replace("긍정", "正", StringComparison.Ordinal).Replace("부정", "不", StringComparison.Ordinal))] : []);
        ClassifierOptions options = Options(path) with { Encoding = encoding == "utf-16" ? null : encoding }; // its byte-order mark tells
        FineTuningResult result = ClassifierFineTuning.Train(options with { Arguments = options.Arguments with { MaxSteps = 1 } });
        Assert.Equal(["不", "正"], TextClassificationPipeline.FromPretrained(result.OutputDir).Labels);
        if (encoding != "utf-16")
        {
            DataFormatException refused = Assert.Throws<DataFormatException>(() => ClassifierFineTuning.Train(options with { Encoding = null }));
            Assert.Contains("not UTF-8", refused.Message);
        }
    }

    [Fact]
    public void Train_OnBadInput_NamesTheRowOrTheOption()
    {
        string train = Write("train.csv", Texts("text,label", ','));
        ClassifierOptions options = Options(train);
        Assert.Contains("eval.csv, line 3: the label '보통' is not among", Refused(options with { Eval = Write("eval.csv", "text,label\ngood,긍정\nbad,보통\n") }));
        Assert.Contains("ragged.csv, line 3: the row has 3 cells", Refused(options with { Train = Write("ragged.csv", "text,label\na,b\na,b,c\n") }));
        Assert.Contains("empty.csv", Refused(options with { Train = Write("empty.csv", "") }));
        Assert.Contains("line 2: there is no column 'question'; there are 'text', 'label'", Refused(options with { TextColumn = "question" }));
        Assert.Contains("takes 3 to 64", Refused(options with { MaxLength = 65 }));
        Assert.Contains("1 label(s)", Refused(options with { Train = Write("one.csv", "text,label\na,x\nb,x\n") }));
        Assert.Contains("line 2: column 'label' holds '긍정', which is not a number", Refused(options with { Target = ClassifierTarget.Regression, Eval = null }));
        Assert.Contains("NumTrainEpochs", Refused(options with { Arguments = options.Arguments with { NumTrainEpochs = 0, MaxSteps = -1 } }));
    }

    [Fact]
    public void Train_WithARateThatIsFarTooHigh_SaysAtWhichStepWhichTensorIsLost()
    {
        ClassifierOptions options = Options(Write("train.csv", Texts("text,label", ',')));
        TrainingDivergedException diverged = Assert.Throws<TrainingDivergedException>(
            () => ClassifierFineTuning.Train(options with { Arguments = options.Arguments with { LearningRate = 1e38, Optim = OptimizerKind.Sgd, MaxGradNorm = 0 } }));
        Assert.Contains("Step ", diverged.Message);
        Assert.Contains("loss", diverged.Message);
    }

    [Fact]
    public void Train_CancelledAndResumed_EndsWithTheSameBits()
    {
        ClassifierOptions options = Options(Write("train.csv", Texts("text,label", ',')));
        byte[] whole = File.ReadAllBytes(Path.Combine(ClassifierFineTuning.Train(options).OutputDir, "model.safetensors"));

        using CancellationTokenSource cancellation = new();
        ClassifierOptions second = options with { Arguments = options.Arguments with { OutputDir = _temporary.File("second") } };
        Assert.Throws<OperationCanceledException>(
            () => ClassifierFineTuning.Train(second with { Callbacks = [new CancelAt(17, cancellation)] }, cancellationToken: cancellation.Token));
        FineTuningResult resumed = ClassifierFineTuning.Train(second with { Resume = true });
        Assert.Equal(60, resumed.Steps);
        Assert.Equal(whole, File.ReadAllBytes(Path.Combine(resumed.OutputDir, "model.safetensors")));
    }

    private static string Texts(string header, char separator)
    {
        StringBuilder rows = new(header + "\n");
        foreach (string word in (ReadOnlySpan<string>)["a", "in", "two", "has"])
        {
            foreach ((string good, string bad) in Good.Zip(Bad))
            {
                rows.Append($"{word} {good}{separator}긍정\n{word} {bad}{separator}부정\n");
            }
        }

        return rows.ToString();
    }

    private static string Refused(ClassifierOptions options) => Assert.ThrowsAny<Exception>(() => ClassifierFineTuning.Train(options)) switch
    {
        DataFormatException data => data.Message,
        TrainingOptionException option => option.Message,
        Exception other => throw new InvalidOperationException("An error of another type.", other),
    };

    private ClassifierOptions Options(string train)
    {
        ClassifierOptions options = new() { Model = TinyModel.In(_temporary.File("model")), Train = train, Eval = train };
        return options with
        {
            Arguments = options.Arguments with { OutputDir = _temporary.File("output"), LearningRate = 5e-3, MaxSteps = 60, Seed = 3, OverwriteOutputDir = true },
        };
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_temporary.File(name), text);
        return _temporary.File(name);
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
