using System.Text.Json;
using Akin.Search.Evaluation;
using Akin.Training.Metrics;

namespace Akin.Training.Tests.Metrics;

public sealed class RegressionTests
{
    public static TheoryData<int> Cases => MetricsGolden.Cases("correlation.json", "cases");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Errors_OfGoldenNumbers_EqualScikitLearn(int index)
    {
        JsonElement golden = MetricsGolden.Read("correlation.json").GetProperty("cases")[index];
        double[] x = golden.Numbers("x");
        double[] y = golden.Numbers("y");

        // Sums over values of 1e4² lose digits: the tolerance is relative where the numbers are large.
        double error = golden.Number("mse");
        MetricsGolden.Equal(error, RegressionMetrics.MeanSquaredError(x, y), MetricsGolden.Tolerance * Math.Max(1, error));
        MetricsGolden.Equal(golden.Number("mae"), RegressionMetrics.MeanAbsoluteError(x, y));
        double rSquared = golden.Number("r2");
        MetricsGolden.Equal(rSquared, RegressionMetrics.RSquared(x, y), MetricsGolden.Tolerance * Math.Max(1, Math.Abs(rSquared)));
        MetricsGolden.Equal(golden.Number("pearson"), Correlation.Pearson(x, y));
        MetricsGolden.Equal(golden.Number("spearman"), Correlation.Spearman(x, y));
        MetricsGolden.Equal(golden.Number("kendall_tau_b"), Correlation.Kendall(x, y));
    }

    [Fact]
    public void RSquared_OfConstantMetExactly_IsOne() => Assert.Equal(1, RegressionMetrics.RSquared([2, 2], [2, 2]));
}
