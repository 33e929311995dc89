using Akin.Tokenizers.Models;

namespace Akin.Tokenizers.Training;

/// <summary>
/// Learns Unigram (Kudo, 2018) as the reference does: starts from everything that is there more than once, fits the scores by expectation
/// and maximization, and drops the pieces that can be spared most easily, until there are few enough.
/// </summary>
public sealed class UnigramTrainer : Trainer
{
    private const string TrainingUnknown = "<UNK>"; // the first piece while training, whatever the unknown token is called
    private const double LeastExpected = 0.5; // a piece that is expected less often is dropped
    private const double LetterStep = 0.0001; // between the scores of letters that were dropped and come back
    private const int ChunkCount = 8; // fixed, so that sums of floating-point numbers do not depend on the machine

    /// <summary>Makes a trainer with a vocabulary of 8,000.</summary>
    public UnigramTrainer() => VocabularySize = 8000;

    /// <summary>What stands for characters that are not in the vocabulary; put in front of the special tokens when it is not one of them. Default null: none.</summary>
    public string? UnknownToken { get; init; }

    /// <summary>Characters to keep even when they are not in the corpus. Default none.</summary>
    public string InitialAlphabet { get; init; } = string.Empty;

    /// <summary>The longest piece, in code points. Default 16.</summary>
    public int MaximumPieceLength { get; init; } = 16;

    /// <summary>The share of the pieces that is kept each time some are dropped. Default 0.75.</summary>
    public double ShrinkingFactor { get; init; } = 0.75;

    /// <summary>How often the scores are fitted before pieces are dropped again. Default 2.</summary>
    public int SubIterationCount { get; init; } = 2;

    /// <summary>How many pieces to start from at most. Default 1,000,000.</summary>
    public int SeedSize { get; init; } = 1_000_000;

    /// <summary>1.1 times the vocabulary: the dropping stops there, and the last choice is made by score.</summary>
    private int DesiredSize => (int)(VocabularySize * 11L / 10);

    /// <inheritdoc/>
    public override Model Train(WordCounts words, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (ShrinkingFactor is not (> 0 and < 1))
            throw new TokenizerException($"the shrinking factor must be between 0 and 1, without these; found {ShrinkingFactor}");
        KeyValuePair<string, long>[] entries = words.InOrder();
        string[] letters = [.. entries.SelectMany(static entry => entry.Key.EnumerateRunes()).Concat(InitialAlphabet.EnumerateRunes()).ToHashSet()
            .Select(static rune => rune.ToString()).Order(CodePointOrder.Instance)];
        if (letters.Length > VocabularySize)
            throw new TokenizerException($"a vocabulary of {VocabularySize} is not large enough to contain all {letters.Length} characters of the corpus");

        progress?.Report(new TrainingProgress("finding repeated parts", 0, entries.Length));
        List<(string Piece, double Score)> seeds = UnigramSeeds.Find(entries, MaximumPieceLength, SeedSize, cancellationToken);
        PieceTable pieces = new(
            [TrainingUnknown, .. seeds.Select(static seed => seed.Piece)],
            [double.NaN, .. seeds.Select(static seed => seed.Score)]);
        int rounds = Math.Max((int)((Math.Log(DesiredSize) - Math.Log(pieces.Count)) / Math.Log(ShrinkingFactor)) + 1, 1);
        for (int round = 0; ; round++)
        {
            progress?.Report(new TrainingProgress("fitting scores", Math.Min(round, rounds), rounds));
            for (int i = 0; i < SubIterationCount; i++)
                pieces = Maximize(pieces, Expect(pieces, entries, cancellationToken));
            if (pieces.Count <= DesiredSize)
                break;
            pieces = Prune(pieces, entries, cancellationToken);
        }
        progress?.Report(new TrainingProgress("fitting scores", rounds, rounds));
        return Finish(pieces, letters);
    }

