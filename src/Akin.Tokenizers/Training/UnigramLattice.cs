using Akin.Tokenizers.Models;

namespace Akin.Tokenizers.Training;

/// <summary>All ways to cover a word with pieces, and what follows from them: how often each piece is expected, and the best way. Not for several threads.</summary>
internal sealed class UnigramLattice
{
    /// <summary>The id of the piece that stands for a character that no piece is.</summary>
    public const int Unknown = 0;

    private const double UnknownPenalty = 10;
    private const double Negligible = 50; // of two logarithms so far apart the smaller adds nothing

    private readonly DoubleArray trie;
    private readonly double unknownScore;

    // The edges in the order of their starts; those from place p are firstEdge[p] up to firstEdge[p + 1].
    private readonly List<Edge> edges = [];
    private int[] firstEdge = [];
    private double[] forward = [];
    private double[] backward = [];
    private int[] best = []; // by place: the edge of the best path that ends there, or -1
    private int length;

    /// <summary>Makes a lattice for a trie of pieces.</summary>
    /// <param name="trie">The pieces.</param>
    /// <param name="lowestScore">The lowest of their scores.</param>
    public UnigramLattice(DoubleArray trie, double lowestScore) => (this.trie, unknownScore) = (trie, lowestScore - UnknownPenalty);

    /// <summary>Finds all pieces in a word.</summary>
    public void Set(string word)
    {
        length = word.Length;
        if (firstEdge.Length < length + 2)
        {
            int size = Math.Max(length + 2, firstEdge.Length * 2);
            (firstEdge, forward, backward, best) = (new int[size], new double[size], new double[size], new int[size]);
        }
        edges.Clear();
        ushort[] codes = trie.Codes;
        DoubleArray.Node[] nodes = trie.Nodes;
        for (int at = 0; at < length;)
        {
            firstEdge[at] = edges.Count;
            int size = char.IsHighSurrogate(word[at]) && at + 1 < length ? 2 : 1;
            bool hasCharacter = false;
            for (int end = at, node = DoubleArray.Root; end < length;)
            {
                int child = nodes[node].Base + codes[word[end++]];
                if (nodes[child].Parent != node)
                    break;
                node = child;
                if (double.IsNaN(nodes[node].Score))
                    continue;
                edges.Add(new Edge(at, end, trie.IdAt(node), nodes[node].Score));
                hasCharacter |= end - at == size;
            }
            if (!hasCharacter)
                edges.Add(new Edge(at, at + size, Unknown, unknownScore));
            if (size == 2)
                firstEdge[at + 1] = edges.Count;
            at += size;
        }
        firstEdge[length] = edges.Count;
    }

    /// <summary>Adds how often each piece is expected in the word, over all ways and their probabilities, to the sums.</summary>
    /// <param name="frequency">How often the word is there.</param>
    /// <param name="expected">The sums by piece.</param>
    public void AddExpected(double frequency, double[] expected)
    {
        if (length == 0)
            return;
        forward.AsSpan(0, length + 1).Fill(double.NaN);
        forward[0] = 0;
        foreach (Edge edge in edges)
            forward[edge.End] = AddLogarithms(forward[edge.End], edge.Score + forward[edge.Start]);
        backward.AsSpan(0, length + 1).Fill(double.NaN);
        backward[length] = 0;
        for (int start = length - 1; start >= 0; start--)
        {
            for (int i = firstEdge[start]; i < firstEdge[start + 1]; i++)
                backward[start] = AddLogarithms(backward[start], edges[i].Score + backward[edges[i].End]);
        }
        double all = forward[length];
        foreach (Edge edge in edges)
            expected[edge.Id] += frequency * Math.Exp(forward[edge.Start] + edge.Score + backward[edge.End] - all);
    }

    /// <summary>The best way to cover the word.</summary>
    /// <param name="path">Receives the pieces.</param>
    /// <param name="withoutWhole">Whether the piece that is the whole word does not count.</param>
    /// <returns>The sum of their scores.</returns>
    public double FindBest(List<int> path, bool withoutWhole = false)
    {
        path.Clear();
        best.AsSpan(0, length + 1).Fill(-1);
        forward[0] = 0;
        for (int i = 0; i < edges.Count; i++)
        {
            Edge edge = edges[i];
            if (withoutWhole && edge.End - edge.Start == length)
                continue;
            double score = forward[edge.Start] + edge.Score;
            if (best[edge.End] < 0 || score > forward[edge.End])
                (best[edge.End], forward[edge.End]) = (i, score);
        }
        for (int place = length; place > 0; place = edges[best[place]].Start)
            path.Add(edges[best[place]].Id);
        path.Reverse();
        return forward[length];
    }

    /// <summary>The logarithm of the sum of two numbers that are given by their logarithms; the first is not a number when it is not there yet.</summary>
    private static double AddLogarithms(double x, double y)
    {
        if (double.IsNaN(x))
            return y;
        (double least, double most) = x > y ? (y, x) : (x, y);
        return most > least + Negligible ? most : most + Math.Log(Math.Exp(least - most) + 1);
    }

    private readonly record struct Edge(int Start, int End, int Id, double Score);
}
