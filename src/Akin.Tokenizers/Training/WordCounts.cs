using System.Runtime.InteropServices;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.PreTokenizers;
using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Training;

/// <summary>The words of a corpus and how often each is there: all that a trainer needs to know of it.</summary>
public sealed class WordCounts
{
    private const int BatchCharacters = 1 << 16; // texts that a thread takes at once

    private readonly Dictionary<string, long> counts;

    private WordCounts(Dictionary<string, long> counts) => this.counts = counts;

    /// <summary>Takes counts as they are.</summary>
    /// <param name="counts">The words, each once, and how often it is there.</param>
    public WordCounts(IEnumerable<KeyValuePair<string, long>> counts)
        : this(new Dictionary<string, long>(counts, StringComparer.Ordinal))
    {
    }

    /// <summary>The words and how often each is there, in no order.</summary>
    public IReadOnlyDictionary<string, long> Words => counts;

    /// <summary>The words in an order that does not depend on how they were counted.</summary>
    internal KeyValuePair<string, long>[] InOrder()
    {
        string[] words = [.. counts.Keys];
        Array.Sort(words, StringComparer.Ordinal);
        return [.. words.Select(word => KeyValuePair.Create(word, counts[word]))];
    }

    /// <summary>Counts the pieces of texts, on all processors.</summary>
    /// <param name="texts">The texts; read once, by one thread at a time.</param>
    /// <param name="normalizer">Rewrites every text first, or null.</param>
    /// <param name="preTokenizer">Cuts a text into words, or null to take texts whole.</param>
    /// <param name="progress">Told now and then how many texts are done.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static WordCounts Count(
        IEnumerable<string> texts,
        Normalizer? normalizer = null,
        PreTokenizer? preTokenizer = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        using IEnumerator<string> source = texts.GetEnumerator();
        long done = 0;
        Dictionary<string, long> all = new(StringComparer.Ordinal);

        void Work()
        {
            Dictionary<string, long> own = new(StringComparer.Ordinal);
            PreTokenizedText pieces = new();
            List<string> batch = [];
            while (true)
            {
                lock (source)
                {
                    batch.Clear();
                    for (int characters = 0; characters < BatchCharacters && source.MoveNext();)
                    {
                        batch.Add(source.Current);
                        characters += source.Current.Length + 1;
                    }
                }
                cancellationToken.ThrowIfCancellationRequested();
                if (batch.Count == 0)
                    break;
                foreach (string text in batch)
                    CountPieces(text, normalizer, preTokenizer, pieces, own);
                progress?.Report(new TrainingProgress("counting words", Interlocked.Add(ref done, batch.Count), null));
            }
            lock (all)
            {
                foreach ((string word, long count) in own)
                    CollectionsMarshal.GetValueRefOrAddDefault(all, word, out _) += count;
            }
        }

        try
        {
            Parallel.Invoke(new ParallelOptions { CancellationToken = cancellationToken }, [.. Enumerable.Repeat(Work, Environment.ProcessorCount)]);
        }
        catch (AggregateException problems)
        {
            cancellationToken.ThrowIfCancellationRequested();
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(problems.InnerExceptions[0]);
        }
        return new WordCounts(all);
    }

    private static void CountPieces(string text, Normalizer? normalizer, PreTokenizer? preTokenizer, PreTokenizedText pieces, Dictionary<string, long> counts)
    {
        pieces.Clear(tracksOrigins: false);
        NormalizedText whole = pieces.AddText(Utf16.WellFormed(text), 0);
        normalizer?.Normalize(whole);
        pieces.Add(new TextPiece(whole, 0, whole.Length));
        preTokenizer?.PreTokenize(pieces);
        Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> bySpan = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (TextPiece piece in pieces.Pieces)
            CollectionsMarshal.GetValueRefOrAddDefault(bySpan, piece.Text, out _)++;
    }
}
