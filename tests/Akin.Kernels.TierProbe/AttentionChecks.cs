using Akin.Kernels.Reference;

namespace Akin.Kernels.TierProbe;

/// <summary>What must hold for attention on every tier.</summary>
public static class AttentionChecks
{
    /// <summary>Values within ±1, scores within ±3·√headSize: a context is off by a few ulp of 1 and the rounding of its scores.</summary>
    private const float ForwardTolerance = 1e-5f;

    /// <summary>Gradients are sums over up to 150 tokens of numbers within ±1 times a scale of up to 3.</summary>
    private const float BackwardTolerance = 1e-4f;

    private static readonly int[] HeadSizes = [1, 7, 8, 16, 32, 33, 64, 80];

    public static IEnumerable<AttentionCase> Cases()
    {
        Random random = new(5);
        for (int seed = 0; seed < 48; seed++)
        {
            int headSize = HeadSizes[seed % HeadSizes.Length];
            int[] queries = new int[random.Next(1, 5)], keys = new int[queries.Length];
            for (int i = 0; i < queries.Length; i++)
            {
                queries[i] = random.Next(seed % 3 == 0 ? 150 : 40);
                keys[i] = random.Next(seed % 3 == 0 ? 150 : 40);
            }

            yield return new AttentionCase(seed, random.Next(1, 4), headSize, queries, seed % 4 == 0 ? keys : null);
        }

        yield return new AttentionCase(100, 2, 32, [512]);
        yield return new AttentionCase(101, 1, 4, [0, 0]);
        yield return new AttentionCase(102, 2, 8, [3, 0, 5], [0, 4, 2]);
        yield return new AttentionCase(103, 2, 8, []);
    }

    /// <summary>Contexts and probabilities against the reference, between guard pages.</summary>
    public static void ForwardEqualsReference(KernelTier tier)
    {
        GemmKernel kernel = GemmKernel.For(tier);
        foreach (AttentionCase attention in Cases())
        {
            int contextLength = attention.QueryTokens * attention.Hidden;
            float[] expected = new float[contextLength], expectedWeights = new float[Attention.ProbabilityCount(attention.Input)];
            AttentionReference.Forward(attention.Input, expected, expectedWeights);
            using GuardedMemory context = new(contextLength), weights = new(expectedWeights.Length);
            using GuardedMemory query = new(attention.Query.Span), key = new(attention.Key.Span), value = new(attention.Value.Span);
            AttentionInput input = attention.InputOf(query.Span, key.Span, value.Span);
            Attention.ForwardWith(kernel, input, context.Span, WorkerPool.Shared, weights.Span);
            Check.Close(expected, context.Span, ForwardTolerance, $"{tier} context of {attention}");
            Check.Close(expectedWeights, weights.Span, ForwardTolerance, $"{tier} probabilities of {attention}");

            float[] bare = new float[contextLength];
            Attention.ForwardWith(kernel, input, bare, WorkerPool.Serial, default);
            Check.SameBits(bare, context.Span, $"{tier} context without probabilities of {attention}");
        }
    }

    /// <summary>A sequence's bits are the same alone, in a batch and with any number of threads.</summary>
    public static void SequencesAreInvariant(KernelTier tier)
    {
        GemmKernel kernel = GemmKernel.For(tier);
        foreach (AttentionCase attention in Cases().Where(attention => attention.QueryPositions.Length == 0))
        {
            float[] whole = new float[attention.QueryTokens * attention.Hidden];
            Attention.ForwardWith(kernel, attention.Input, whole, WorkerPool.Serial, default);
            foreach (int threadCount in (int[])[1, 2, 7])
            {
                using WorkerPool pool = new(threadCount);
                for (int i = 0; i + 1 < attention.QueryOffsets.Length; i++)
                {
                    int firstQuery = attention.QueryOffsets[i], queryCount = attention.QueryOffsets[i + 1] - firstQuery;
                    int firstKey = attention.KeyOffsets[i], keyCount = attention.KeyOffsets[i + 1] - firstKey;
                    float[] alone = new float[queryCount * attention.Hidden];
                    AttentionInput input = attention.InputOf(
                        From(attention.Query, firstQuery * attention.Stride),
                        From(attention.Key, firstKey * attention.Stride),
                        From(attention.Value, firstKey * attention.Stride));
                    Attention.ForwardWith(kernel, Single(input, queryCount, keyCount), alone, pool, default);
                    Check.SameBits(
                        whole.AsSpan(firstQuery * attention.Hidden, alone.Length), alone, $"{tier}, {threadCount} threads, sequence {i} of {attention}");
                }
            }
        }
    }

