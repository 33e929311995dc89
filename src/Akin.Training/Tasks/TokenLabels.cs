using System.Numerics.Tensors;
using Akin.Tensors.Operations;
using Tensor = Akin.Tensors.Tensor;

namespace Akin.Training.Tasks;

/// <summary>Labels of the tokens of a batch.</summary>
internal static class TokenLabels
{
    public static int[] Join(IEnumerable<ReadOnlyMemory<int>> labels) => [.. labels.SelectMany(some => some.ToArray())];

    public static int CountTargets(ReadOnlySpan<int> labels) => labels.Length - labels.Count(CrossEntropyOperation.Ignored);

    /// <summary>For each row of labels <c>[2, tokens]</c>: the most likely token at its places among the scores, and the right one.</summary>
    public static IEnumerable<Prediction> Predictions(Tensor scores, IEnumerable<ReadOnlyMemory<int>> labels)
    {
        int place = 0;
        foreach (ReadOnlyMemory<int> row in labels)
        {
            float[] said = new float[2 * row.Length];
            for (int token = 0; token < row.Length; token++)
            {
                said[token] = TensorPrimitives.IndexOfMax<float>(scores.Row(place++));
                said[row.Length + token] = row.Span[token];
            }

            yield return new Prediction(said, row.Length);
        }
    }
}
