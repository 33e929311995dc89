using Akin.Tensors.Operations;

namespace Akin.Training.Tasks;

/// <summary>Labels of the tokens of a batch.</summary>
internal static class TokenLabels
{
    public static int[] Join(IEnumerable<ReadOnlyMemory<int>> labels) => [.. labels.SelectMany(some => some.ToArray())];

    public static int CountTargets(ReadOnlySpan<int> labels) => labels.Length - labels.Count(CrossEntropyOperation.Ignored);
}
