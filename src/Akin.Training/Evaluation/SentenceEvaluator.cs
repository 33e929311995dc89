using Akin.Pipelines;
using Akin.Search;

namespace Akin.Training.Evaluation;

/// <summary>Measures how good the embeddings of a model are.</summary>
public abstract class SentenceEvaluator : Evaluator<IEncoder>
{
    // Texts a model gets at a time: enough to sort by length, few enough to report progress.
    private const int BatchSize = 512;

    /// <summary>How many leading dimensions of every embedding are looked at, at least 1; null, the default, for all.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public int? TruncateDimension
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value ?? 1, 1, nameof(TruncateDimension));
            field = value;
        }
    }

    /// <summary>How the model's embeddings are meant to be compared: what it says, or by their cosine.</summary>
    /// <param name="model">The model.</param>
    protected static SimilarityFunction SimilarityOf(IEncoder model) =>
        model is SentenceTransformer sentenceTransformer ? sentenceTransformer.SimilarityFunction : SimilarityFunction.Cosine;

    /// <summary>The name that stands in measures.</summary>
    /// <param name="function">The function.</param>
    protected static string NameOf(SimilarityFunction function) => function switch
    {
        SimilarityFunction.Cosine => "cosine",
        SimilarityFunction.Dot => "dot",
        SimilarityFunction.Euclidean => "euclidean",
        SimilarityFunction.Manhattan => "manhattan",
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "Unknown similarity function."),
    };

    /// <summary>Encodes texts some at a time and keeps the dimensions that are looked at.</summary>
    /// <param name="encode">A method of the model: for questions, documents or sentences.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="count">What to report progress to.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    private protected float[][] Embed(
        Func<IReadOnlyList<string>, CancellationToken, float[][]> encode, IReadOnlyList<string> texts, EncodedCount count, CancellationToken cancellationToken)
    {
        float[][] embeddings = new float[texts.Count][];
        for (int first = 0; first < texts.Count; first += BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string[] batch = [.. texts.Skip(first).Take(BatchSize)];
            float[][] encoded = encode(batch, cancellationToken);
            for (int i = 0; i < batch.Length; i++)
            {
                embeddings[first + i] = Truncated(encoded[i]);
            }

            count.Add(batch.Length);
        }

        return embeddings;
    }

    private float[] Truncated(float[] embedding) =>
        TruncateDimension < embedding.Length ? embedding[..TruncateDimension.Value] : embedding;
}
