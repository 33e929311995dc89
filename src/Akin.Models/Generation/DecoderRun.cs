using System.Runtime.InteropServices;
using Akin.Models.Heads;
using Akin.Tensors;

namespace Akin.Models.Generation;

/// <summary>The model's side of writing: scores what may follow the sequences that are still being written.</summary>
/// <param name="batch">An empty batch of the decoder.</param>
/// <param name="cache">What the model keeps; <see langword="null"/>: it reads whole sequences for every token.</param>
/// <param name="keepsTokens">Whether the cache keeps the tokens that were read, or only what an encoder said.</param>
/// <param name="score">The model: the last scores of every sequence, <c>[sequences, vocabulary]</c>.</param>
internal sealed class DecoderRun(RaggedBatch batch, DecoderCache? cache, bool keepsTokens, Func<ForwardContext, RaggedBatch, Tensor> score)
{
    private int[] _read = []; // tokens of each sequence that the cache holds

    /// <summary>Scores what may follow each sequence.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="sequences">All tokens of every sequence, in the order that <see cref="Select"/> left.</param>
    public Tensor Score(ForwardContext context, IReadOnlyList<List<int>> sequences)
    {
        if (!keepsTokens || _read.Length != sequences.Count)
        {
            cache?.ClearTokens();
            _read = new int[sequences.Count];
        }

        batch.Clear();
        for (int i = 0; i < sequences.Count; i++)
        {
            batch.AddContinuation(_read[i], CollectionsMarshal.AsSpan(sequences[i])[_read[i]..]);
            _read[i] = keepsTokens ? sequences[i].Count : 0;
        }

        return score(context, batch);
    }

    /// <summary>Chooses the sequences to go on with.</summary>
    /// <param name="order">For each sequence from now on, the one it was.</param>
    public void Select(int[] order)
    {
        if (order.Length != _read.Length || order.Where((from, to) => from != to).Any())
        {
            cache?.Select(order);
            _read = Array.ConvertAll(order, sequence => _read[sequence]);
        }
    }
}
