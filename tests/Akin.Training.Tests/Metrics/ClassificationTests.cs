using System.Text.Json;
using Akin.Training.Metrics;

namespace Akin.Training.Tests.Metrics;

public sealed class ClassificationTests
{
    private static readonly JsonElement Golden = MetricsGolden.Read("classification.json");

    public static TheoryData<int> SingleLabel => MetricsGolden.Cases("classification.json", "single_label");

    public static TheoryData<int> Scores => MetricsGolden.Cases("classification.json", "scores");

    [Theory]
    [MemberData(nameof(SingleLabel))]
    public void Report_OfGoldenPredictions_EqualsScikitLearn(int index)
    {
        JsonElement golden = Golden.GetProperty("single_label")[index];
        ClassificationReport report = ClassificationReport.Compute(golden.Integers("y"), golden.Integers("pred"));

        MetricsGolden.Equal(golden.Number("accuracy"), report.Accuracy);
        MetricsGolden.Equal(golden.Number("balanced_accuracy"), report.BalancedAccuracy);
        MetricsGolden.Equal(golden.Number("mcc"), report.MatthewsCorrelation);
        MetricsGolden.Equal(golden.Number("cohen_kappa"), report.CohenKappa);
        AssertScores(golden.GetProperty("micro"), report.Micro);
        AssertScores(golden.GetProperty("macro"), report.Macro);
        AssertScores(golden.GetProperty("weighted"), report.Weighted);
        if (golden.TryGetProperty("binary", out JsonElement binary))
        {
            AssertScores(binary, report.ForClass(1));
            MetricsGolden.Equal(binary.Number("f1"), report.ToMetrics()["f1"]);
        }

        JsonElement classes = golden.GetProperty("per_class");
        Assert.Equal(classes.GetArrayLength(), report.Classes.Count);
        for (int i = 0; i < report.Classes.Count; i++)
        {
            Assert.Equal(classes[i].GetProperty("label").GetInt32(), report.Confusion.Labels[i]);
            Assert.Equal(classes[i].GetProperty("support").GetInt64(), report.Classes[i].Support);
            AssertScores(classes[i], report.Classes[i].Scores);
        }
    }

