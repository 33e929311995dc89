using System.Text.Json;
using Akin.Datasets;
using Akin.Pipelines;
using Akin.Training.FineTuning;

namespace Akin.Training.Tests.FineTuning;

public sealed class QuestionAnsweringFineTuningTests : IDisposable
{
    private static readonly string[] People = ["Mina Osei", "Tomas", "Harriet", "서연"], Places = ["Busan", "Lisbon", "강릉", "杭州"];

    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Train_OnASmallSet_FindsAnswersBetterThanChance()
    {
        FineTuningResult result = QuestionAnsweringFineTuning.Train(Options(Write("train.json", Questions())));
        double[] losses = [.. File.ReadLines(Path.Combine(result.OutputDir, "log.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(entry => entry.TryGetProperty("loss", out _)).Select(entry => entry.GetProperty("loss").GetDouble())];
        Assert.True(losses[^1] < losses[0] / 4, $"the loss fell from {losses[0]} to {losses[^1]}");

        // A context of 9 tokens has about 40 spans of which one is right.
        Assert.True(result.Metrics["eval_exact_match"] > 90, $"exact match {result.Metrics["eval_exact_match"]}");
        Assert.True(result.Metrics["eval_f1"] >= result.Metrics["eval_exact_match"]);
        Assert.Equal(32, result.Metrics["eval_total"]);
        Assert.DoesNotContain("eval_HasAns_exact", result.Metrics.Keys);
        Assert.Empty(result.Notes);
        ExtractedAnswer answer = QuestionAnsweringPipeline.FromPretrained(result.OutputDir).Answer("Does Harriet in ?", "Harriet has lived in 강릉 since last year .");
        Assert.Equal(("강릉", 21), (answer.Text, answer.Start));
    }

    [Fact]
    public void Train_WithQuestionsWithoutAnswers_LearnsToGiveNone()
    {
        object unanswerable(int i) => Question($"none{i}", "Does bread ?", $"{People[i % 4]} has lived in {Places[i / 4]} since last year .");
        FineTuningResult result = QuestionAnsweringFineTuning.Train(Options(Write("train.json", [.. Questions(), .. Enumerable.Range(0, 16).Select(unanswerable)])));
        Assert.True(result.Metrics["eval_HasAns_exact"] > 80);
        Assert.True(result.Metrics["eval_NoAns_exact"] > 80);
        Assert.Equal((32, 16), (result.Metrics["eval_HasAns_total"], result.Metrics["eval_NoAns_total"]));
        Assert.InRange(result.Metrics["eval_best_exact"], result.Metrics["eval_exact_match"], 100);
        FineTuningResult never = QuestionAnsweringFineTuning.Train(Options(Path.Combine(_temporary.File(""), "train.json"), "never") with { NoAnswerThreshold = 1e9 });
        Assert.Equal(0, never.Metrics["eval_NoAns_exact"]);
    }

    [Fact]
    public void Train_OnAnswersInTheSecondWindow_FindsThem()
    {
        string filler = string.Concat(Enumerable.Repeat("fresh bread for two . ", 5));
        object[] questions = [.. Questions(filler), .. Questions()];
        QuestionAnsweringOptions options = Options(Write("train.json", questions));
        FineTuningResult result = QuestionAnsweringFineTuning.Train(options with { MaxLength = 32, DocStride = 8, Arguments = options.Arguments with { MaxSteps = 120 } });
        Assert.Equal(64, result.Metrics["eval_total"]);
        Assert.True(result.Metrics["eval_exact_match"] > 85, $"exact match {result.Metrics["eval_exact_match"]}");
        QuestionAnsweringPipeline pipeline = QuestionAnsweringPipeline.FromPretrained(result.OutputDir, new() { MaxLength = 32, DocStride = 8 });
        string context = filler + "Harriet has lived in 강릉 since last year .";
        ExtractedAnswer answer = pipeline.Answer("Does Harriet in ?", context);
        Assert.Equal(("강릉", context.IndexOf("강릉", StringComparison.Ordinal)), (answer.Text, answer.Start));
    }

    [Fact]
    public void Train_ThatWasStopped_GoesOnToTheSameModel()
    {
        string train = Write("train.json", Questions());
        QuestionAnsweringOptions options = Options(train) with { Eval = null };
        options = options with { Arguments = options.Arguments with { MaxSteps = 8, SaveStrategy = SaveStrategy.Steps, SaveSteps = 4 } };
        FineTuningResult whole = QuestionAnsweringFineTuning.Train(options);
        QuestionAnsweringOptions again = options with { Arguments = options.Arguments with { OutputDir = _temporary.File("again") } };
        using CancellationTokenSource stop = new();
        Assert.Throws<OperationCanceledException>(() => QuestionAnsweringFineTuning.Train(again with { Callbacks = [new StopAt(3, stop)] }, cancellationToken: stop.Token));
        FineTuningResult resumed = QuestionAnsweringFineTuning.Train(again with { Resume = true });
        Assert.Equal(8, resumed.Steps);
        Assert.Equal(File.ReadAllBytes(Path.Combine(whole.OutputDir, "model.safetensors")), File.ReadAllBytes(Path.Combine(resumed.OutputDir, "model.safetensors")));
    }

    [Fact]
    public void Train_OnAnswersElsewhereOrNowhere_TakesTheNearestPlaceAndTellsOfBoth()
    {
        // As the files of CMRC 2018 have them: shifted, and -1.
        const string Context = "Mina has lived in Busan since last year .";
        string train = Write("train.json",
            [.. Questions(), Question("shifted", "Does Mina in ?", Context, ("Busan", 20)), Question("absent", "Does Mina in ?", Context, ("Lisbon", -1))]);
        QuestionAnsweringOptions options = Options(train);
        FineTuningResult result = QuestionAnsweringFineTuning.Train(options with { Arguments = options.Arguments with { MaxSteps = 2 } });
        Assert.Equal(4, result.Notes.Count); // of two files, which are the same
        Assert.Contains("answers of 1 questions do not stand where answer_start says", result.Notes[0]);
        Assert.Contains("question 'shifted'", result.Notes[0]);
        Assert.Contains("nothing is learned from them (first: question 'absent')", result.Notes[1]);
        Assert.Equal(34, result.Metrics["eval_total"]);

        string nowhere = Write("nowhere.json", [Question("absent", "Does Mina in ?", Context, ("Lisbon", -1))]);
        Assert.Contains("question 'absent'", Assert.Throws<DataFormatException>(() => QuestionAnsweringFineTuning.Train(Options(nowhere, "nowhere"))).Message);
    }

    [Theory]
    [InlineData("", "Mina has lived in Busan .", "question 'x' is empty")]
    [InlineData("Does Mina ?", " ", "question 'x' has a context that is empty")]
    [InlineData("Does Does Does Does Does Does Does Does Does Does Does Does Does Does Does", "Mina", "at most 12 leave room")]
    public void Train_OnAQuestionThatCannotBeAsked_NamesIt(string question, string context, string problem)
    {
        string train = Write("train.json", [Question("x", question, context, (context.Trim(), 0))]);
        DataFormatException error = Assert.Throws<DataFormatException>(() => QuestionAnsweringFineTuning.Train(Options(train) with { MaxLength = 16 }));
        Assert.Contains("train.json", error.Message);
        Assert.Contains("question 'x'", error.Message);
        Assert.Contains(problem, error.Message);
        Assert.False(Directory.Exists(_temporary.File("output")));
    }

    [Fact]
    public void Train_OnAFileOfAnotherKind_SaysWhatIsExpected()
    {
        File.WriteAllText(_temporary.File("list.json"), "[]");
        Assert.Contains("layout of SQuAD", Assert.Throws<DataFormatException>(() => QuestionAnsweringFineTuning.Train(Options(_temporary.File("list.json")))).Message);
        File.WriteAllText(_temporary.File("none.json"), """{"data": []}""");
        Assert.Contains("no question", Assert.Throws<DataFormatException>(() => QuestionAnsweringFineTuning.Train(Options(_temporary.File("none.json")))).Message);
        string train = Write("train.json", Questions());
        Assert.Contains("by 16: by 0 to 15", Assert.Throws<TrainingOptionException>(() => QuestionAnsweringFineTuning.Train(Options(train) with { MaxLength = 16, DocStride = 16 })).Message);
        Assert.Contains("longest answer", Assert.Throws<TrainingOptionException>(() => QuestionAnsweringFineTuning.Train(Options(train) with { MaxAnswerLength = 0 })).Message);
    }

    /// <summary>Who lives where: the question names the person, or asks for it.</summary>
    private static object[] Questions(string before = "") =>
    [
        .. from person in People
           from place in Places
           let context = $"{before}{person} has lived in {place} since last year ."
           from question in (object[])
           [
               Question($"{before.Length} {person} {place} in", $"Does {person} in ?", context, (place, context.LastIndexOf(place, StringComparison.Ordinal))),
               Question($"{before.Length} {person} {place} who", $"Does {place} has ?", context, (person, before.Length)),
           ]
           select question,
    ];

    private static object Question(string id, string question, string context, params (string Text, int Start)[] answers) => new
    {
        context,
        qas = new[] { new { id, question, answers = answers.Select(answer => new { text = answer.Text, answer_start = answer.Start }) } },
    };

    private string Write(string name, object[] paragraphs)
    {
        File.WriteAllText(_temporary.File(name), JsonSerializer.Serialize(new { version = "1", data = new[] { new { title = "T", paragraphs } } }));
        return _temporary.File(name);
    }

    private QuestionAnsweringOptions Options(string train, string output = "output")
    {
        QuestionAnsweringOptions options = new() { Model = TinyModel.In(_temporary.File("model"), "question_answering"), Train = train, Eval = train, MaxLength = 48 };
        return options with { Arguments = options.Arguments with { OutputDir = _temporary.File(output), LearningRate = 5e-3, MaxSteps = 80, Seed = 3, LoggingSteps = 5 } };
    }

    private sealed class StopAt(int step, CancellationTokenSource source) : Callbacks.TrainerCallback
    {
        public override void OnStepEnd(TrainingArguments arguments, TrainerState state, TrainerControl control)
        {
            if (state.GlobalStep == step)
            {
                source.Cancel();
            }
        }
    }
}
