using Akin.Training.Linear;

namespace Akin.Training.Tests.Linear;

public sealed class LogisticRegressionTests
{
    private static readonly LogisticRegressionOptions Exact = new() { Tolerance = 1e-6, MaxIterations = 500 };

    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    [InlineData(10)]
    public void Fit_OfTwoMirroredPoints_SolvesTheEquation(double strength)
    {
        LogisticRegression model = LogisticRegression.Fit([-1, 1], 1, [0, 1], 2, Exact with { InverseRegularization = strength });

        // Σ ln(1 + e^−w) + w²/2C is smallest where w = 2C / (1 + e^w); bisection finds that w.
        (double low, double high) = (0, 100);
        for (int i = 0; i < 100; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = middle < 2 * strength / (1 + Math.Exp(middle)) ? (middle, high) : (low, middle);
        }

        Assert.Equal(low, model.Weights(0)[0], 1e-4);
        Assert.Equal(0, model.Intercept(0), 1e-5);
        Assert.True(model.Converged);
    }

    [Fact]
    public void Fit_OfEqualVectors_LearnsTheSharesOfTheClasses()
    {
        LogisticRegression model = LogisticRegression.Fit(new float[8], 1, [0, 0, 0, 0, 1, 1, 2, 2], 3, Exact);
        Assert.Equal([0.5f, 0.25f, 0.25f], model.Probabilities([0f]).Select(p => MathF.Round(p, 4)));
        model = LogisticRegression.Fit(new float[8], 1, [0, 0, 0, 0, 1, 1, 2, 2], 3, Exact with { BalancedClasses = true });
        Assert.All(model.Probabilities([0f]), probability => Assert.Equal(1 / 3f, probability, 1e-4f));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Fit_EndsWhereTheDerivativesVanish(int classCount)
    {
        const int Dimension = 12;
        (float[] vectors, int[] labels) = Blobs(300, Dimension, classCount, spread: 2.5);
        LogisticRegression model = LogisticRegression.Fit(vectors, Dimension, labels, classCount, Exact);
        Assert.True(model.Converged);

        // The derivatives of the whole loss by each weight, written out in double.
        int outputCount = classCount == 2 ? 1 : classCount;
        for (int output = 0; output < outputCount; output++)
        {
            double[] derivative = [.. model.Weights(output).ToArray(), 0];
            for (int row = 0; row < labels.Length; row++)
            {
                double[] x = [.. vectors[(row * Dimension)..((row + 1) * Dimension)].Select(number => (double)number)];
                double[] logits = [.. Enumerable.Range(0, outputCount).Select(k => model.Intercept(k) + model.Weights(k).ToArray().Zip(x, (w, v) => w * v).Sum())];
                double probability = outputCount == 1 ? 1 / (1 + Math.Exp(-logits[0])) : Math.Exp(logits[output]) / logits.Sum(Math.Exp);
                double error = probability - (labels[row] == (outputCount == 1 ? 1 : output) ? 1 : 0);
                for (int i = 0; i <= Dimension; i++)
                {
                    derivative[i] += error * (i < Dimension ? x[i] : 1);
                }
            }

            // The tolerance is of the mean over the examples.
            Assert.All(derivative, number => Assert.InRange(number / labels.Length, -2e-6, 2e-6));
        }
    }

    [Fact]
    public void Predict_OfSeparateBlobs_IsRightAndProbabilitiesSumToOne()
    {
        (float[] vectors, int[] labels) = Blobs(200, 8, 4, spread: 0.3);
        LogisticRegression model = LogisticRegression.Fit(vectors, 8, labels, 4);
        Assert.Equal(labels, model.Predict(vectors));
        Assert.All(model.Probabilities(vectors).Chunk(4), row => Assert.Equal(1, row.Sum(), 1e-5f));
    }

    [Fact]
    public void Load_OfSaved_PredictsTheSame()
    {
        (float[] vectors, int[] labels) = Blobs(100, 5, 3, spread: 1);
        LogisticRegression model = LogisticRegression.Fit(vectors, 5, labels, 3);
        string path = Path.Combine(Directory.CreateTempSubdirectory("akin-linear-").FullName, "model.json");
        model.Save(path);
        Assert.Equal(model.Probabilities(vectors), LogisticRegression.Load(path).Probabilities(vectors));

        File.WriteAllText(path, File.ReadAllText(path).Replace("\"dimension\":5", "\"dimension\":6", StringComparison.Ordinal));
        Assert.Contains("do not fit 3 classes of vectors of 6", Assert.Throws<InvalidDataException>(() => LogisticRegression.Load(path)).Message, StringComparison.Ordinal);
        File.WriteAllText(path, "[]");
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => LogisticRegression.Load(path)).Message, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void Fit_OfBadLabels_NamesTheRow()
    {
        Assert.Contains("Row 1: the label 3 is outside 0 … 1", Assert.Throws<ArgumentException>(() => LogisticRegression.Fit([1, 2], 1, [0, 3], 2)).Message, StringComparison.Ordinal);
        Assert.Contains("All 2 examples are of class 1", Assert.Throws<ArgumentException>(() => LogisticRegression.Fit([1, 2], 1, [1, 1], 2)).Message, StringComparison.Ordinal);
        Assert.Contains("Row 1, column 0 is NaN", Assert.Throws<ArgumentException>(() => LogisticRegression.Fit([1, float.NaN], 1, [1, 0], 2)).Message, StringComparison.Ordinal);
    }

    private static (float[] Vectors, int[] Labels) Blobs(int count, int dimension, int classCount, double spread)
    {
        Random random = new(7);
        double[] centers = [.. Enumerable.Range(0, classCount * dimension).Select(_ => (random.NextDouble() * 4) - 2)];
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % classCount)];
        float[] vectors = [.. labels.SelectMany(label => Enumerable.Range(0, dimension).Select(i => (float)(centers[(label * dimension) + i] + (spread * ((random.NextDouble() * 2) - 1)))))];
        return (vectors, labels);
    }
}
