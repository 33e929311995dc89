using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Akin.Datasets;
using Akin.Datasets.Processors;
using Akin.Models;
using Akin.Models.Heads;
using Akin.Pipelines;
using Akin.Tensors;
using Akin.Tokenizers;
using Akin.Training;
using Akin.Training.Callbacks;
using Akin.Training.FineTuning;
using Akin.Training.Logging;
using Akin.Training.Optimizers;
using Akin.Training.Schedules;
using Akin.Training.Tasks;

namespace Akin.Docs.Tests.Snippets;

[Collection(SnippetCollection.Name)]
public sealed partial class TrainingSnippets : Snippet
{
    [SharedFact(ModelServer.Model)]
    public void Loop()
    {
        (Tokenizer tokenizer, SequenceClassificationModel model) = Load();
        SequenceClassificationExample[] examples = Examples(tokenizer);

        #region training-loop
        SequenceClassificationTask task = new(model);
        AdamW optimizer = new(model.Parameters, learningRate: 1e-4);
        LearningRateSchedule schedule = LearningRateSchedule.Linear(warmupSteps: 2, totalSteps: 20);
        ForwardContext context = new(tape: new Tape());
        for (int step = 0; step < 20; step++)
        {
            context.DropoutSeed = (ulong)step;
            Tensor loss = task.Collate(examples, seed: (ulong)step).Forward(context).Loss;
            context.Backward(loss);
            double norm = GradientClipping.ClipNorm(model.Parameters, maxNorm: 1);
            schedule.Apply(optimizer, step);
            optimizer.Step();
            optimizer.ClearGradients();
            Console.WriteLine($"step {step} loss {loss.Span[0]:F3} gradient {norm:F2}");
            context.Reset();
        }
        #endregion
        double[] losses = [.. LossPattern().Matches(Printed).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.Equal(20, losses.Length);
        Assert.True(losses[^1] < losses[0] - 0.03, Printed);
    }

    [SharedFact(ModelServer.Model)]
    public void TrainerOfATask()
    {
        #region trainer
        string name = "sentence-transformers/all-MiniLM-L6-v2";
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(name);
        SequenceClassificationModel model = AutoModelForSequenceClassification.FromPretrained(
            name, new LoadOptions { IsTrainable = true, InitializesMissing = true, Labels = ["question", "statement"] });
        SequenceClassificationExample[] examples =
        [
            .. new[]
            {
                ("Where is the lift?", 0), ("The lift is on the left.", 1), ("How much is a coffee?", 0), ("A coffee is two euros.", 1),
                ("When do you open?", 0), ("We open at nine.", 1), ("May I bring my dog?", 0), ("Dogs stay outside.", 1),
            }.Select(row => new SequenceClassificationExample(EncodedText.From(tokenizer.Encode(row.Item1)), row.Item2)),
        ];

        Trainer<SequenceClassificationExample> trainer = new(new SequenceClassificationTask(model), new TrainingArguments
        {
            OutputDir = "questions",
            NumTrainEpochs = 20,
            PerDeviceTrainBatchSize = 4,
            LearningRate = 1e-4,
            EvalStrategy = IntervalStrategy.Epoch,
            SaveStrategy = SaveStrategy.Epoch,
            SaveTotalLimit = 1,
            LoadBestModelAtEnd = true,
        })
        {
            TrainDataset = examples,
            EvalDataset = examples,
            Tokenizer = tokenizer,
            Callbacks = [new ProgressBarCallback(Console.Error), new TensorBoardCallback("questions/runs"), new EarlyStoppingCallback(patience: 3)],
            ComputeMetrics = result => new Dictionary<string, double>
            {
                ["accuracy"] = result.Examples.Zip(result.Predictions).Average(pair => pair.First.Label == pair.Second.Best() ? 1.0 : 0.0),
            },
        };
        trainer.Train(resumeFromCheckpoint: TrainerCheckpoint.FindLast("questions"));
        trainer.SaveModel();
        Console.WriteLine($"accuracy {trainer.Evaluate()["eval_accuracy"]:F2}");
        #endregion
        Assert.Equal("accuracy 1.00\n", Printed);
        Assert.True(File.Exists("questions/tokenizer.json"));
        Assert.Equal(["question", "statement"], AutoModelForSequenceClassification.FromPretrained("questions").Config.Labels);
    }

    [SharedFact(ModelServer.Model)]
    public void ExamplesOfAFile()
    {
        File.WriteAllText("desk.csv", "text,kind\nWhere is the lift?,question\nThe lift is on the left.,statement\nWhen do you open?,question\n");

        #region training-file
        Dataset rows = Dataset.LoadDataset("desk.csv").ClassEncodeColumn("kind");
        IReadOnlyList<string> labels = ((ClassLabel)rows.Features["kind"]).Names;
        Tokenizer tokenizer = AutoTokenizer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2");
        EncodeOptions options = new() { Truncation = new Truncation(MaximumLength: 128) };
        MappedExamples<DatasetRow, SequenceClassificationExample> examples = new(
            rows,
            row => new SequenceClassificationExample(EncodedText.From(tokenizer.Encode(row.Get<string>("text"), options: options)), row.Get<int>("kind")));
        Console.WriteLine($"{examples.Count} texts, {string.Join(" or ", labels)}; the second is a {labels[examples[1].Label]} of {examples[1].Text.TokenCount} tokens");
        #endregion
        Assert.Equal("3 texts, question or statement; the second is a statement of 9 tokens\n", Printed);
    }

    [SharedFact(ModelServer.Model)]
    public void RunClassifierOfAnOwnFormat()
    {
        string[] rows = ["1\tsport\tThey won the match.", "2\tworld\tThe ministers met.", "3\tsport\tA late goal decided it.", "4\tworld\tA new treaty was signed."];
        Directory.CreateDirectory("news");
        File.WriteAllLines("news/train.tsv", rows);
        File.WriteAllLines("news/dev.tsv", rows);

        #region run-classifier
        RunClassifierResult result = RunClassifier.Run(new RunClassifierOptions
        {
            Processor = new NewsProcessor(),
            DataDir = "news",
            OutputDir = "news_output",
            Model = "sentence-transformers/all-MiniLM-L6-v2",
            DoTrain = true,
            DoEval = true,
            TrainBatchSize = 4,
            LearningRate = 1e-4,
            NumTrainEpochs = 12,
        });
        Console.WriteLine($"accuracy {result.Metrics["eval_accuracy"]:F2} after {result.GlobalStep} steps");
        #endregion
        Assert.Equal("accuracy 1.00 after 12 steps\n", Printed);
        Assert.StartsWith("eval_accuracy = 1.0\n", File.ReadAllText("news_output/eval_results.txt"));
    }

    [SharedFact(ModelServer.Model)]
    public void QuestionsAndAnswers()
    {
        #region training-answers
        string faq = "We open at nine and close at six. The lift is on the left, behind the stairs. A coffee is two euros, a tea is one.";
        (string Question, string Answer)[] questions =
            [("When do you open?", "at nine"), ("When do you close?", "at six"), ("Where is the lift?", "on the left"), ("How much is a coffee?", "two euros")];
        File.WriteAllText("faq.json", JsonSerializer.Serialize(new
        {
            data = new[]
            {
                new
                {
                    paragraphs = new[]
                    {
                        new
                        {
                            context = faq,
                            qas = questions.Select((item, i) => new
                            {
                                id = $"q{i}",
                                question = item.Question,
                                answers = new[] { new { text = item.Answer, answer_start = faq.IndexOf(item.Answer, StringComparison.Ordinal) } },
                            }),
                        },
                    },
                },
            },
        }));

        FineTuningResult result = QuestionAnsweringFineTuning.Train(new QuestionAnsweringOptions
        {
            Model = "sentence-transformers/all-MiniLM-L6-v2",
            Train = "faq.json",
            Eval = "faq.json",
            Arguments = new TrainingArguments { OutputDir = "faq", NumTrainEpochs = 40, LearningRate = 5e-4 },
        });
        Console.WriteLine($"exact match {result.Metrics["eval_exact_match"]:F0} %, F1 {result.Metrics["eval_f1"]:F0} %");

        QuestionAnsweringPipeline pipeline = QuestionAnsweringPipeline.FromPretrained("faq");
        ExtractedAnswer answer = pipeline.Answer("Where is the lift?", faq);
        Console.WriteLine($"'{answer.Text}' at {answer.Start}");
        #endregion
        Assert.Matches(@"^exact match (75|100) %, F1 \d+ %\n'on the left' at 46\n$", Printed);
    }

    private static (Tokenizer Tokenizer, SequenceClassificationModel Model) Load()
    {
        string name = "sentence-transformers/all-MiniLM-L6-v2";
        LoadOptions options = new() { IsTrainable = true, InitializesMissing = true };
        return (AutoTokenizer.FromPretrained(name), AutoModelForSequenceClassification.FromPretrained(name, options));
    }

    private static SequenceClassificationExample[] Examples(Tokenizer tokenizer) =>
        [.. new[] { ("Where is the lift?", 0), ("The lift is on the left.", 1), ("How much is a coffee?", 0), ("A coffee is two euros.", 1) }
            .Select(row => new SequenceClassificationExample(EncodedText.From(tokenizer.Encode(row.Item1)), row.Item2))];

    [GeneratedRegex(@"loss (\d+\.\d+)")]
    private static partial Regex LossPattern();
}

#region own-processor
internal sealed class NewsProcessor() : DataProcessor("news", "sport", "world")
{
    protected override InputExample Read(ProcessorRow row) => row.Example(row[2], label: row[1]);
}
#endregion
