using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses.CrossEncoders;

/// <summary>What the losses have in common that look at a query's whole list of documents.</summary>
public abstract class ListwiseLoss : CrossEncoderLoss
{
    private readonly int? _miniBatchSize;

    /// <summary>Keeps the size of the mini-batches.</summary>
    /// <param name="miniBatchSize">Pairs scored at a time; <see langword="null"/> for all at once.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    private protected ListwiseLoss(int? miniBatchSize) => _miniBatchSize = miniBatchSize is { } size ? MiniBatches.Checked(size) : null;

    /// <inheritdoc/>
    public override string Wants => "query, documents (a list) with a list of labels from 0, one for each document: the larger, the more relevant";

    /// <inheritdoc/>
    public override CrossEncoderLabels Labels => CrossEncoderLabels.Grade;

    /// <inheritdoc/>
    public override int? MiniBatchSize => _miniBatchSize;

    /// <summary>The labels of every query and where its scores begin.</summary>
    private protected static IEnumerable<(float[] Labels, int Start)> Lists(IReadOnlyList<CrossEncoderExample> batch)
    {
        int start = 0;
        foreach (CrossEncoderExample example in batch)
        {
            yield return ([.. example.Labels], start);
            start += example.Documents.Count;
        }
    }

    /// <summary>Places sorted by falling numbers; equal numbers keep their order.</summary>
    private protected static int[] Descending(ReadOnlySpan<float> values)
    {
        float[] numbers = values.ToArray();
        return [.. Enumerable.Range(0, numbers.Length).OrderByDescending(place => numbers[place])];
    }

    /// <summary>A loss of 0 that still depends on the scores, for a batch that has nothing to compare.</summary>
    private protected static Tensor Nothing(ForwardContext context, Tensor scores) => context.Multiply(context.Sum(scores), 0);
}
