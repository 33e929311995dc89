using System.Numerics;

namespace Akin.Tokenizers.Models;

/// <summary>
/// A trie over UTF-16 units as a double array (Aoe, 1989): the child of a node by a character lies at the node's base plus the character's
/// code, and names the node as its parent, so that a step is one addition and one read of sixteen bytes.
/// </summary>
/// <remarks>Characters get codes by how often they are used, so that the small array is densely filled.</remarks>
internal sealed class DoubleArray
{
    /// <summary>The node of the empty text.</summary>
    public const int Root = 0;

    private const int None = -1;
    private const int ManyTries = 24; // after that many the part of the array is too full for nodes with several children
    private const int MostTries = 2000; // before the children go to the end of the array

    private readonly ushort[] codes = new ushort[char.MaxValue + 1]; // 0 for characters that no piece has
    private Node[] nodes = new Node[1024];
    private int[] ids = new int[1024];
    private ulong[] used = new ulong[1024 / 64];
    private int end = 1; // one past the last node in use
    private int firstFree = 1; // all nodes before are in use
    private int lowestTry = 1; // where the children of a node with several may lie

    /// <summary>Builds the trie.</summary>
    /// <param name="pieces">The pieces by id; those that are null or empty are left out.</param>
    /// <param name="scores">The score of each piece.</param>
    public DoubleArray(ReadOnlySpan<string?> pieces, ReadOnlySpan<double> scores)
    {
        int codeCount = GiveCodes(pieces);
        int[] order = new int[pieces.Length];
        int count = 0;
        for (int id = 0; id < pieces.Length; id++)
        {
            if (!string.IsNullOrEmpty(pieces[id]))
                order[count++] = id;
        }
        Use(Root);
        nodes[Root] = new Node { Parent = None, Score = double.NaN };
        new Builder(this, pieces, scores, order, codeCount).Build(count);
        Array.Resize(ref nodes, end + codeCount); // a step from any node stays inside
        for (int i = 0; i < nodes.Length; i++)
        {
            if (i >= end || !IsUsed(i))
                nodes[i] = new Node { Parent = None, Score = double.NaN };
        }
        Array.Resize(ref ids, end);
        used = [];
    }

    /// <summary>The code of every character; a place outside is not possible.</summary>
    public ushort[] Codes => codes;

    /// <summary>The nodes. <see cref="Node.Base"/> plus a code is always inside.</summary>
    public Node[] Nodes => nodes;

    /// <summary>The piece that ends at a node whose score is a number.</summary>
    public int IdAt(int node) => ids[node];

    /// <summary>The longest piece, in UTF-16 units.</summary>
    public int LongestPiece { get; private set; }

    private int GiveCodes(ReadOnlySpan<string?> pieces)
    {
        int[] counts = new int[char.MaxValue + 1];
        foreach (string? piece in pieces)
        {
            if (piece is null)
                continue;
            LongestPiece = Math.Max(LongestPiece, piece.Length);
            foreach (char unit in piece)
                counts[unit]++;
        }
        int[] units = [.. Enumerable.Range(0, counts.Length).Where(unit => counts[unit] > 0)];
        int[] keys = [.. units.Select(unit => -counts[unit])];
        Array.Sort(keys, units);
        for (int i = 0; i < units.Length; i++)
            codes[units[i]] = (ushort)(i + 1);
        return units.Length + 1;
    }

    private bool IsUsed(int place) => place < used.Length * 64 && (used[place >> 6] & (1UL << (place & 63))) != 0;

    private void Use(int place)
    {
        if (place >= nodes.Length)
        {
            int size = Math.Max(nodes.Length * 2, (place + 64) & ~63);
            Array.Resize(ref nodes, size);
            Array.Resize(ref ids, size);
            Array.Resize(ref used, size / 64);
        }
        used[place >> 6] |= 1UL << (place & 63);
        end = Math.Max(end, place + 1);
    }

    private int NextFree(int from)
    {
        for (int word = from >> 6; word < used.Length; word++)
        {
            ulong free = ~used[word];
            if (word == from >> 6)
                free &= ulong.MaxValue << (from & 63);
            if (free != 0)
                return (word << 6) + BitOperations.TrailingZeroCount(free);
        }
        return Math.Max(from, used.Length * 64);
    }

    /// <summary>Finds a base where all children of a node have room, and takes the room.</summary>
    private int Place(ReadOnlySpan<int> children, int parent)
    {
        if (children.Length == 1)
            return PlaceOne(children[0], parent);
        int first = children[0], at = NextFree(Math.Max(lowestTry, first));
        for (int tries = 0; !Fits(children, at - first); tries++)
        {
            if (tries == ManyTries)
                lowestTry = at;
            at = NextFree(tries < MostTries ? at + 1 : Math.Max(end, first));
        }
        int result = at - first;
        foreach (int code in children)
        {
            Use(result + code);
            nodes[result + code] = new Node { Parent = parent, Score = double.NaN };
        }
        nodes[parent].Base = result;
        return result;
    }

