using Akin.Pipelines;
using Akin.Search.Clustering;
using Akin.Search.Evaluation;
using Akin.Search.Projection;
using Akin.Training.Evaluation;
using Akin.Training.Linear;
using Akin.Training.Metrics;
using Akin.Training.Metrics.Answers;
using Akin.Training.Metrics.Entities;
using Akin.Training.Metrics.Generation;
using Akin.Training.Reports;

namespace Akin.Docs.Tests.Snippets;

// The console is everyone's: snippets that read it run one after the other.
[Collection(SnippetCollection.Name)]
public sealed class MetricsSnippets : Snippet
{
    [Fact]
    public void Classes()
    {
        #region metrics-classes
        ClassificationReport report = ClassificationReport.Compute(expected: [0, 1, 2, 2, 1, 0], predicted: [0, 1, 2, 1, 1, 0], names: ["negative", "neutral", "positive"]);
        Console.WriteLine(report);
        Console.WriteLine($"MCC {report.MatthewsCorrelation:F4}");
        #endregion
        Assert.Equal(Guide.Named(Path.Combine("docs", "metrics.md")).Blocks.First(block => block.Language.Length == 0).Body, Printed);
    }

    [Fact]
    public void Entities()
    {
        #region metrics-entities
        EntityReport entities = EntityReport.Compute(
            expected: [["B-PER", "I-PER", "O", "B-LOC"]],
            predicted: [["B-PER", "I-PER", "O", "O"]]);
        AnswerReport answers = AnswerReport.Compute([new QuestionAnswer(["부산 항구"], "부산 항구에서")], AnswerRules.KorQuad);
        Console.WriteLine($"{entities.Micro.F1:F3} {answers.All.ExactMatch} {answers.All.F1:F0}");
        #endregion
        Assert.Equal("0.667 0 80\n", Printed);
    }

    [Fact]
    public void Generation()
    {
        #region metrics-generation
        string[] texts = ["港口今天早上六点开放。"];
        string[][] references = [["港口今天早上六点钟开门。"]];
        BleuScore bleu = Bleu.Corpus(texts, references, new BleuOptions { Tokenizer = BleuTokenizer.Chinese });
        Console.WriteLine($"BLEU {bleu.Score:F2} chrF {ChrF.Corpus(texts, references):F2} ({bleu.Signature})");
        #endregion
        Assert.Equal("BLEU 65.52 chrF 60.50 (nrefs:1|case:mixed|eff:no|tok:zh|smooth:exp)\n", Printed);
    }

    [Fact]
    public void Comparison()
    {
        #region metrics-comparison
        double[] before = [0.52, 0.61, 0.48, 0.70, 0.66, 0.59, 0.44, 0.73];
        double[] after = [0.58, 0.63, 0.55, 0.71, 0.72, 0.66, 0.43, 0.78];
        Console.WriteLine($"t-test p {Significance.PairedT(after, before).PValue:F4}, Wilcoxon p {Significance.Wilcoxon(after, before).PValue:F4}");
        #endregion
        Assert.Equal("t-test p 0.0064, Wilcoxon p 0.0234\n", Printed);
    }

    [Fact]
    public void Report()
    {
        #region metrics-report
        TrainingReport page = new TrainingReport
        {
            Title = "News, 3 epochs",
            Facts = [new("model", "all-MiniLM-L6-v2"), new("learning rate", "5e-5")],
            History =
            [
                new Dictionary<string, double> { ["step"] = 100, ["loss"] = 0.9, ["learning_rate"] = 5e-5 },
                new Dictionary<string, double> { ["step"] = 200, ["loss"] = 0.4, ["learning_rate"] = 2e-5, ["eval_accuracy"] = 0.83 },
            ],
        }.With(ClassificationReport.Compute([0, 1, 1], [0, 1, 0], ["정치", "경제"]));
        page.Save("report.html");
        #endregion
        Assert.Contains("<h2>Confusion matrix</h2>", File.ReadAllText("report.html"), StringComparison.Ordinal);
    }

    [Fact]
    public void Vectors()
    {
        #region metrics-vectors
        float[] vectors = [0, 0, 0, 1, 1, 0, 9, 9, 9, 8, 8, 9];
        KMeans clusters = KMeans.Fit(vectors, dimension: 2, clusterCount: 2);
        int[] joined = Dendrogram.Build(vectors, dimension: 2, Linkage.Average).CutAt(distance: 3);
        Console.WriteLine($"{clusters.Inertia:F3} {string.Join(' ', joined)} {ClusterMetrics.Silhouette(vectors, 2, joined):F3}");

        PrincipalComponents components = PrincipalComponents.Fit(vectors, dimension: 2, componentCount: 1);
        Console.WriteLine($"{components.ExplainedVarianceRatio[0]:P1} of the variance in one direction");

        LogisticRegression classifier = LogisticRegression.Fit(vectors, dimension: 2, labels: [0, 0, 0, 1, 1, 1], classCount: 2);
        Console.WriteLine(string.Join(' ', classifier.Predict([2, 1, 7, 7])));

        PlanePoint[] places = Tsne.Place(vectors, dimension: 2);
        File.WriteAllText("map.svg", new ScatterPlot { Points = places, Groups = [.. joined.Select(cluster => $"cluster {cluster}")] }.ToSvg());
        #endregion
        Assert.Equal("2.667 0 0 0 1 1 1 0.903\n99.1 % of the variance in one direction\n0 1\n", Printed);
        Assert.StartsWith("<svg", File.ReadAllText("map.svg"), StringComparison.Ordinal);
    }

    [SharedFact(ModelServer.Model)]
    public void SentenceModels()
    {
        #region metrics-sentences
        SentenceTransformer model = SentenceTransformer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2");
        EmbeddingSimilarityEvaluator evaluator = new(
            first: ["A man plays the flute.", "A girl brushes her hair.", "The heating is broken."],
            second: ["Someone is playing a flute.", "A girl eats an apple.", "There is cake in the kitchen."],
            scores: [4.8, 1.5, 0.0])
        { Name = "dev" };
        EvaluatorScores scores = evaluator.Evaluate(model, new EvaluationOutput("eval"));
        Console.WriteLine($"{scores.PrimaryMetric} {scores.Primary:F2}");
        #endregion
        Assert.Equal("dev_spearman_cosine 1.00\n", Printed);
        Assert.Equal(2, File.ReadAllLines(Path.Combine("eval", "similarity_evaluation_dev_results.csv")).Length);
    }
}
