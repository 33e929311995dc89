using System.Text.Json;

namespace Akin.Pipelines.Tests;

public sealed class EmbeddingMapTests : IDisposable
{
    // The golden is in double, the map in float32: a few units in its last place of numbers around 3.
    private const double Tolerance = 2e-6;

    private const int Dimension = 8;

    private static readonly JsonElement Golden = JsonElement.Parse(File.ReadAllBytes(Repository.Golden("training", "metrics", "reduce_cluster.json")));

    private static readonly float[] Cloud = [.. Numbers(Golden.GetProperty("x")).Select(number => (float)number)];

    private readonly string _folder = Directory.CreateTempSubdirectory("akin-map-").FullName;

    [Theory]
    [InlineData("transformed", 8)]
    [InlineData("transformed_2d", 2)]
    public void Whitening_OfTheGoldenCloud_EqualsThePublishedRecipe(string property, int outputSize)
    {
        double[] expected = Numbers(Golden.GetProperty("bert_whitening").GetProperty(property));
        float[] found = EmbeddingMap.Whitening(Cloud, Dimension, outputSize).Apply(Cloud);
        Assert.Equal(expected.Length, found.Length);
        for (int column = 0; column < outputSize; column++)
        {
            // Columns are unique up to their sign.
            int sign = Math.Sign(expected[column] * found[column]);
            for (int i = column; i < found.Length; i += outputSize)
            {
                Assert.Equal(expected[i], sign * found[i], Tolerance);
            }
        }
    }

    [Fact]
    public void Centering_OfTheGoldenCloud_TakesAwayTheMean()
    {
        double[] mean = Numbers(Golden.GetProperty("bert_whitening").GetProperty("mu"));
        EmbeddingMap map = EmbeddingMap.Centering(Cloud, Dimension);
        float[] found = map.Apply(Cloud);
        for (int i = 0; i < found.Length; i++)
        {
            Assert.Equal(Cloud[i] - mean[i % Dimension], found[i], Tolerance);
        }
    }

    [Theory]
    [InlineData("mean")]
    [InlineData("mean-normalize")]
    public void Append_OfAWhitening_IsSavedAsADenseModuleAndComesBack(string name)
    {
        SentenceTransformer model = TinyModels.Load(name);
        string[] texts = [.. Enumerable.Range(0, 200).Select(i => $"a cat sat {i * 7919} times on mat {i % 13} and {i * i}")];
        float[] embeddings = [.. model.Encode(texts).SelectMany(embedding => embedding)];
        EmbeddingMap map = EmbeddingMap.Whitening(embeddings, model.Dimension, 6);
        SentenceTransformer whitened = model.Append(map);
        float[][] vectors = whitened.Encode(texts);
        whitened.SavePretrained(_folder);

        SentenceTransformer loaded = SentenceTransformer.FromPretrained(_folder);
        Assert.Equal(6, loaded.Dimension);
        Assert.Equal(vectors, loaded.Encode(texts));
        Assert.Contains("Dense", File.ReadAllText(Path.Combine(_folder, "modules.json")), StringComparison.Ordinal);
        float[] expected = map.Apply(embeddings);
        for (int i = 0; i < vectors.Length; i++)
        {
            ReadOnlySpan<float> row = expected.AsSpan(i * 6, 6);
            double scale = name == "mean" ? 1 : 1 / Math.Sqrt(row.ToArray().Sum(number => (double)number * number));
            for (int j = 0; j < 6; j++)
            {
                Assert.Equal(row[j] * scale, vectors[i][j], 1e-5);
            }
        }
    }

