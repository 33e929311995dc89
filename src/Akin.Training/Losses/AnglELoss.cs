using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses;

/// <summary><see cref="CoSENTLoss"/> with the angle between embeddings seen as complex vectors, whose gradient does not vanish for very similar texts.</summary>
/// <remarks>
/// <para>In words: the order of the pairs again, by a similarity that goes on teaching where the cosine is almost flat.</para>
/// <para>Inputs and requirements: those of <see cref="CoSENTLoss"/>, and an even embedding size.</para>
/// <para>Formula: that of <see cref="CoSENTLoss"/> with s from <see cref="SimilarityOperation.PairwiseAngleSim"/> (Li and Li 2023,
/// https://arxiv.org/abs/2309.12871).</para>
/// <para>Example: <c>new AnglELoss()</c>.</para>
/// </remarks>
public sealed class AnglELoss : CoSENTLoss
{
    private protected override Tensor Similarities(ForwardContext context, Tensor left, Tensor right) => left.ColumnCount % 2 == 0
        ? context.PairwiseAngleSim(left, right)
        : throw new LossInputException($"{nameof(AnglELoss)} sees embeddings as complex vectors: their size must be even, not {left.ColumnCount}.");
}
