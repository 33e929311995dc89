namespace Akin.Tokenizers.Models;

/// <summary>
/// A trie over UTF-16 units whose edges lie in one open-addressed hash table: a step is one multiplication and, mostly, one read of eight bytes.
/// </summary>
/// <remarks>An edge is packed as (parent node: 24 bits, unit: 16 bits, child node: 24 bits); the root is node 0, so no edge is 0 and 0 marks a free slot.</remarks>
internal sealed class PieceTrie
{
    public const int Root = 0;
    public const int None = -1;

    private const int MaximumNodes = 1 << 24;
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15; // 2^64 / golden ratio: spreads consecutive keys

    private ulong[] edges = new ulong[1024];
    private int shift = 64 - 10;
    private int[] values = new int[256];
    private int nodeCount = 1;

    public PieceTrie() => values[Root] = None;

    /// <summary>Adds a piece; a later value replaces an earlier one.</summary>
    /// <returns>Whether there was room: 16 million nodes are the most.</returns>
    public bool TryAdd(ReadOnlySpan<char> piece, int value)
    {
        int node = Root;
        foreach (char unit in piece)
        {
            int child = Step(node, unit);
            if (child == None)
            {
                if (nodeCount == MaximumNodes)
                    return false;
                child = AddEdge(node, unit);
            }
            node = child;
        }
        values[node] = value;
        return true;
    }

    /// <summary>The node after one more unit, or <see cref="None"/>.</summary>
    public int Step(int node, char unit)
    {
        ulong key = ((ulong)(uint)node << 16) | unit;
        ulong[] table = edges;
        int mask = table.Length - 1;
        for (int slot = (int)((key * Multiplier) >> shift); ; slot++)
        {
            ulong edge = table[slot & mask];
            if (edge >> 24 == key && edge != 0)
                return (int)(edge & 0xFF_FFFF);
            if (edge == 0)
                return None;
        }
    }

    /// <summary>The value of the piece that ends at a node, or <see cref="None"/>.</summary>
    public int Value(int node) => values[node];

    /// <summary>The node of a piece or of the start of one, or <see cref="None"/>.</summary>
    public int Find(ReadOnlySpan<char> piece)
    {
        int node = Root;
        foreach (char unit in piece)
        {
            node = Step(node, unit);
            if (node == None)
                return None;
        }
        return node;
    }

    /// <summary>The longest piece at the start of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="from">The node to start from.</param>
    /// <param name="value">The value of the piece, or <see cref="None"/>.</param>
    /// <returns>The length of the piece.</returns>
    public int LongestMatch(ReadOnlySpan<char> text, int from, out int value)
    {
        int node = from, length = 0;
        value = None;
        for (int i = 0; i < text.Length; i++)
        {
            node = Step(node, text[i]);
            if (node == None)
                break;
            if (values[node] != None)
                (value, length) = (values[node], i + 1);
        }
        return length;
    }

    private int AddEdge(int node, char unit)
    {
        if (nodeCount * 2 > edges.Length)
            Grow();
        int child = nodeCount++;
        if (child == values.Length)
            Array.Resize(ref values, values.Length * 2);
        values[child] = None;
        Insert((((ulong)(uint)node << 16 | unit) << 24) | (uint)child);
        return child;
    }

    private void Insert(ulong edge)
    {
        int mask = edges.Length - 1;
        int slot = (int)(((edge >> 24) * Multiplier) >> shift);
        while (edges[slot & mask] != 0)
            slot++;
        edges[slot & mask] = edge;
    }

    private void Grow()
    {
        ulong[] old = edges;
        edges = new ulong[old.Length * 2];
        shift--;
        foreach (ulong edge in old)
        {
            if (edge != 0)
                Insert(edge);
        }
    }
}
