using Akin.Tokenizers.Models;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.SentencePiece;

/// <summary>
/// The cut with the highest sum of scores (Kudo, 2018), found from left to right (Viterbi, 1967), with the rounding of SentencePiece 0.2.3. User-defined
/// pieces are cut out first, and what lies between them is a text of its own.
/// </summary>
internal sealed class UnigramSegmenter : ISentencePieceSegmenter
{
    private const float UnknownPenalty = 10; // below the lowest score; the constants of SentencePiece
    private const float UserDefinedBonus = 0.1f; // for each character but the first

    private readonly DoubleArray trie;
    private readonly int unknownId;
    private readonly float unknownScore;
    private readonly PieceTrie userDefined = new();
    private readonly bool hasUserDefined;
    private readonly ScratchPool<UnigramPaths> scratches = new(static () => new UnigramPaths());

    public UnigramSegmenter(SentencePieceFile file)
    {
        unknownId = file.UnknownId;
        float lowest = float.MaxValue;
        string?[] pieces = new string?[file.Pieces.Count];
        double[] scores = new double[file.Pieces.Count];
        for (int id = 0; id < scores.Length; id++)
        {
            (string text, float score, SentencePieceType type) = file.Pieces[id];
            if (type == SentencePieceType.UserDefined)
                hasUserDefined = userDefined.TryAdd(text, id);
            if (type != SentencePieceType.Normal)
                continue;
            lowest = Math.Min(lowest, score);
            (pieces[id], scores[id]) = (text, score);
        }
        trie = new DoubleArray(pieces, scores);
        unknownScore = lowest - UnknownPenalty;
    }

    public void Cut(ReadOnlySpan<char> text, List<Segment> segments)
    {
        UnigramPaths paths = scratches.Rent();
        int start = 0;
        for (int at = 0; hasUserDefined && at < text.Length;)
        {
            int length = userDefined.LongestMatch(text[at..], PieceTrie.Root, out int id);
            if (length > 0)
            {
                Cut(text[start..at], paths, segments);
                segments.Add(new Segment(id, length));
                start = at += length;
            }
            else
            {
                at++;
            }
        }
        Cut(text[start..], paths, segments);
        if (!paths.IsHuge)
            scratches.Return(paths);
    }

    private void Cut(ReadOnlySpan<char> text, UnigramPaths paths, List<Segment> segments)
    {
        double score = 0;
        while (!text.IsEmpty)
        {
            int length = paths.Find<RoundedSum>(trie, text, ref score, unknownScore, out _);
            paths.TurnAround(length);
            UnigramPaths.Ending[] endings = paths.WithRoomFor(0);
            for (int start = 0; start < length;)
            {
                int end = endings[start].Start, node = endings[end].Node;
                segments.Add(new Segment(node == UnigramPaths.Unknown ? unknownId : trie.IdAt(node), end - start));
                start = end;
            }
            paths.Clear(length);
            text = text[length..];
        }
    }

    /// <summary>The best cuts of a text, the best first: as many as asked for, or as there are.</summary>
    /// <remarks>
    /// For every place the best paths that end there (Viterbi with several survivors). As in the library a user-defined piece is one choice among others
    /// here, with a score that nearly always wins.
    /// </remarks>
    public IEnumerable<(List<Segment> Segments, float Score)> FindBest(ReadOnlySpan<char> text, int count)
    {
        List<Path>[] endings = new List<Path>[text.Length + 1];
        endings[0] = [default];
        for (int at = 0; at < text.Length; at++)
        {
            if (endings[at] is null || char.IsLowSurrogate(text[at]))
                continue;
            bool hasCharacter = false;
            int size = char.IsHighSurrogate(text[at]) ? 2 : 1;
            int node = DoubleArray.Root;
            for (int end = at; end < text.Length && (node = trie.Step(node, text[end])) >= 0; end++)
            {
                if (double.IsNaN(trie.Nodes[node].Score))
                    continue;
                Offer(endings, at, end + 1 - at, trie.IdAt(node), (float)trie.Nodes[node].Score, count);
                hasCharacter |= end + 1 - at == size;
            }
            node = PieceTrie.Root;
            for (int end = at; end < text.Length && (node = userDefined.Step(node, text[end])) != PieceTrie.None; end++)
            {
                if (userDefined.Value(node) is not (>= 0 and int id))
                    continue;
                Offer(endings, at, end + 1 - at, id, UserDefinedBonus * (Utf16.CountCodePoints(text[at..(end + 1)]) - 1), count);
                hasCharacter |= end + 1 - at == size;
            }
            if (!hasCharacter)
                Offer(endings, at, size, unknownId, unknownScore, count);
        }
        int length = text.Length;
        return [.. endings[length].Select(path => Trace(endings, path, length))];
    }

    private static void Offer(List<Path>[] endings, int start, int length, int id, float score, int count)
    {
        List<Path> paths = endings[start + length] ??= [];
        for (int rank = 0; rank < endings[start].Count; rank++)
        {
            Path path = new(endings[start][rank].Score + score, score, id, start, rank);
            int place = paths.Count;
            while (place > 0 && paths[place - 1].Score < path.Score)
                place--;
            if (place == count)
                return; // those that follow are worse
            paths.Insert(place, path);
            if (paths.Count > count)
                paths.RemoveAt(count);
        }
    }

    /// <summary>The parts of a path, and its score as the library rounds it: added up from the end in 32 bits.</summary>
    private static (List<Segment> Segments, float Score) Trace(List<Path>[] endings, Path path, int end)
    {
        List<Segment> segments = [];
        float score = 0;
        for (; end > 0; (end, path) = (path.Start, endings[path.Start][path.Rank]))
        {
            segments.Add(new Segment(path.Id, end - path.Start));
            score += path.PieceScore;
        }
        segments.Reverse();
        return (segments, score);
    }

    /// <summary>A path to a place: its last piece, and which of the paths to the place where that starts it goes on from.</summary>
    private readonly record struct Path(double Score, float PieceScore, int Id, int Start, int Rank);

    /// <summary>Scores are added in 32 bits.</summary>
    private readonly struct RoundedSum : IScoreSum
    {
        public static double Add(double score, double more) => (float)score + (float)more;
    }
}
