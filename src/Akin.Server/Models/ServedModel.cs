using System.Diagnostics;
using Akin.Kernels;
using Akin.Server.Batching;
using Akin.Tokenizers;

namespace Akin.Server.Models;

/// <summary>A loaded model under its name. Thread-safe; <see cref="Compute"/> is for the queue alone.</summary>
internal abstract class ServedModel(string name, string source)
{
    /// <summary>What requests call it.</summary>
    public string Name => name;

    /// <summary>The folder or hub name that it was loaded by.</summary>
    public string Source => source;

    public abstract ModelKind Kind { get; }

    public abstract Tokenizer Tokenizer { get; }

    /// <summary>The most tokens read of a text, special tokens included.</summary>
    public abstract int MaxSequenceLength { get; }

    public DateTimeOffset LoadedAt { get; } = DateTimeOffset.UtcNow;

    /// <summary>How fast it has proved to be.</summary>
    public ComputeSpeed Speed { get; } = new();

    /// <summary>Computes texts of one group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="texts">Its texts.</param>
    /// <param name="pool">The threads that compute.</param>
    /// <returns>The result of every text, in their order.</returns>
    public abstract float[][] Compute(int group, IReadOnlyList<TokenizedText> texts, WorkerPool pool);

    /// <summary>About how many tokens a text has: enough to decide whether there is room for it before it is tokenized.</summary>
    public long EstimateTokens(string text)
    {
        const int CharactersPerToken = 3, SpecialTokens = 2;
        return Math.Min(MaxSequenceLength, text.Length / CharactersPerToken + SpecialTokens);
    }

    /// <summary>Computes a few made-up texts, so that the first request finds everything compiled and the speed known.</summary>
    public void WarmUp()
    {
        const int TextCount = 16, Rounds = 3;
        int[] ids = [.. Enumerable.Range(0, Math.Min(32, MaxSequenceLength)).Select(i => i % Tokenizer.IdLimit)];
        for (int round = 0; round < Rounds; round++)
        {
            // Texts of the same tokens would be computed once.
            TokenizedText[] texts = [.. Enumerable.Range(0, TextCount).Select(i => new TokenizedText([.. ids[..^1], (round * TextCount + i) % Tokenizer.IdLimit]))];
            long start = Stopwatch.GetTimestamp();
            Compute(group: 0, texts, WorkerPool.Shared);
            if (round == Rounds - 1)
            {
                Speed.Add(texts.Sum(text => (long)text.Ids.Length), Stopwatch.GetElapsedTime(start));
            }
        }
    }
}