    /// <summary>The same for an only child, which fills the first hole.</summary>
    private int PlaceOne(int code, int parent)
    {
        firstFree = NextFree(firstFree);
        int at = NextFree(Math.Max(firstFree, code));
        Use(at);
        nodes[at] = new Node { Parent = parent, Score = double.NaN };
        nodes[parent].Base = at - code;
        return at - code;
    }

    private bool Fits(ReadOnlySpan<int> children, int at)
    {
        foreach (int code in children)
        {
            if (IsUsed(at + code))
                return false;
        }
        return true;
    }

    /// <summary>A node of the trie.</summary>
    public struct Node
    {
        /// <summary>Where the children lie: plus the code of their character.</summary>
        public int Base;

        /// <summary>The node that this is a child of, or -1.</summary>
        public int Parent;

        /// <summary>The score of the piece that ends here, or not a number.</summary>
        public double Score;
    }

    /// <summary>Sorts the pieces by character after character, group by group, and places the nodes of each group as it goes.</summary>
    private readonly ref struct Builder(DoubleArray trie, ReadOnlySpan<string?> pieces, ReadOnlySpan<double> scores, int[] order, int codeCount)
    {
        private readonly ReadOnlySpan<string?> pieces = pieces;
        private readonly ReadOnlySpan<double> scores = scores;
        private readonly int[] counts = new int[codeCount];
        private readonly int[] keys = new int[order.Length];
        private readonly int[] sorted = new int[order.Length];

        public void Build(int count)
        {
            Stack<(int Node, int From, int To, int Depth)> groups = new();
            List<int> children = [];
            groups.Push((Root, 0, count, 0));
            while (groups.TryPop(out (int Node, int From, int To, int Depth) group))
            {
                (int node, int from, int to, int depth) = group;
                if (to - from == 1)
                {
                    BuildTail(node, order[from], depth);
                    continue;
                }
                // A piece that ends at this node comes first, and is done.
                for (int i = from; i < to; i++)
                {
                    int id = order[i];
                    if (pieces[id]!.Length != depth)
                        continue;
                    trie.nodes[node].Score = scores[id];
                    trie.ids[node] = id;
                    order[i] = order[from];
                    order[from++] = id;
                }
                if (from == to)
                    continue;
                Sort(from, to, depth);
                children.Clear();
                for (int i = from; i < to; i++)
                {
                    if (i == from || keys[i] != keys[i - 1])
                        children.Add(keys[i]);
                }
                int start = trie.Place(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(children), node);
                for (int i = from; i < to;)
                {
                    int groupStart = i, code = keys[i];
                    while (i < to && keys[i] == code)
                        i++;
                    groups.Push((start + code, groupStart, i, depth + 1));
                }
            }
        }

        /// <summary>What is left of a piece that no other shares.</summary>
        private void BuildTail(int node, int id, int depth)
        {
            string piece = pieces[id]!;
            for (; depth < piece.Length; depth++)
            {
                int code = trie.codes[piece[depth]];
                node = trie.PlaceOne(code, node) + code;
            }
            trie.nodes[node].Score = scores[id];
            trie.ids[node] = id;
        }

        /// <summary>Sorts a group by the codes of the characters at a depth, which are then in <see cref="keys"/>.</summary>
        private void Sort(int from, int to, int depth)
        {
            for (int i = from; i < to; i++)
                keys[i] = trie.codes[pieces[order[i]]![depth]];
            if (to - from > counts.Length / 4 + 64)
            {
                SortByCounting(from, to);
                return;
            }
            if (to - from > 32)
            {
                Array.Sort(keys, order, from, to - from);
                return;
            }
            for (int i = from + 1; i < to; i++)
            {
                int key = keys[i], id = order[i], at = i;
                for (; at > from && keys[at - 1] > key; at--)
                    (keys[at], order[at]) = (keys[at - 1], order[at - 1]);
                (keys[at], order[at]) = (key, id);
            }
        }

        private void SortByCounting(int from, int to)
        {
            Array.Clear(counts);
            for (int i = from; i < to; i++)
                counts[keys[i]]++;
            int at = from;
            for (int code = 0; code < counts.Length; code++)
                (counts[code], at) = (at, at + counts[code]);
            for (int i = from; i < to; i++)
                sorted[counts[keys[i]]++] = order[i];
            Array.Copy(sorted, from, order, from, to - from);
            at = from;
            for (int code = 0; code < counts.Length; code++)
            {
                for (; at < counts[code]; at++)
                    keys[at] = code;
            }
        }
    }
}
