using Akin.Tokenizers.Models;

namespace Akin.Tokenizers.SentencePiece;

/// <summary>
/// The cut with the highest sum of scores (Kudo, 2018), found from left to right (Viterbi, 1967), with the rounding of SentencePiece 0.2.3. User-defined
/// pieces are cut out first, and what lies between them is a text of its own.
/// </summary>
internal sealed class UnigramSegmenter : ISentencePieceSegmenter
{
    private const float UnknownPenalty = 10; // below the lowest score; the constant of SentencePiece

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

    /// <summary>Scores are added in 32 bits.</summary>
    private readonly struct RoundedSum : IScoreSum
    {
        public static double Add(double score, double more) => (float)score + (float)more;
    }
}
