using Akin.Pipelines;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses;

/// <summary>Makes the similarities of pairs have the order of their scores.</summary>
/// <remarks>
/// <para>In words: of any two pairs of the batch the one with the higher score should be the more similar one; how similar does not matter.</para>
/// <para>Inputs: <c>sentence1, sentence2</c> with a score, in any range; or <c>anchor, positive, negative</c> without, which are pairs with scores 1 and
/// 0. Requirements: different scores in a batch; pairs with the same score are not compared, and a batch of one score has loss 0.</para>
/// <para>Formula: ln(1 + Σ e^(s(i) − s(j))) over all pairs of rows whose score i is below score j, with s the similarity times <see cref="Scale"/>
/// (Su 2022, "CoSENT", https://kexue.fm/archives/8847).</para>
/// <para>Relations: <see cref="CosineSimilarityLoss"/> takes the same data and is often worse; <see cref="AnglELoss"/> has another similarity.</para>
/// <para>Example: <c>new CoSENTLoss()</c>.</para>
/// </remarks>
public class CoSENTLoss : SentenceLoss
{
    /// <inheritdoc/>
    public override LossColumns Columns { get; } = new(
        new LossForm("sentence1, sentence2", 2, 2, LossLabel.Score), new LossForm("anchor, positive, negative", 3, 3, LossLabel.None));

    /// <summary>Multiplies the similarities: 1 divided by the temperature. Default: 20.</summary>
    public float Scale { get; init; } = 20;

    /// <summary>Default: the cosine.</summary>
    public SimilarityFunction Similarity { get; init; } = SimilarityFunction.Cosine;

    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, SentenceLossInput input)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(input);
        Tensor similarity = Similarities(context, input.Embeddings[0], input.Embeddings[1]);
        float[] labels = input.Labels?.ToArray() ?? [.. Enumerable.Repeat(1f, input.BatchSize), .. Enumerable.Repeat(0f, input.BatchSize)];
        if (input.Embeddings.Count == 3)
        {
            similarity = context.Concatenate(axis: 0, similarity, Similarities(context, input.Embeddings[0], input.Embeddings[2]));
        }

        int count = labels.Length;
        bool[] isNoPair = new bool[count * count];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
            {
                isNoPair[(i * count) + j] = labels[i] >= labels[j];
            }
        }

        Tensor scores = context.Multiply(similarity, Scale);
        Tensor differences = context.Subtract(context.Reshape(scores, new Shape(count, 1)), context.Reshape(scores, new Shape(1, count)));
        Tensor pairs = context.Reshape(context.MaskedFill(differences, isNoPair, float.NegativeInfinity), new Shape(count * count));
        Tensor one = new(new Shape(1)); // e⁰ = 1
        return context.LogSumExp(context.Concatenate(axis: 0, one, pairs), axis: 0);
    }

    /// <summary>The similarities of rows with the same number, <c>[n]</c>.</summary>
    private protected virtual Tensor Similarities(ForwardContext context, Tensor left, Tensor right) => Similarity.OfRows(context, left, right);
}
