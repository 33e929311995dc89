using System.Numerics.Tensors;
using Akin.Kernels;
using Akin.Search.Projection;

namespace Akin.Pipelines;

/// <summary>
/// A linear map of embeddings, y = W·x + b, learnt from embeddings alone, without scores. <see cref="SentenceTransformer.Append"/> makes it the last Dense module of a
/// model. Immutable.
/// </summary>
/// <remarks>
/// The vectors of a raw BERT all point the same way, so that the cosine of any two texts is near 0.9. <see cref="Centering"/> takes away what they have in common;
/// <see cref="Whitening"/> also makes all directions equally important (Su et al. 2021, "Whitening Sentence Representations for Better Semantics and Faster
/// Retrieval", https://arxiv.org/abs/2103.15316). <see cref="Aligning"/> makes small what tells a text from its translation.
/// </remarks>
public sealed class EmbeddingMap
{
    private readonly float[] _weight;
    private readonly float[] _bias;

    private EmbeddingMap(float[] weight, float[] bias) => (_weight, _bias) = (weight, bias);

    /// <summary>Floats of an embedding that goes in.</summary>
    public int InputSize => _weight.Length / OutputSize;

    /// <summary>Floats of an embedding that comes out.</summary>
    public int OutputSize => _bias.Length;

    /// <summary>W, <c>[outputs, inputs]</c>.</summary>
    public ReadOnlySpan<float> Weight => _weight;

    /// <summary>b, <c>[outputs]</c>.</summary>
    public ReadOnlySpan<float> Bias => _bias;

    /// <summary>Takes away the mean: W = 1, b = −mean.</summary>
    /// <param name="embeddings"><c>[texts, dimension]</c>, at least one.</param>
    /// <param name="dimension">Floats of an embedding.</param>
    /// <exception cref="SentenceTransformerException">There are no embeddings.</exception>
    /// <exception cref="ArgumentException">They are not whole rows.</exception>
    public static EmbeddingMap Centering(ReadOnlySpan<float> embeddings, int dimension)
    {
        RequireRows(embeddings, dimension, 1, "To take away their mean");
        double[] mean = new double[dimension];
        for (int i = 0; i < embeddings.Length; i++)
        {
            mean[i % dimension] += embeddings[i];
        }

        TensorPrimitives.Divide(mean, embeddings.Length / dimension, mean);
        float[] weight = new float[dimension * dimension];
        for (int i = 0; i < dimension; i++)
        {
            weight[(i * dimension) + i] = 1;
        }

        return new EmbeddingMap(weight, [.. mean.Select(number => (float)-number)]);
    }

    /// <summary>
    /// Takes away the mean and scales the principal directions to variance 1: W = diag(1/√variance)·directions, b = −W·mean. Fewer outputs keep the directions along
    /// which embeddings vary most.
    /// </summary>
    /// <param name="embeddings"><c>[texts, dimension]</c>: more texts than outputs, better some thousands.</param>
    /// <param name="dimension">Floats of an embedding.</param>
    /// <param name="outputSize">Directions to keep; null, the default, for all along which embeddings vary.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="SentenceTransformerException">There are too few embeddings, or along fewer directions than asked for they vary.</exception>
    /// <exception cref="ArgumentException">They are not whole rows.</exception>
    public static EmbeddingMap Whitening(ReadOnlySpan<float> embeddings, int dimension, int? outputSize = null, CancellationToken cancellationToken = default)
    {
        // A direction with less than this share of the greatest variance is rounding, which must not be scaled up.
        const double LeastShare = 1e-10;
        int count = outputSize ?? dimension;
        RequireRows(embeddings, dimension, count + 1, $"To scale {count} directions");
        PrincipalComponents components = PrincipalComponents.Fit(embeddings, dimension, count, cancellationToken);
        int varied = components.ExplainedVariance.Count(variance => variance > LeastShare * components.ExplainedVariance[0]);
        if (varied == 0 || (varied < count && outputSize is not null))
        {
            throw new SentenceTransformerException($"The embeddings vary along {varied} of {count} directions only: keep fewer, or give more texts that differ.");
        }

        count = varied;
        float[] weight = new float[count * dimension];
        float[] bias = new float[count];
        double[] row = new double[dimension];
        for (int i = 0; i < count; i++)
        {
            TensorPrimitives.Divide(components.Components.Slice(i * dimension, dimension), Math.Sqrt(components.ExplainedVariance[i]), row);
            TensorPrimitives.ConvertTruncating<double, float>(row, weight.AsSpan(i * dimension, dimension));
            bias[i] = (float)-TensorPrimitives.Dot<double>(row, components.Mean);
        }

        return new EmbeddingMap(weight, bias);
    }

    /// <summary>Keeps the principal directions, as they are: W = directions, b = 0. Dot products are kept as well as so few numbers can.</summary>
    /// <param name="embeddings"><c>[texts, dimension]</c>: more texts than outputs, better some thousands.</param>
    /// <param name="dimension">Floats of an embedding.</param>
    /// <param name="outputSize">Directions to keep, those along which embeddings vary most.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="SentenceTransformerException">There are too few embeddings.</exception>
    /// <exception cref="ArgumentException">They are not whole rows.</exception>
    public static EmbeddingMap Reducing(ReadOnlySpan<float> embeddings, int dimension, int outputSize, CancellationToken cancellationToken = default)
    {
        RequireRows(embeddings, dimension, outputSize + 1, $"To find {outputSize} directions");
        PrincipalComponents components = PrincipalComponents.Fit(embeddings, dimension, outputSize, cancellationToken);
        float[] weight = new float[outputSize * dimension];
        TensorPrimitives.ConvertTruncating<double, float>(components.Components[..weight.Length], weight);
        return new EmbeddingMap(weight, new float[outputSize]);
    }

