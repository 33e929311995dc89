using System.Buffers;
using Akin.Tokenizers.Models;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers;

/// <summary>Finds added tokens in a text: the leftmost first, of several at one place the longest.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly PieceTrie trie = new();
    private readonly AddedToken[] tokens;
    private readonly int[] ids;

    /// <param name="entries">The tokens with their ids, and the text under which each is looked for.</param>
    public AddedTokenMatcher(IReadOnlyList<(string Pattern, AddedToken Token, int Id)> entries)
    {
        tokens = [.. entries.Select(static entry => entry.Token)];
        ids = [.. entries.Select(static entry => entry.Id)];
        HashSet<char> first = [];
        for (int i = 0; i < entries.Count; i++)
        {
            string pattern = entries[i].Pattern;
            if (pattern.Length == 0)
                continue;
            first.Add(pattern[0]);
            trie.TryAdd(pattern, i);
        }
        FirstUnits = SearchValues.Create([.. first]);
        IsEmpty = first.Count == 0;
    }

    public bool IsEmpty { get; }

    /// <summary>The UTF-16 units that a token can start with.</summary>
    public SearchValues<char> FirstUnits { get; }

    /// <summary>The next added token.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="searchFrom">Where the search goes on; updated to the place after the match.</param>
    /// <param name="consumed">Up to where the text belongs to earlier matches; what a token strips on its left stops there.</param>
    /// <param name="splitSpecialTokens">Whether special tokens are treated as plain text.</param>
    /// <param name="start">Where the token starts, with the space that it strips.</param>
    /// <param name="end">Where it ends, with the space that it strips.</param>
    /// <param name="id">Its id.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryFindNext(ReadOnlySpan<char> text, ref int searchFrom, int consumed, bool splitSpecialTokens, out int start, out int end, out int id)
    {
        while (searchFrom < text.Length)
        {
            int skip = text[searchFrom..].IndexOfAny(FirstUnits);
            if (skip < 0)
                break;
            start = searchFrom + skip;
            int length = trie.LongestMatch(text[start..], PieceTrie.Root, out int index);
            if (length == 0)
            {
                searchFrom = start + 1;
                continue;
            }
            end = start + length;
            searchFrom = end;
            AddedToken token = tokens[index];
            if (splitSpecialTokens && token.Special)
                continue;
            if (token.SingleWord && (IsWordBefore(text, start) || IsWordAfter(text, end)))
                continue;
            if (token.LeftStrip)
            {
                while (start > consumed && UnicodeTables.Is(text[start - 1], CharacterFlags.Whitespace))
                    start--;
            }
            if (token.RightStrip)
            {
                while (end < text.Length && UnicodeTables.Is(text[end], CharacterFlags.Whitespace))
                    end++;
            }
            start = Math.Max(start, consumed);
            id = ids[index];
            return true;
        }
        (start, end, id) = (text.Length, text.Length, -1);
        return false;
    }

    private static bool IsWordBefore(ReadOnlySpan<char> text, int at) => at > 0 && UnicodeTables.Is(Utf16.CodePointBefore(text, at), CharacterFlags.Word);

    private static bool IsWordAfter(ReadOnlySpan<char> text, int at) => at < text.Length && UnicodeTables.Is(Utf16.CodePointAt(text, at, out _), CharacterFlags.Word);
}
