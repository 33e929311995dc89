using Akin.Kernels;

namespace Akin.Models.Generation;

/// <summary>Keeps the tokens whose surprise is nearest to the expected one, until they reach a probability (Meister et al. 2022, https://arxiv.org/abs/2202.00666).</summary>
public sealed class TypicalLogitsWarper : LogitsProcessor
{
    private readonly float _mass;
    private readonly int _kept;

    /// <summary>Makes it.</summary>
    /// <param name="mass">The probability to reach, between 0 and 1.</param>
    /// <param name="minTokensToKeep">The fewest to keep. Default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its bounds.</exception>
    public TypicalLogitsWarper(float mass = 0.9f, int minTokensToKeep = 1)
    {
        ScoreFilter.Require(mass is > 0 and < 1, nameof(mass), mass, "between 0 and 1");
        ScoreFilter.Require(minTokensToKeep >= 1, nameof(minTokensToKeep), minTokensToKeep, "1 or more");
        (_mass, _kept) = (mass, minTokensToKeep);
    }

    /// <inheritdoc/>
    public override void Process(in GenerationStep step, Span<float> scores)
    {
        float[] probabilities = ScoreFilter.Probabilities(scores);
        float[] logs = new float[scores.Length];
        LogSoftmax.Rows(scores, 1, scores.Length, logs, WorkerPool.Serial);
        double entropy = 0;
        for (int token = 0; token < logs.Length; token++)
        {
            entropy -= probabilities[token] == 0 ? 0 : (double)logs[token] * probabilities[token];
        }

        float[] strangeness = Array.ConvertAll(logs, log => MathF.Abs(-log - (float)entropy));
        int[] order = ScoreFilter.Ascending(strangeness);
        int last = 0;
        double sum = 0;
        while (last < order.Length - 1 && (float)(sum += probabilities[order[last]]) < _mass)
        {
            last++;
        }

        float bound = strangeness[order[last]];
        foreach (int token in order.AsSpan(Math.Min(_kept, order.Length)))
        {
            if (strangeness[token] > bound)
            {
                scores[token] = float.NegativeInfinity;
            }
        }
    }
}
