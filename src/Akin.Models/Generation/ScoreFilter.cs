using Akin.Kernels;

namespace Akin.Models.Generation;

/// <summary>What the classes that rule out improbable tokens have in common.</summary>
internal static class ScoreFilter
{
    /// <summary>The softmax of scores; what is ruled out has probability 0.</summary>
    public static float[] Probabilities(ReadOnlySpan<float> scores)
    {
        float[] probabilities = new float[scores.Length];
        Softmax.Rows(scores, 1, scores.Length, probabilities, WorkerPool.Serial);
        return probabilities;
    }

    /// <summary>The tokens ordered by a key, ascending; of equal keys the earlier token first.</summary>
    public static int[] Ascending(float[] keys)
    {
        int[] order = [.. Enumerable.Range(0, keys.Length)];
        Array.Sort((float[])keys.Clone(), order, Comparer<float>.Default);

        // Array.Sort leaves equal keys in any order.
        for (int first = 0; first < order.Length;)
        {
            int end = first + 1;
            while (end < order.Length && keys[order[end]] == keys[order[first]])
            {
                end++;
            }

            Array.Sort(order, first, end - first);
            first = end;
        }

        return order;
    }

    /// <summary>Rules out a token unless it is among so many of the best; equal scores count as the last of these.</summary>
    public static void RemoveBelow(Span<float> scores, float[] probabilities, float least, int kept)
    {
        float[] sorted = scores.ToArray();
        Array.Sort(sorted);
        float bound = sorted[^Math.Clamp(kept, 1, sorted.Length)];
        for (int token = 0; token < scores.Length; token++)
        {
            if (probabilities[token] < least && scores[token] < bound)
            {
                scores[token] = float.NegativeInfinity;
            }
        }
    }

    public static void Require(bool holds, string name, object value, string wanted)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {wanted}.");
        }
    }
}
