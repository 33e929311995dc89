using System.Text.Json;
using Akin.Search.Evaluation;

namespace Akin.Search.Tests.Evaluation;

public sealed class SignificanceTests
{
    // What the README of the goldens allows: p-values relatively, everything else absolutely.
    private const double PValueTolerance = 1e-7;
    private const double Tolerance = 1e-9;

    private static readonly JsonElement Golden = Read("significance.json");

    public static TheoryData<int> Pairs => [.. Enumerable.Range(0, Golden.GetProperty("paired").GetArrayLength())];

    public static TheoryData<int> Correlations => [.. Enumerable.Range(0, Read("correlation.json").GetProperty("cases").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Tests_OfGoldenPairs_EqualSciPy(int index)
    {
        JsonElement golden = Golden.GetProperty("paired")[index];
        double[] first = Numbers(golden, "a");
        double[] second = Numbers(golden, "b");

        AssertEqual(golden.GetProperty("ttest_rel"), "t", Significance.PairedT(first, second));
        AssertEqual(golden.GetProperty("ttest_ind_welch"), "t", Significance.WelchT(first, second));
        AssertEqual(golden.GetProperty("wilcoxon_wilcox_auto"), "statistic", Significance.Wilcoxon(first, second));
        AssertEqual(golden.GetProperty("wilcoxon_wilcox_approx"), "statistic", Significance.Wilcoxon(first, second, approximate: true));
        AssertEqual(golden.GetProperty("wilcoxon_pratt_auto"), "statistic", Significance.Wilcoxon(first, second, ZeroDifferences.Rank));
        AssertEqual(golden.GetProperty("wilcoxon_pratt_approx"), "statistic", Significance.Wilcoxon(first, second, ZeroDifferences.Rank, approximate: true));
        AssertEqual(golden.GetProperty("sign_test"), "plus", Significance.Sign(first, second));
    }

    [Fact]
    public void McNemar_OfGoldenCounts_EqualsSciPy()
    {
        JsonElement golden = Golden.GetProperty("mcnemar_exact");
        AssertEqual(golden, "b", Significance.McNemar(golden.GetProperty("b").GetInt32(), golden.GetProperty("c").GetInt32()));
    }

    [Theory]
    [MemberData(nameof(Correlations))]
    public void OfCorrelation_OfGoldenLists_EqualsSciPy(int index)
    {
        JsonElement golden = Read("correlation.json").GetProperty("cases")[index];
        int count = golden.GetProperty("x").GetArrayLength();
        AssertPValue(Number(golden.GetProperty("spearman_p")), Significance.OfCorrelation(Number(golden.GetProperty("spearman")), count).PValue);
        if (count > 2)
        {
            AssertPValue(Number(golden.GetProperty("pearson_p")), Significance.OfCorrelation(Number(golden.GetProperty("pearson")), count).PValue);
        }
    }

    [Fact]
    public void Distributions_OfGoldenPoints_EqualSciPy()
    {
        foreach (JsonElement point in Golden.GetProperty("student_t_cdf").EnumerateArray())
        {
            AssertPValue(point.GetProperty("two_sided_p").GetDouble(), Distributions.StudentTwoSided(point.GetProperty("t").GetDouble(), point.GetProperty("df").GetDouble()));
        }

        foreach (JsonElement point in Golden.GetProperty("normal_cdf").EnumerateArray())
        {
            AssertPValue(point.GetProperty("cdf").GetDouble(), Distributions.Normal(point.GetProperty("z").GetDouble()));
        }
    }

    [Fact]
    public void PairedT_OfListsThatDoNotMatch_IsRefused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Significance.PairedT([1, 2], [1]));
        Assert.Contains("2 and 1 numbers", error.Message, StringComparison.Ordinal);
    }

    private static void AssertEqual(JsonElement golden, string statistic, SignificanceResult result)
    {
        double expected = Number(golden.GetProperty(statistic));
        Assert.True(double.IsNaN(expected) ? double.IsNaN(result.Statistic) : Math.Abs(expected - result.Statistic) <= Tolerance, $"{expected} {result.Statistic}");
        AssertPValue(Number(golden.GetProperty("p")), result.PValue);
    }

    // SciPy says 0 where the true value is beyond its arithmetic.
    private static void AssertPValue(double expected, double actual)
    {
        bool equal = double.IsNaN(expected) ? double.IsNaN(actual) : expected == 0 ? actual < 1e-200 : Math.Abs(expected - actual) <= PValueTolerance * expected;
        Assert.True(equal, $"expected {expected}, found {actual}");
    }

    private static double[] Numbers(JsonElement element, string property) => [.. element.GetProperty(property).EnumerateArray().Select(e => e.GetDouble())];

    // NaN stands in the goldens as text or as null.
    private static double Number(JsonElement element) => element.ValueKind == JsonValueKind.Number ? element.GetDouble() : double.NaN;

    private static JsonElement Read(string file)
    {
        using FileStream stream = File.OpenRead(Repository.Golden("training", "metrics", file));
        return JsonDocument.Parse(stream).RootElement;
    }
}