    /// <summary>Gradients against the reference, between guard pages; what lies beside the heads of a fused row stays as it was.</summary>
    public static void BackwardEqualsReference(KernelTier tier)
    {
        GemmKernel kernel = GemmKernel.For(tier);
        Random random = new(6);
        foreach (AttentionCase attention in Cases().Where(attention => attention.QueryTokens < 500))
        {
            float[] weights = new float[Attention.ProbabilityCount(attention.Input)];
            float[] context = new float[attention.QueryTokens * attention.Hidden], dContext = Check.Numbers(random, context.Length);
            AttentionReference.Forward(attention.Input, context, weights);

            float[] query = Untouched(attention.Query), key = Untouched(attention.Key), value = Untouched(attention.Value);
            float[] bias = new float[attention.RelativeBias.Length];
            AttentionGradients expected = new() { Query = query, Key = key, Value = value, RelativeBias = bias };
            AttentionReference.Backward(attention.Input, weights, dContext, expected);
            foreach (bool wantsBias in (bool[])[true, false])
            {
                using GuardedMemory dQuery = new(Untouched(attention.Query)), dKey = new(Untouched(attention.Key)), dValue = new(Untouched(attention.Value));
                using GuardedMemory dBias = new(wantsBias ? bias.Length : 0), guardedWeights = new(weights), guardedContext = new(dContext);
                AttentionGradients actual = new() { Query = dQuery.Span, Key = dKey.Span, Value = dValue.Span, RelativeBias = dBias.Span };
                Attention.BackwardWith(kernel, attention.Input, guardedWeights.Span, guardedContext.Span, actual, WorkerPool.Shared);
                Check.Close(query, dQuery.Span, BackwardTolerance, $"{tier} dQ of {attention}");
                Check.Close(key, dKey.Span, BackwardTolerance, $"{tier} dK of {attention}");
                Check.Close(value, dValue.Span, BackwardTolerance, $"{tier} dV of {attention}");
                if (wantsBias)
                {
                    Check.Close(bias, dBias.Span, 3 * BackwardTolerance, $"{tier} dBias of {attention}");
                }
            }
        }
    }

    private static AttentionInput Single(in AttentionInput input, int queryCount, int keyCount) => new()
    {
        Query = input.Query,
        Key = input.Key,
        Value = input.Value,
        QueryStride = input.QueryStride,
        KeyStride = input.KeyStride,
        ValueStride = input.ValueStride,
        QueryOffsets = new int[] { 0, queryCount },
        KeyOffsets = new int[] { 0, keyCount },
        HeadCount = input.HeadCount,
        HeadSize = input.HeadSize,
        Scale = input.Scale,
        Causal = input.Causal,
        RelativeBias = input.RelativeBias,
    };

    private static Span<float> From(Memory<float> rows, int start) => rows.Span[Math.Min(start, rows.Length)..];

    /// <summary>Memory as long as the operand, with a mark that must remain wherever no gradient belongs.</summary>
    private static float[] Untouched(Memory<float> operand)
    {
        float[] marked = new float[operand.Length];
        marked.AsSpan().Fill(77);
        return marked;
    }
}
