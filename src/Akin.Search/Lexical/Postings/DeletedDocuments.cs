namespace Akin.Search.Lexical.Postings;

/// <summary>Documents of a segment that are deleted. Never changes: deleting more makes another one.</summary>
internal sealed class DeletedDocuments
{
    private readonly ulong[] _bits;

    private DeletedDocuments(ulong[] bits, int count)
    {
        _bits = bits;
        Count = count;
    }

    public static DeletedDocuments None { get; } = new([], 0);

    public int Count { get; }

    public bool Contains(int document) => Count > 0 && (_bits[document >> 6] & (1UL << document)) != 0;

    /// <summary>These and others.</summary>
    /// <param name="documents">More documents; those that are here already are passed over.</param>
    /// <param name="documentCount">Documents of the segment.</param>
    public DeletedDocuments With(IReadOnlyCollection<int> documents, int documentCount)
    {
        ulong[] bits = new ulong[(documentCount + 63) / 64];
        _bits.CopyTo(bits, 0);
        int count = Count;
        foreach (int document in documents)
        {
            ulong bit = 1UL << document;
            count += (bits[document >> 6] & bit) == 0 ? 1 : 0;
            bits[document >> 6] |= bit;
        }

        return new DeletedDocuments(bits, count);
    }

    /// <summary>The documents, ascending.</summary>
    public IEnumerable<int> All()
    {
        for (int word = 0; word < _bits.Length; word++)
        {
            for (ulong bits = _bits[word]; bits != 0; bits &= bits - 1)
            {
                yield return (word << 6) + System.Numerics.BitOperations.TrailingZeroCount(bits);
            }
        }
    }
}
