using Akin.Search.Filters;

namespace Akin.Search;

/// <summary>Which of an index's documents a search may find, and which of those found it gives.</summary>
public record SearchOptions
{
    /// <summary>Only documents that fulfil it are found; every one when null.</summary>
    public DocumentFilter? Filter { get; init; }

    /// <summary>How many of the best documents are passed over, to show the next page; 0 unless said otherwise.</summary>
    public int Offset { get; init; }

    /// <summary>How many documents are to be found so that <paramref name="count"/> are left after those passed over.</summary>
    internal int Reach(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Offset);
        return (int)Math.Min((long)count + Offset, Array.MaxLength);
    }
}
