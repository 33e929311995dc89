using Akin.Tokenizers.Models;

namespace Akin.Tokenizers.SentencePiece;

/// <summary>
/// The cut with the highest sum of scores (Kudo, 2018), found from left to right (Viterbi, 1967), with the rounding of SentencePiece 0.2.3. User-defined
/// pieces are cut out first, and what lies between them is a text of its own.
/// </summary>
internal sealed class UnigramSegmenter : ISentencePieceSegmenter
{
    private const float UnknownPenalty = 10; // below the lowest score; the constant of SentencePiece

    private readonly PieceTrie trie = new();
    private readonly float[] scores;
    private readonly int unknownId;
    private readonly float unknownScore;
    private readonly PieceTrie userDefined = new();
    private readonly bool hasUserDefined;
    private readonly ScratchPool<Paths> scratches = new(static () => new Paths());

    public UnigramSegmenter(SentencePieceFile file)
    {
        scores = [.. file.Pieces.Select(static piece => piece.Score)];
        unknownId = file.UnknownId;
        float lowest = float.MaxValue;
        for (int id = 0; id < scores.Length; id++)
        {
            (string text, float score, SentencePieceType type) = file.Pieces[id];
            if (type == SentencePieceType.UserDefined)
                hasUserDefined = userDefined.TryAdd(text, id);
            if (type != SentencePieceType.Normal)
                continue;
            lowest = Math.Min(lowest, score);
            if (!trie.TryAdd(text, id))
                throw file.Wrong("pieces", "the pieces have too many different characters: at most 16,777,215 are supported");
        }
        unknownScore = lowest - UnknownPenalty;
    }

    public void Cut(ReadOnlySpan<char> text, List<Segment> segments)
    {
        Paths paths = scratches.Rent();
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
        scratches.Return(paths);
    }

    private void Cut(ReadOnlySpan<char> text, Paths paths, List<Segment> segments)
    {
        float score = 0;
        while (!text.IsEmpty)
        {
            int length = FindPaths(text, ref score, paths);
            paths.Trace(length, segments);
            text = text[length..];
        }
    }

    /// <summary>Finds the best path to the next place that every path goes through: what follows does not change it any more.</summary>
    private int FindPaths(ReadOnlySpan<char> text, ref float score, Paths paths)
    {
        paths.Start(score);
        int at = 0, reached = 0;
        do
        {
            int size = char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
            float here = paths.ScoreAt(at);
            bool hasCharacter = false;
            int node = PieceTrie.Root;
            for (int end = at; end < text.Length;)
            {
                node = trie.Step(node, text[end++]);
                if (node == PieceTrie.None)
                    break;
                int id = trie.Value(node);
                if (id == PieceTrie.None)
                    continue;
                paths.Offer(at, end, id, here + scores[id]);
                hasCharacter |= end - at == size;
                reached = Math.Max(reached, end);
            }
            if (!hasCharacter)
            {
                paths.Offer(at, at + size, unknownId, here + unknownScore);
                reached = Math.Max(reached, at + size);
            }
            at += size;
        }
        while (at < reached);
        score = paths.ScoreAt(at);
        return at;
    }

    /// <summary>For every place the best path that ends there. Scores are rounded to 32 bits: ties depend on it.</summary>
    private sealed class Paths
    {
        private Ending[] endings = new Ending[256];
        private int[] places = new int[64];
        private int known;

        public void Start(float score)
        {
            endings[0] = new Ending { Score = score };
            known = 1;
        }

        public float ScoreAt(int place) => endings[place].Score;

        public void Offer(int start, int end, int id, float score)
        {
            if (end >= known)
                MakeRoom(end);
            ref Ending ending = ref endings[end];
            if (ending.Start < 0 || score > ending.Score)
                ending = new Ending { Score = score, Start = start, Id = id };
        }

        public void Trace(int end, List<Segment> segments)
        {
            int count = 0;
            for (int place = end; place > 0; place = endings[place].Start)
            {
                if (count == places.Length)
                    Array.Resize(ref places, count * 2);
                places[count++] = place;
            }
            while (count-- > 0)
                segments.Add(new Segment(endings[places[count]].Id, places[count] - endings[places[count]].Start));
        }

        private void MakeRoom(int end)
        {
            if (end >= endings.Length)
                Array.Resize(ref endings, Math.Max(endings.Length * 2, end + 1));
            while (known <= end)
                endings[known++] = new Ending { Start = -1 };
        }

        private struct Ending
        {
            public float Score;
            public int Start;
            public int Id;
        }
    }
}