    [Fact]
    public void Aligning_OfTranslations_MakesTheirShrunkenCovarianceTheUnitMatrix()
    {
        // W·(C/τ + s·1)·W = 1, with C the covariance of the texts' versions around their means; the products of float32 entries are good to some of their last places.
        const double Shrinkage = 0.3, ProductTolerance = 2e-5;
        float[][] languages = Languages();
        EmbeddingMap map = EmbeddingMap.Aligning(languages, Dimension, Shrinkage);
        double[,] covariance = new double[Dimension, Dimension];
        for (int text = 0; text < Cloud.Length; text += Dimension)
        {
            double[] mean = [.. Enumerable.Range(text, Dimension).Select(i => languages.Average(language => (double)language[i]))];
            foreach (float[] language in languages)
            {
                for (int i = 0; i < Dimension * Dimension; i++)
                {
                    covariance[i / Dimension, i % Dimension] += (language[text + (i / Dimension)] - mean[i / Dimension]) * (language[text + (i % Dimension)] - mean[i % Dimension]);
                }
            }
        }

        double average = Enumerable.Range(0, Dimension).Average(i => covariance[i, i]);
        for (int row = 0; row < Dimension; row++)
        {
            for (int column = 0; column < Dimension; column++)
            {
                double product = 0;
                for (int i = 0; i < Dimension * Dimension; i++)
                {
                    (int left, int right) = (i / Dimension, i % Dimension);
                    double middle = (covariance[left, right] / average) + (left == right ? Shrinkage : 0);
                    product += map.Weight[(row * Dimension) + left] * middle * map.Weight[(right * Dimension) + column];
                }

                Assert.Equal(row == column ? 1 : 0, product, ProductTolerance);
            }
        }

        // All texts of all languages together have the mean 0.
        float[][] aligned = [.. languages.Select(language => map.Apply(language))];
        for (int column = 0; column < Dimension; column++)
        {
            Assert.Equal(0, aligned.Average(language => language.Where((_, i) => i % Dimension == column).Average(number => (double)number)), 1e-5);
        }
    }

    [Fact]
    public void Aligning_OfLanguagesThatLieApart_PutsTranslationsNearest()
    {
        float[][] languages = Languages();
        EmbeddingMap map = EmbeddingMap.Aligning(languages, Dimension);
        double before = FoundFirst(languages), after = FoundFirst([.. languages.Select(language => map.Apply(language))]);
        Assert.True(before < 0.5 && after > 0.95, $"{before} before, {after} after");

        static double FoundFirst(float[][] languages)
        {
            float[][][] rows = [.. languages.Select(language => language.Chunk(Dimension).ToArray())];
            float[][] scores = EmbeddingSimilarity.Matrix(SimilarityFunction.Cosine, rows[1], rows[0]);
            return scores.Index().Count(row => row.Item.IndexOf(row.Item.Max()) == row.Index) / (double)scores.Length;
        }
    }

    [Fact]
    public void Aligning_OfOneLanguageOrEqualOnesOrUnlikeCounts_IsRefused()
    {
        Assert.Contains("there is 1", Assert.Throws<SentenceTransformerException>(() => EmbeddingMap.Aligning([Cloud], Dimension)).Message, StringComparison.Ordinal);
        Assert.Contains("nothing to align", Assert.Throws<SentenceTransformerException>(() => EmbeddingMap.Aligning([Cloud, Cloud], Dimension)).Message, StringComparison.Ordinal);
        Assert.Contains("every text is needed", Assert.Throws<ArgumentException>(() => EmbeddingMap.Aligning([Cloud, Cloud[Dimension..]], Dimension)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => EmbeddingMap.Aligning(Languages(), Dimension, shrinkage: 0));
    }

    [Fact]
    public void Whitening_WithTooFewOrEqualTexts_SaysHowManyAreNeeded()
    {
        Assert.Contains("at least 9 texts are needed", Refused(Cloud[..(8 * Dimension)], null), StringComparison.Ordinal);
        Assert.Contains("vary along 0 of 2 directions", Refused([.. Enumerable.Repeat(1f, 10 * Dimension)], 2), StringComparison.Ordinal);
        SentenceTransformer model = TinyModels.Load("mean");
        Assert.Throws<ArgumentException>(() => model.Append(EmbeddingMap.Centering(Cloud, Dimension)));

        static string Refused(float[] embeddings, int? outputSize) =>
            Assert.Throws<SentenceTransformerException>(() => EmbeddingMap.Whitening(embeddings, Dimension, outputSize)).Message;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // The cloud in two languages: the other lies elsewhere and strays along the last two directions.
    private static float[][] Languages()
    {
        Random random = new(7);
        float[] other = [.. Cloud.Select((number, i) => number + 4f + ((i % Dimension >= Dimension - 2 ? 3f : 0.02f) * (random.NextSingle() - 0.5f)))];
        return [Cloud, other];
    }

    private static double[] Numbers(JsonElement tensor) => [.. tensor.GetProperty("data").EnumerateArray().Select(number => number.GetDouble())];
}