    [Theory]
    [MemberData(nameof(SingleLabel))]
    public void ConfusionMatrix_OfGoldenPredictions_EqualsScikitLearn(int index)
    {
        JsonElement golden = Golden.GetProperty("single_label")[index];
        ConfusionMatrix matrix = ConfusionMatrix.Count(golden.Integers("y"), golden.Integers("pred"));

        JsonElement rows = golden.GetProperty("confusion_matrix").GetProperty("rows_true_columns_pred");
        Assert.Equal(golden.GetProperty("confusion_matrix").Integers("labels"), matrix.Labels);
        for (int row = 0; row < matrix.ClassCount; row++)
        {
            for (int column = 0; column < matrix.ClassCount; column++)
            {
                Assert.Equal(rows[row][column].GetInt64(), matrix[row, column]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(SingleLabel))]
    public void ReportText_OfGoldenPredictions_EqualsByteForByte(int index)
    {
        JsonElement golden = Golden.GetProperty("single_label")[index];
        int[] labels = golden.GetProperty("confusion_matrix").Integers("labels");
        string[] names = [.. labels.Select(label => $"class_{label}")];

        Assert.Equal(golden.Text("report_text"), ClassificationReport.Compute(golden.Integers("y"), golden.Integers("pred"), names).ToText(digits: 4));
    }

    [Fact]
    public void Report_OfClassIdWithoutName_NamesExampleAndBounds()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => ClassificationReport.Compute([0, 1], [0, 2], ["no", "yes"]));
        Assert.Contains("Example 1: the predicted class 2 has no name; there are names for the classes 0 … 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfNamedClassThatNeverOccurs_ShowsItWithSupportZero()
    {
        ClassificationReport report = ClassificationReport.Compute([0, 1], [0, 1], ["부정", "긍정", "중립"]);
        Assert.Equal(3, report.Classes.Count);
        Assert.Equal(0, report.Classes[2].Support);
        Assert.Equal(2.0 / 3, report.Macro.F1, MetricsGolden.Tolerance);
        Assert.Equal(1, report.BalancedAccuracy);
    }

    [Fact]
    public void ReportText_OfExactTie_RoundsToEvenAsPython()
    {
        // 5 of 32 is 0.15625 exactly: four digits lie half way between 0.1562 and 0.1563.
        int[] expected = [.. Enumerable.Repeat(0, 32)];
        int[] predicted = [.. Enumerable.Repeat(0, 5), .. Enumerable.Repeat(1, 27)];
        Assert.Contains("0.1562", ClassificationReport.Compute(expected, predicted).ToText(4), StringComparison.Ordinal);
        Assert.DoesNotContain("0.1563", ClassificationReport.Compute(expected, predicted).ToText(4), StringComparison.Ordinal);
    }

    [Fact]
    public void MultiLabelReport_OfGoldenLabelSets_EqualsScikitLearn()
    {
        JsonElement golden = Golden.GetProperty("multi_label")[0];
        MultiLabelReport report = MultiLabelReport.Compute(Flags(golden.GetProperty("y")), Flags(golden.GetProperty("pred")), ["a", "b", "c", "d"]);

        MetricsGolden.Equal(golden.Number("subset_accuracy"), report.SubsetAccuracy);
        MetricsGolden.Equal(golden.Number("hamming_loss"), report.HammingLoss);
        AssertScores(golden.GetProperty("micro"), report.Micro);
        AssertScores(golden.GetProperty("macro"), report.Macro);
        AssertScores(golden.GetProperty("weighted"), report.Weighted);
        AssertScores(golden.GetProperty("samples"), report.Samples);
        Assert.Contains(" samples avg ", report.ToText(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Scores))]
    public void Areas_OfGoldenScores_EqualScikitLearn(int index)
    {
        JsonElement golden = Golden.GetProperty("scores")[index];
        bool[] positive = [.. golden.Integers("y").Select(label => label == 1)];
        double[] scores = golden.Numbers("score");

        MetricsGolden.Equal(golden.Number("roc_auc"), ScoreMetrics.RocAuc(positive, scores));
        MetricsGolden.Equal(golden.Number("average_precision"), ScoreMetrics.AveragePrecision(positive, scores));
        if (golden.TryGetProperty("roc_curve", out JsonElement roc))
        {
            AssertCurve(roc.Numbers("fpr"), roc.Numbers("tpr"), roc.Numbers("threshold"), ScoreMetrics.RocCurve(positive, scores));
            JsonElement curve = golden.GetProperty("pr_curve");
            AssertCurve(
                curve.Numbers("recall"), curve.Numbers("precision"), [.. curve.Numbers("threshold"), double.PositiveInfinity], ScoreMetrics.PrecisionRecallCurve(positive, scores));
        }
    }

    [Fact]
    public void MultiClassScores_OfGoldenProbabilities_EqualScikitLearn()
    {
        JsonElement golden = Golden.GetProperty("multi_class_scores");
        int[] expected = golden.Integers("y");
        double[] probabilities = [.. golden.GetProperty("prob").EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(p => p.GetDouble())];

        MetricsGolden.Equal(golden.Number("roc_auc_ovr_macro"), ScoreMetrics.RocAucOneVersusRest(expected, probabilities, 3));
        MetricsGolden.Equal(golden.Number("roc_auc_ovo_macro"), ScoreMetrics.RocAucOneVersusOne(expected, probabilities, 3));
        MetricsGolden.Equal(golden.Number("log_loss"), ScoreMetrics.LogLoss(expected, probabilities, 3));
        MetricsGolden.Equal(golden.Number("top2_accuracy"), ScoreMetrics.TopAccuracy(expected, probabilities, 3, count: 2));
    }

    [Fact]
    public void AveragePrecision_WithoutPositives_IsZero() => Assert.Equal(0, ScoreMetrics.AveragePrecision([false, false], [0.1, 0.2]));

    [Fact]
    public void RocAuc_OfNaN_NamesThePlace()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => ScoreMetrics.RocAuc([true, false], [0.1, double.NaN]));
        Assert.Contains("Score 1 is NaN", error.Message, StringComparison.Ordinal);
    }

    private static void AssertScores(JsonElement golden, PrecisionRecallF1 scores)
    {
        MetricsGolden.Equal(golden.Number("precision"), scores.Precision);
        MetricsGolden.Equal(golden.Number("recall"), scores.Recall);
        MetricsGolden.Equal(golden.Number("f1"), scores.F1);
    }

    private static void AssertCurve(double[] x, double[] y, double[] thresholds, CurvePoint[] curve)
    {
        Assert.Equal(x.Length, curve.Length);
        for (int i = 0; i < curve.Length; i++)
        {
            MetricsGolden.Equal(x[i], curve[i].X);
            MetricsGolden.Equal(y[i], curve[i].Y);
            Assert.Equal(thresholds[i], curve[i].Threshold);
        }
    }

    private static bool[] Flags(JsonElement rows) => [.. rows.EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(flag => flag.GetInt32() == 1)];
}