    /// <summary>The expectation: how often each piece is there, over all ways to cover the words.</summary>
    private static double[] Expect(PieceTable pieces, KeyValuePair<string, long>[] words, CancellationToken cancellationToken)
    {
        double[][] expected = InChunks(words, chunk =>
        {
            UnigramLattice lattice = new(pieces.Trie, pieces.LowestScore);
            double[] sums = new double[pieces.Count];
            for (int i = chunk.Start; i < chunk.End; i++)
            {
                if ((i & 0xFFF) == 0)
                    cancellationToken.ThrowIfCancellationRequested();
                lattice.Set(words[i].Key);
                lattice.AddExpected(words[i].Value, sums);
            }
            return sums;
        }, cancellationToken);
        for (int chunk = 1; chunk < expected.Length; chunk++)
        {
            for (int id = 0; id < pieces.Count; id++)
                expected[0][id] += expected[chunk][id];
        }
        return expected[0];
    }

    /// <summary>The maximization: scores from the expected counts, with the digamma function in place of the logarithm, which favours fewer pieces.</summary>
    private static PieceTable Maximize(PieceTable pieces, double[] expected)
    {
        List<string> kept = [TrainingUnknown];
        List<double> scores = [double.NaN];
        double sum = 0;
        for (int id = 1; id < pieces.Count; id++)
        {
            if (expected[id] < LeastExpected)
                continue;
            kept.Add(pieces.Texts[id]);
            scores.Add(expected[id]);
            sum += expected[id];
        }
        double logarithmOfSum = Digamma(sum);
        return new PieceTable([.. kept], [.. scores.Select(count => Digamma(count) - logarithmOfSum)]);
    }

    /// <summary>Drops the pieces whose loss would make the corpus least unlikely, when each is replaced by the second best way to cover it.</summary>
    private PieceTable Prune(PieceTable pieces, KeyValuePair<string, long>[] words, CancellationToken cancellationToken)
    {
        (bool[] keep, int[]?[] alternatives) = FindAlternatives(pieces, cancellationToken);
        double[][] chunks = InChunks(words, chunk =>
        {
            UnigramLattice lattice = new(pieces.Trie, pieces.LowestScore);
            double[] found = new double[pieces.Count];
            List<int> path = [];
            for (int i = chunk.Start; i < chunk.End; i++)
            {
                if ((i & 0xFFF) == 0)
                    cancellationToken.ThrowIfCancellationRequested();
                lattice.Set(words[i].Key);
                lattice.FindBest(path);
                foreach (int id in path)
                    found[id] += words[i].Value;
            }
            return found;
        }, cancellationToken);
        double[] frequencies = new double[pieces.Count];
        foreach (double[] part in chunks)
        {
            for (int id = 0; id < frequencies.Length; id++)
                frequencies[id] += part[id];
        }
        double sum = frequencies.Sum(), logarithmOfSum = Math.Log(sum), allWords = words.Sum(static entry => (double)entry.Value);
        List<int> kept = [0];
        List<(int Id, double Loss)> candidates = [];
        for (int id = 1; id < pieces.Count; id++)
        {
            double frequency = frequencies[id];
            if (frequency == 0 && !keep[id])
                continue;
            if (alternatives[id] is not { Length: > 0 } alternative)
            {
                kept.Add(id);
                continue;
            }
            if (frequency == 0)
                continue;
            // The number of pieces, not that of the alternatives of this one: what the reference and SentencePiece compute.
            double logarithmOfSumWithout = Math.Log(sum + (frequency * (pieces.Count - 1))), without = 0;
            foreach (int other in alternative)
                without += Math.Log(frequencies[other] + frequency) - logarithmOfSumWithout;
            candidates.Add((id, frequency / allWords * (Math.Log(frequency) - logarithmOfSum - without)));
        }
        int size = Math.Max(DesiredSize, (int)(pieces.Count * ShrinkingFactor));
        kept.AddRange(candidates.OrderByDescending(static candidate => candidate.Loss).Select(static candidate => candidate.Id).Take(Math.Max(size - kept.Count, 0)));
        return new PieceTable([.. kept.Select(id => pieces.Texts[id])], [.. kept.Select(id => pieces.Scores[id])]);
    }

