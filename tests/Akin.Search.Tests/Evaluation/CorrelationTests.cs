using Akin.Search.Evaluation;

namespace Akin.Search.Tests.Evaluation;

public sealed class CorrelationTests
{
    private static readonly double[] First = [1, 2, 2, 4, 5.5, -1];
    private static readonly double[] Second = [2, 1, 3, 3, 9, 0];

    // From the formulas in exact fractions.
    private const double ExactPearson = 0.8618595781025757;
    private const double ExactSpearman = 0.8676470588235294;

    [Fact]
    public void Pearson_SmallLists_EqualsTheFormula() => Assert.Equal(ExactPearson, Correlation.Pearson(First, Second), 12);

    [Fact]
    public void Spearman_Ties_ShareTheMeanOfTheirRanks()
    {
        Assert.Equal([2, 3.5, 3.5, 5, 6, 1], Correlation.Ranks(First));
        Assert.Equal(ExactSpearman, Correlation.Spearman(First, Second), 12);
        Assert.Equal(1, Correlation.Spearman([1, 2, 3], [10, 100, 1000]), 12);
        Assert.Equal(-1, Correlation.Spearman([1, 2, 3], [3, 2, 1]), 12);
    }

    [Fact]
    public void Correlations_ConstantOrNaN_AreNaN()
    {
        Assert.True(double.IsNaN(Correlation.Pearson([1, 1], [1, 2])));
        Assert.True(double.IsNaN(Correlation.Spearman([1, 1], [1, 2])));
        Assert.True(double.IsNaN(Correlation.Spearman([1, double.NaN], [1, 2])));
    }

    [Fact]
    public void Correlations_ListsThatDoNotMatch_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => Correlation.Pearson([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => Correlation.Spearman([1], [1]));
    }
}
