using Akin.Search;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses;

/// <summary>Trains embeddings whose first numbers are good embeddings too, with any other loss.</summary>
/// <remarks>
/// <para>In words: the loss of the whole embeddings, plus the loss of their first 256 numbers, plus that of their first 128 …: afterwards embeddings can
/// be cut short to save memory (Kusupati et al. 2022, https://arxiv.org/abs/2205.13147).</para>
/// <para>Inputs and requirements: those of the inner loss. The first size should be the whole one, or it is not trained.</para>
/// <para>Formula: Σ weight · loss of the embeddings cut and brought to length 1, the whole ones as well. Labels that are embeddings are cut too, but not
/// brought to length 1.</para>
/// <para>Example: <c>new MatryoshkaLoss(new MultipleNegativesRankingLoss(), [384, 256, 128, 64])</c>.</para>
/// </remarks>
public sealed class MatryoshkaLoss : SentenceLoss
{
    private readonly (int Size, float Weight)[] _parts;

    /// <summary>Wraps a loss.</summary>
    /// <param name="inner">The loss of every size.</param>
    /// <param name="sizes">How many of the first numbers are looked at, in any order.</param>
    /// <param name="weights">The factor of every size. Default: 1 for all.</param>
    /// <exception cref="ArgumentException">There is no size, one is below 1, or there are not as many weights as sizes.</exception>
    public MatryoshkaLoss(SentenceLoss inner, IReadOnlyList<int> sizes, IReadOnlyList<float>? weights = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(sizes);
        if (sizes.Count == 0 || sizes.Any(size => size < 1) || (weights is not null && weights.Count != sizes.Count))
        {
            throw new ArgumentException(
                $"The sizes must be 1 or more, at least one of them, with a weight for each or none at all; found sizes [{string.Join(", ", sizes)}] and {weights?.Count ?? 0} weights.",
                nameof(sizes));
        }

        Inner = inner;
        _parts = [.. sizes.Select((size, i) => (size, weights?[i] ?? 1)).OrderByDescending(part => part.size)];
    }

    /// <summary>The loss of every size.</summary>
    public SentenceLoss Inner { get; }

    /// <inheritdoc/>
    public override LossColumns Columns => Inner.Columns;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => Inner.Parameters;

    /// <inheritdoc/>
    public override int? MiniBatchSize => Inner.MiniBatchSize;

    /// <inheritdoc/>
    public override IEncoder? Guide => Inner.Guide;

    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, SentenceLossInput input)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(input);
        int wholeSize = input.Embeddings[0].ColumnCount;
        if (_parts[0].Size > wholeSize)
        {
            throw new LossInputException($"{nameof(MatryoshkaLoss)}: the first {_parts[0].Size} numbers of embeddings of {wholeSize} cannot be looked at.");
        }

        Tensor? sum = null;
        foreach ((int size, float weight) in _parts)
        {
            SentenceLossInput part = input with
            {
                Embeddings = [.. input.Embeddings.Select(column => context.Normalize(size == wholeSize ? column : context.Slice(column, axis: -1, 0, size)))],
                Labels = input.Labels is { Shape.Rank: 2 } labels && labels.ColumnCount == wholeSize ? context.Slice(labels, axis: -1, 0, size) : input.Labels,
            };
            Tensor loss = context.Multiply(Inner.Forward(context, part), weight);
            sum = sum is null ? loss : context.Add(sum, loss);
        }

        return sum!;
    }
}
