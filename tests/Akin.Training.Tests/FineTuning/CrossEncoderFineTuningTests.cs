using System.Text;
using Akin.Datasets;
using Akin.Pipelines;
using Akin.Training.FineTuning;
using Akin.Training.Losses.CrossEncoders;

namespace Akin.Training.Tests.FineTuning;

public sealed class CrossEncoderFineTuningTests : IDisposable
{
    private static readonly string[] Foods = ["bread", "fresh", "red"];
    private static readonly string[] Deals = ["sold", "paid", "moved"];

    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Train_OnRatedPairs_LearnsThemAndPredictsTheSameFromTheFolder()
    {
        string train = Write("train.tsv", Rated(5));
        CrossEncoderTrainingOptions options = Options(train) with { HighestScore = 5, Eval = train };
        FineTuningResult result = CrossEncoderFineTuning.Train(options);
        Assert.True(result.Metrics["eval_spearman"] > 0.8, $"Spearman is {result.Metrics["eval_spearman"]}.");
        Assert.True(result.Metrics["eval_loss"] < 0.3);
        FineTuningResult sts = CrossEncoderFineTuning.Train(options with
        {
            Eval = null,
            EvalSts = train,
            EarlyStoppingPatience = 100,
            Arguments = options.Arguments with { EvalStrategy = IntervalStrategy.Epoch, LoadBestModelAtEnd = true },
        });
        Assert.True(sts.Metrics["eval_spearman"] >= result.Metrics["eval_spearman"] - 1e-3); // the best epoch's; a sigmoid makes some scores equal

        CrossEncoder model = CrossEncoder.FromPretrained(result.OutputDir);
        Assert.Equal((1, ScoreActivation.Sigmoid), (model.LabelCount, model.Activation));
        Assert.True(model.Predict("bread", "fresh")[0] > 0.8f);
        Assert.True(model.Predict("bread", "paid")[0] < 0.2f);
        Assert.Equal([1, 0], model.Rank("sold", ["moved", "red"]).Select(document => document.CorpusId));
    }

    [Fact]
    public void Train_OnClasses_GivesTheModelAScoreForEach()
    {
        StringBuilder rows = new("query,answer,label\n");
        foreach (string food in Foods)
        {
            foreach (string deal in Deals)
            {
                rows.Append($"{food},{deal},0\n{deal},{food},1\n{food},{food},2\n");
            }
        }

        string train = Write("train.csv", rows.ToString());
        FineTuningResult result = CrossEncoderFineTuning.Train(Options(train) with { Loss = new CrossEntropyLoss(), Eval = train });
        Assert.Equal(1, result.Metrics["eval_accuracy"]);
        CrossEncoder model = CrossEncoder.FromPretrained(result.OutputDir);
        Assert.Equal((3, ScoreActivation.Identity), (model.LabelCount, model.Activation));
    }

    [Theory]
    [InlineData("MultipleNegativesRankingLoss")]
    [InlineData("CachedMultipleNegativesRankingLoss")]
    public void Train_OnPositivesAndNegatives_RanksThePositivesHigher(string loss)
    {
        (string Anchor, string Positive, string Negative)[] rows = [("bread", "fresh", "sold"), ("two", "in", "red"), ("paid", "has", "moved")];
        string train = Write("train.jsonl", string.Concat(rows.Select(row => $$"""{"anchor": "{{row.Anchor}}", "positive": "{{row.Positive}}", "negatives": ["{{row.Negative}}"]}""" + "\n")));
        CrossEncoderLoss made = loss[0] == 'C' ? new CachedMultipleNegativesRankingLoss(2) : new MultipleNegativesRankingLoss();
        CrossEncoder model = CrossEncoder.FromPretrained(CrossEncoderFineTuning.Train(Options(train) with { Loss = made }).OutputDir);
        string[] documents = [.. rows.Select(row => row.Positive), .. rows.Select(row => row.Negative)];
        Assert.All(rows, row => Assert.Equal(row.Positive, model.Rank(row.Anchor, documents, topK: 1, returnDocuments: true).Single().Text));
    }

    [Fact]
    public void Train_OnLists_RanksByTheLabels()
    {
        StringBuilder rows = new();
        for (int i = 0; i < 3; i++)
        {
            rows.Append($$"""{"frage": "{{Foods[i]}}", "texte": ["{{Deals[i]}}", "{{Foods[(i + 1) % 3]}}"], "grades": [0, 2]}""").Append('\n');
        }

        FineTuningResult result = CrossEncoderFineTuning.Train(
            Options(Write("train.jsonl", rows.ToString())) with { Loss = new LambdaLoss(), Columns = ["frage", "texte"], LabelColumn = "grades" });
        Assert.Equal(1, CrossEncoder.FromPretrained(result.OutputDir).Rank("bread", ["paid", "fresh"])[0].CorpusId);
    }

    [Fact]
    public void Train_OnBadInput_NamesTheRowAndWhatTheLossWants()
    {
        string train = Write("train.tsv", Rated(5));
        Assert.Contains("train.tsv, line 2: BinaryCrossEntropyLoss wants query, document with a label from 0 to 1. Example 0 has the label 5.", Refused(Options(train)));
        Assert.Contains("line 2: there is no column 'text'", Refused(Options(train) with { Columns = ["text", "sentence2"] }));
        Assert.Contains("no column for the query", Refused(Options(Write("names.csv", "a,b,label\nx,y,1\n"))));
        Assert.Contains("no column for the label", Refused(Options(Write("label.csv", "query,answer\nx,y\n"))));
        Assert.Contains("more than one column (sentence2, answer) for the documents", Refused(Options(Write("two.csv", "sentence1,sentence2,answer,label\nx,y,z,1\n"))));
        Assert.Contains("holds 'yes', which is not a number", Refused(Options(Write("word.csv", "query,answer,label\nx,y,yes\n"))));
        Assert.Contains("without a label. Example 0 has 1 document(s) and 1 label(s)", Refused(Options(train) with { Loss = new MultipleNegativesRankingLoss() }));
        Assert.Contains("there must be 2 to", Refused(Options(Write("zero.csv", "query,answer,label\nx,y,0\n")) with { Loss = new CrossEntropyLoss() }));
        Assert.Contains("divided by 0", Refused(Options(train) with { HighestScore = 0 }));
        Assert.Contains("takes 3 to 64", Refused(Options(train) with { HighestScore = 5, MaxLength = 65 }));
    }

    private static string Rated(int best)
    {
        StringBuilder rows = new("sentence1\tsentence2\tscore\n");
        foreach (string first in Foods.Concat(Deals))
        {
            foreach (string second in Foods.Concat(Deals))
            {
                rows.Append($"{first}\t{second}\t{(Foods.Contains(second) ? best : 0)}\n");
            }
        }

        return rows.ToString();
    }

    private static string Refused(CrossEncoderTrainingOptions options) => Assert.ThrowsAny<Exception>(() => CrossEncoderFineTuning.Train(options)) switch
    {
        DataFormatException data => data.Message,
        TrainingOptionException option => option.Message,
        Exception other => throw new InvalidOperationException("An error of another type.", other),
    };

    private CrossEncoderTrainingOptions Options(string train)
    {
        CrossEncoderTrainingOptions options = new() { Model = TinyModel.In(_temporary.File("model")), Train = train };
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
}