    /// <summary>For every piece whether it is the best way to cover its own text, and if so the second best way.</summary>
    private static (bool[] Keep, int[]?[] Alternatives) FindAlternatives(PieceTable pieces, CancellationToken cancellationToken)
    {
        bool[] keep = new bool[pieces.Count];
        int[]?[] alternatives = new int[]?[pieces.Count];
        InChunks(pieces.Texts, chunk =>
        {
            UnigramLattice lattice = new(pieces.Trie, pieces.LowestScore);
            List<int> path = [];
            for (int id = Math.Max(chunk.Start, 1); id < chunk.End; id++)
            {
                string text = pieces.Texts[id];
                keep[id] = true;
                if (Unicode.Utf16.CountCodePoints(text) == 1)
                    continue;
                lattice.Set(text);
                double second = lattice.FindBest(path, withoutWhole: true);
                keep[id] = pieces.Scores[id] >= second;
                if (keep[id])
                    alternatives[id] = [.. path];
            }
            return true;
        }, cancellationToken);
        return (keep, alternatives);
    }

    /// <summary>Puts the vocabulary together: special tokens, all letters, and the best pieces; by score.</summary>
    private Unigram Finish(PieceTable pieces, string[] letters)
    {
        Dictionary<string, double> scores = new(StringComparer.Ordinal);
        for (int id = 1; id < pieces.Count; id++)
            scores[pieces.Texts[id]] = pieces.Scores[id];
        List<(string Piece, double Score)> chosen = [];
        HashSet<string> inserted = new(StringComparer.Ordinal) { TrainingUnknown };
        double penalty = 0;
        foreach (string letter in letters)
        {
            inserted.Add(letter);
            if (scores.TryGetValue(letter, out double score))
            {
                chosen.Add((letter, score));
                continue;
            }
            chosen.Add((letter, pieces.LowestScore + penalty));
            penalty += LetterStep;
        }
        List<(string Piece, double Score)> special = [.. SpecialTokens.Select(static token => (token.Content, 0.0))];
        int? unknownId = UnknownToken is null ? null : special.FindIndex(token => token.Piece == UnknownToken);
        if (unknownId == -1)
        {
            special.Insert(0, (UnknownToken!, 0));
            unknownId = 0;
        }
        int room = VocabularySize - special.Count;
        for (int id = 1; id < pieces.Count; id++)
        {
            if (!inserted.Add(pieces.Texts[id]))
                continue;
            chosen.Add((pieces.Texts[id], pieces.Scores[id]));
            if (chosen.Count == room)
                break;
        }
        HashSet<string> names = [.. special.Select(static token => token.Piece)];
        return new Unigram([.. special, .. chosen.Where(piece => !names.Contains(piece.Piece)).OrderByDescending(static piece => piece.Score)], unknownId);
    }

    /// <summary>Cuts work into parts for all processors and gives their results in order.</summary>
    private static TResult[] InChunks<TItem, TResult>(TItem[] items, Func<(int Start, int End), TResult> work, CancellationToken cancellationToken)
    {
        TResult[] results = new TResult[ChunkCount];
        try
        {
            Parallel.For(0, ChunkCount, new ParallelOptions { CancellationToken = cancellationToken }, chunk =>
                results[chunk] = work(((int)((long)items.Length * chunk / ChunkCount), (int)((long)items.Length * (chunk + 1) / ChunkCount))));
        }
        catch (AggregateException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
        return results;
    }

    /// <summary>The derivative of the logarithm of the gamma function, by its asymptotic series.</summary>
    private static double Digamma(double x)
    {
        double result = 0;
        for (; x < 7; x++)
            result -= 1 / x;
        x -= 0.5;
        double inverse = 1 / x, square = inverse * inverse, fourth = square * square;
        return result + Math.Log(x) + (1.0 / 24 * square) - (7.0 / 960 * fourth) + (31.0 / 8064 * fourth * square) - (127.0 / 30720 * fourth * fourth);
    }

    /// <summary>The pieces so far; the first stands for unknown characters and has no score.</summary>
    private sealed class PieceTable
    {
        public PieceTable(string[] texts, double[] scores)
        {
            (Texts, Scores) = (texts, scores);
            LowestScore = scores.Skip(1).DefaultIfEmpty().Min();
            Trie = new DoubleArray(texts, scores);
        }

        public string[] Texts { get; }

        public double[] Scores { get; }

        public double LowestScore { get; }

        public DoubleArray Trie { get; }

        public int Count => Texts.Length;
    }
}
