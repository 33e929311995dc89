using System.Numerics;

namespace Akin.Search.Graph;

/// <summary>A set of keys (row numbers of a store, say) as one bit for each key up to the largest; the filter of a search.</summary>
/// <remarks>Not to be changed while a search uses it.</remarks>
public sealed class KeySet
{
    private const int WordBits = 64;

    private ulong[] _words;

    /// <summary>Makes an empty set.</summary>
    public KeySet() => _words = [];

    /// <summary>Makes a set of keys.</summary>
    /// <param name="keys">The keys, none negative; repeated ones count once.</param>
    public KeySet(IEnumerable<long> keys)
        : this()
    {
        ArgumentNullException.ThrowIfNull(keys);
        foreach (long key in keys)
        {
            Add(key);
        }
    }

    /// <summary>The largest key a set can hold.</summary>
    public static long MaxKey => (long)Array.MaxLength * WordBits - 1;

    /// <summary>Keys in the set.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a key.</summary>
    /// <param name="key">0 … <see cref="MaxKey"/>.</param>
    /// <returns>Whether it was not there before.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The key is outside its bounds.</exception>
    public bool Add(long key)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(key);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(key, MaxKey);
        int word = (int)(key / WordBits);
        if (word >= _words.Length)
        {
            Array.Resize(ref _words, (int)Math.Min(Array.MaxLength, Math.Max(word + 1, 2L * _words.Length)));
        }

        ulong bit = 1UL << (int)(key % WordBits);
        bool isNew = (_words[word] & bit) == 0;
        _words[word] |= bit;
        Count += isNew ? 1 : 0;
        return isNew;
    }

    /// <summary>Whether a key is in the set.</summary>
    public bool Contains(long key)
    {
        ulong word = (ulong)key / WordBits;
        return word < (ulong)_words.Length && (_words[word] >> (int)(key % WordBits) & 1) != 0;
    }

    /// <summary>The keys in the set, ascending.</summary>
    public IEnumerable<long> Keys
    {
        get
        {
            for (int word = 0; word < _words.Length; word++)
            {
                for (ulong bits = _words[word]; bits != 0; bits &= bits - 1)
                {
                    yield return (long)word * WordBits + BitOperations.TrailingZeroCount(bits);
                }
            }
        }
    }

    /// <summary>A set of its own with the same keys.</summary>
    public KeySet Copy() => new() { _words = [.. _words], Count = Count };

    /// <summary>Adds the keys of another set.</summary>
    /// <param name="other">The other set.</param>
    public void UnionWith(KeySet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other._words.Length > _words.Length)
        {
            Array.Resize(ref _words, other._words.Length);
        }

        for (int word = 0; word < other._words.Length; word++)
        {
            _words[word] |= other._words[word];
        }

        CountAnew();
    }

    /// <summary>Removes the keys that another set lacks.</summary>
    /// <param name="other">The other set.</param>
    public void IntersectWith(KeySet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (int word = 0; word < _words.Length; word++)
        {
            _words[word] &= word < other._words.Length ? other._words[word] : 0;
        }

        CountAnew();
    }

    /// <summary>Removes the keys of another set.</summary>
    /// <param name="other">The other set.</param>
    public void ExceptWith(KeySet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (int word = 0; word < Math.Min(_words.Length, other._words.Length); word++)
        {
            _words[word] &= ~other._words[word];
        }

        CountAnew();
    }

    private void CountAnew()
    {
        long count = 0;
        foreach (ulong word in _words)
        {
            count += BitOperations.PopCount(word);
        }

        Count = count;
    }
}
