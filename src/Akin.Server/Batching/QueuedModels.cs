using System.Numerics.Tensors;
using Akin.Server.Http;
using Akin.Server.Models;

namespace Akin.Server.Batching;

/// <summary>What routes ask of models: embeddings and scores, computed through the queue. Thread-safe.</summary>
internal sealed class QueuedModels(EncodeQueue queue)
{
    /// <summary>Embeds texts.</summary>
    /// <param name="model">The model.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="shape">Prompt, dimensions, scale.</param>
    /// <param name="limits">Deadline and cancellation.</param>
    /// <returns>An embedding for each text, and how many tokens they had together.</returns>
    /// <exception cref="RequestException">The queue is full, the deadline has passed, or the model has fewer dimensions.</exception>
    public async Task<(float[][] Embeddings, long TokenCount)> EmbedAsync(ServedEncoder model, IReadOnlyList<string> texts, EmbeddingShape shape, RequestLimits limits)
    {
        shape.RequireFor(model);
        (IReadOnlyList<TokenizedText> tokenized, float[][] results) = await queue.ComputeAsync(
            model, model.Model.CountLeftOut(shape.Prompt), EstimateTokens(model, texts), () => Tokenize(model, texts, shape), limits).ConfigureAwait(false);
        return (shape.Apply(results), CountTokens(tokenized));
    }

    /// <summary>Embeds texts whose token ids are known, special tokens included.</summary>
    /// <inheritdoc cref="EmbedAsync(ServedEncoder, IReadOnlyList{string}, EmbeddingShape, RequestLimits)"/>
    public async Task<(float[][] Embeddings, long TokenCount)> EmbedAsync(ServedEncoder model, IReadOnlyList<TokenizedText> texts, EmbeddingShape shape, RequestLimits limits)
    {
        shape.RequireFor(model);
        (_, float[][] results) = await queue.ComputeAsync(model, group: 0, CountTokens(texts), () => texts, limits).ConfigureAwait(false);
        return (shape.Apply(results), CountTokens(texts));
    }

    /// <summary>The vectors of the tokens of every text, special tokens included.</summary>
    /// <returns>For every text its tokens' vectors one after the other, and how many tokens it has.</returns>
    public async Task<(float[][] Vectors, int[] TokenCounts)> TokenVectorsAsync(ServedEncoder model, IReadOnlyList<string> texts, EmbeddingShape shape, RequestLimits limits)
    {
        (IReadOnlyList<TokenizedText> tokenized, float[][] vectors) = await queue.ComputeAsync(
            model, ServedEncoder.TokenVectors, EstimateTokens(model, texts), () => Tokenize(model, texts, shape), limits).ConfigureAwait(false);
        return (vectors, [.. tokenized.Select(text => text.Ids.Length)]);
    }

    /// <summary>The raw scores of texts, or of pairs.</summary>
    /// <returns><c>[texts][labels]</c>, and how many tokens they had together.</returns>
    public async Task<(float[][] Scores, long TokenCount)> ScoreAsync(ServedClassifier model, IReadOnlyList<(string Text, string? Pair)> texts, RequestLimits limits)
    {
        long estimate = 0;
        foreach ((string text, string? pair) in texts)
        {
            estimate += Math.Min(model.MaxSequenceLength, model.EstimateTokens(text) + (pair is null ? 0 : model.EstimateTokens(pair)));
        }

        (IReadOnlyList<TokenizedText> tokenized, float[][] scores) = await queue.ComputeAsync(
            model, group: 0, estimate, () => [.. texts.Select(text => model.Tokenize(text.Text, text.Pair))], limits).ConfigureAwait(false);
        return (scores, CountTokens(tokenized));
    }

    /// <summary>The cosine of two vectors; 0 where one has no length.</summary>
    public static float Cosine(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        float cosine = TensorPrimitives.CosineSimilarity(left, right);
        return float.IsNaN(cosine) ? 0 : cosine;
    }

    private static TokenizedText[] Tokenize(ServedEncoder model, IReadOnlyList<string> texts, EmbeddingShape shape) =>
        [.. texts.Select((text, i) => new TokenizedText(model.Tokenize(text, shape, i)))];

    private static long EstimateTokens(ServedModel model, IReadOnlyList<string> texts) => texts.Sum(model.EstimateTokens);

    private static long CountTokens(IReadOnlyList<TokenizedText> texts) => texts.Sum(text => (long)text.Ids.Length);
}
