using System.Numerics;
using System.Runtime.InteropServices;

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
    private const int MostTries = 500; // before the children go to the end of the array

    private readonly ushort[] codes = new ushort[char.MaxValue + 1]; // 0 for characters that no piece has
    private Node[] nodes;
    private int[] ids;
    private ulong[] used;
    private int end = 1; // one past the last node in use
    private int firstFree = 1; // all nodes before are in use
    private int lowestTry = 1; // where the children of a node with several may lie

    /// <summary>Builds the trie.</summary>
    /// <param name="pieces">The pieces by id; those that are null or empty are left out.</param>
    /// <param name="scores">The score of each piece, a number for those that are to be found; empty for 0 everywhere.</param>
    public DoubleArray(ReadOnlySpan<string?> pieces, ReadOnlySpan<double> scores)
    {
        int room = ((pieces.Length * 2) + 1024) & ~63; // about what real vocabularies need
        (nodes, ids, used) = (new Node[room], new int[room], new ulong[room / 64]);
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

    /// <summary>The node after one more unit, or -1.</summary>
    public int Step(int node, char unit)
    {
        int child = nodes[node].Base + codes[unit];
        return nodes[child].Parent == node ? child : None;
    }

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
        int at = code <= firstFree ? firstFree : NextFree(code);
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

    /// <summary>
    /// Sorts the pieces by their codes, group by group, and places the nodes of each group as it goes. Four codes at a time are packed into a
    /// number, because looking into the pieces, which lie all over the memory, is what takes the time. (The framework's sort of two arrays is
    /// compiled anew at every start, and at first without optimisation.)
    /// </summary>
    private readonly ref struct Builder(DoubleArray trie, ReadOnlySpan<string?> pieces, ReadOnlySpan<double> scores, int[] order, int codeCount)
    {
        private const int CodesInKey = 4;
        private const int CodeBits = 16;
        private const int ManyToSort = 4096;

        private readonly ReadOnlySpan<string?> pieces = pieces;
        private readonly ReadOnlySpan<double> scores = scores;
        private readonly ulong[] keys = new ulong[order.Length];

        public void Build(int count)
        {
            Stack<(int Node, int From, int To, int Depth)> groups = new();
            List<int> children = [], starts = [];
            groups.Push((Root, 0, count, 0));
            while (groups.TryPop(out (int Node, int From, int To, int Depth) group))
            {
                (int node, int from, int to, int depth) = group;
                if (to - from == 1)
                {
                    BuildTail(node, order[from], depth);
                    continue;
                }
                if (depth % CodesInKey == 0)
                    Sort(from, to, depth);
                int shift = CodeBits * (CodesInKey - 1 - (depth % CodesInKey));
                while (from < to && (ushort)(keys[from] >> shift) == 0)
                    End(node, order[from++]); // the piece ends here
                if (from == to)
                    continue;
                children.Clear();
                starts.Clear();
                for (int i = from, last = 0; i < to; i++)
                {
                    int code = (ushort)(keys[i] >> shift);
                    if (code == last)
                        continue;
                    last = code;
                    children.Add(code);
                    starts.Add(i);
                }
                int place = trie.Place(CollectionsMarshal.AsSpan(children), node);
                for (int i = 0; i < children.Count; i++)
                    groups.Push((place + children[i], starts[i], i + 1 < starts.Count ? starts[i + 1] : to, depth + 1));
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
            End(node, id);
        }

        private void End(int node, int id)
        {
            trie.nodes[node].Score = scores.IsEmpty ? 0 : scores[id];
            trie.ids[node] = id;
        }

        /// <summary>Sorts a group by the next four codes from a depth on, which are then in <see cref="keys"/>; 0 is the end of a piece.</summary>
        private void Sort(int from, int to, int depth)
        {
            for (int i = from; i < to; i++)
                keys[i] = KeyOf(pieces[order[i]]!, depth);
            if (to - from > ManyToSort)
                SortByCodes(from, to);
            else
                SortByShells(from, to);
        }

        private ulong KeyOf(string piece, int depth)
        {
            ushort[] codes = trie.codes;
            ulong key = 0;
            int end = Math.Min(depth + CodesInKey, piece.Length);
            for (int i = depth; i < end; i++)
                key = (key << CodeBits) | codes[piece[i]];
            return key << (CodeBits * (depth + CodesInKey - end));
        }

        /// <summary>Sorts by one code after the other, the last one first; equal ones keep their order.</summary>
        private void SortByCodes(int from, int to)
        {
            int[] next = new int[codeCount + 1], sortedOrder = new int[to - from];
            ulong[] sortedKeys = new ulong[to - from];
            for (int shift = 0; shift < CodeBits * CodesInKey; shift += CodeBits)
            {
                Array.Clear(next);
                for (int i = from; i < to; i++)
                    next[(ushort)(keys[i] >> shift) + 1]++;
                for (int code = 0; code < codeCount; code++)
                    next[code + 1] += next[code];
                for (int i = from; i < to; i++)
                {
                    int at = next[(ushort)(keys[i] >> shift)]++;
                    (sortedKeys[at], sortedOrder[at]) = (keys[i], order[i]);
                }
                sortedKeys.CopyTo(keys, from);
                sortedOrder.CopyTo(order, from);
            }
        }

        /// <summary>Shell's sort: insertion over ever smaller distances.</summary>
        private void SortByShells(int from, int to)
        {
            int gap = 1;
            while (gap < (to - from) / 3)
                gap = (3 * gap) + 1;
            for (; gap > 0; gap /= 3)
            {
                for (int i = from + gap; i < to; i++)
                {
                    (ulong key, int id, int at) = (keys[i], order[i], i);
                    for (; at >= from + gap && keys[at - gap] > key; at -= gap)
                        (keys[at], order[at]) = (keys[at - gap], order[at - gap]);
                    (keys[at], order[at]) = (key, id);
                }
            }
        }
    }
}