    /// <summary>
    /// Makes the directions weak along which a text and its translation differ: with C the covariance of translations around their common mean, τ its mean variance and
    /// s the shrinkage, W = (C / τ + s·1)^(−1/2), b = −W·mean. Known from the recognition of speakers as within-class covariance normalization (Hatch, Kajarekar and
    /// Stolcke 2006, "Within-Class Covariance Normalization for SVM-based Speaker Recognition"). What a text is about stays, the language it is in fades.
    /// </summary>
    /// <param name="translations">
    /// The embeddings of the same texts in every language, each <c>[texts, dimension]</c>, two languages or more. Thousands of texts are good.
    /// </param>
    /// <param name="dimension">Floats of an embedding.</param>
    /// <param name="shrinkage">How much of the map is left as it was, above 0; more is more careful.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="SentenceTransformerException">There are fewer than two languages or texts, or translations do not differ at all.</exception>
    /// <exception cref="ArgumentException">They are not whole rows, or not as many of each language.</exception>
    public static EmbeddingMap Aligning(IReadOnlyList<float[]> translations, int dimension, double shrinkage = 0.3, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(translations);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shrinkage);
        if (translations.Count < 2)
        {
            throw new SentenceTransformerException($"To align languages, the texts are needed in at least two; there is {translations.Count}.");
        }

        int length = translations[0].Length;
        foreach (float[] embeddings in translations)
        {
            RequireRows(embeddings, dimension, 2, "To align languages");
            if (embeddings.Length != length)
            {
                throw new ArgumentException($"{length / dimension} texts of the first language, {embeddings.Length / dimension} of another: every text is needed in every language.", nameof(translations));
            }
        }

        (float[] differences, double[] mean) = Differences(translations, dimension);
        PrincipalComponents components = PrincipalComponents.Fit(differences, dimension, dimension, cancellationToken);
        double average = components.TotalVariance / dimension;
        if (average == 0)
        {
            throw new SentenceTransformerException("The translations' embeddings are all equal to the texts': there is nothing to align.");
        }

        double[] weight = new double[dimension * dimension];
        for (int i = 0; i < dimension; i++)
        {
            ReadOnlySpan<double> direction = components.Components.Slice(i * dimension, dimension);
            double scale = 1 / Math.Sqrt((components.ExplainedVariance[i] / average) + shrinkage);
            for (int row = 0; row < dimension; row++)
            {
                Span<double> target = weight.AsSpan(row * dimension, dimension);
                TensorPrimitives.MultiplyAdd(direction, scale * direction[row], target, target);
            }
        }

        float[] rounded = new float[weight.Length];
        TensorPrimitives.ConvertTruncating<double, float>(weight, rounded);
        return new EmbeddingMap(rounded, [.. Enumerable.Range(0, dimension).Select(row => (float)-TensorPrimitives.Dot<double>(weight.AsSpan(row * dimension, dimension), mean))]);
    }

    /// <summary>Maps embeddings.</summary>
    /// <param name="embeddings"><c>[texts, inputs]</c>.</param>
    /// <returns><c>[texts, outputs]</c>.</returns>
    /// <exception cref="ArgumentException">They are not whole rows.</exception>
    public float[] Apply(ReadOnlySpan<float> embeddings)
    {
        if (embeddings.Length % InputSize != 0)
        {
            throw new ArgumentException($"{embeddings.Length} numbers are not whole rows of {InputSize}.", nameof(embeddings));
        }

        int rowCount = embeddings.Length / InputSize;
        PackedMatrix packed = new(InputSize, OutputSize);
        packed.Pack(0, _weight);
        float[] mapped = new float[(long)rowCount * OutputSize];
        Gemm.Multiply(embeddings, rowCount, packed, new Epilogue { Bias = _bias }, mapped, WorkerPool.Shared);
        return mapped;
    }

    // Of every text: the differences of its translations from their mean. And the mean of all.
    private static (float[] Differences, double[] Mean) Differences(IReadOnlyList<float[]> translations, int dimension)
    {
        int length = translations[0].Length;
        float[] differences = new float[(long)length * translations.Count];
        double[] mean = new double[dimension];
        for (int i = 0; i < length; i++)
        {
            double sum = 0;
            foreach (float[] embeddings in translations)
            {
                sum += embeddings[i];
            }

            mean[i % dimension] += sum;
            for (int language = 0; language < translations.Count; language++)
            {
                differences[((long)language * length) + i] = (float)(translations[language][i] - (sum / translations.Count));
            }
        }

        TensorPrimitives.Divide(mean, length / dimension * translations.Count, mean);
        return (differences, mean);
    }

    private static void RequireRows(ReadOnlySpan<float> embeddings, int dimension, int least, string purpose)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(least, 1);
        if (embeddings.Length % dimension != 0)
        {
            throw new ArgumentException($"{embeddings.Length} numbers are not whole rows of {dimension}.", nameof(embeddings));
        }

        if (embeddings.Length / dimension < least)
        {
            throw new SentenceTransformerException($"{purpose}, at least {least} texts are needed, better some thousands; there are {embeddings.Length / dimension}.");
        }
    }
}
