using System.Numerics.Tensors;
using Akin.Tensors.Operations;
using Tensor = Akin.Tensors.Tensor;

namespace Akin.Training.Tasks;

/// <summary>The tokens of a batch that have a label: only these are scored.</summary>
internal sealed class MaskedTokens
{
    private readonly int[] _counts;

    /// <param name="labels">The labels of every example.</param>
    public MaskedTokens(IEnumerable<ReadOnlyMemory<int>> labels)
    {
        ReadOnlyMemory<int>[] examples = [.. labels];
        int[] all = TokenLabels.Join(examples);
        _counts = [.. examples.Select(example => TokenLabels.CountTargets(example.Span))];
        Count = _counts.Sum();

        // Without any, one token is scored and not counted: the loss is NaN then, as everywhere.
        Places = Count == 0 ? [0] : [.. Enumerable.Range(0, all.Length).Where(token => all[token] != CrossEntropyOperation.Ignored)];
        Labels = [.. Places.Select(token => all[token])];
    }

    /// <summary>How many tokens have a label.</summary>
    public int Count { get; }

    /// <summary>Where they are in the batch.</summary>
    public int[] Places { get; }

    /// <summary>Their labels.</summary>
    public int[] Labels { get; }

    /// <summary>For every example the answers to its labelled tokens, then the right ones.</summary>
    /// <param name="scores">The logits of these tokens, <c>[places, vocabulary]</c>.</param>
    public IEnumerable<(float[] Said, float[] Right)> Answers(Tensor scores)
    {
        int next = 0;
        foreach (int count in _counts)
        {
            int first = next;
            next += count;
            yield return (
                [.. Enumerable.Range(first, count).Select(row => (float)TensorPrimitives.IndexOfMax<float>(scores.Row(row)))],
                [.. Enumerable.Range(first, count).Select(row => (float)Labels[row])]);
        }
    }
}
