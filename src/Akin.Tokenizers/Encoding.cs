namespace Akin.Tokenizers;

/// <summary>An encoded text or pair of texts. All lists have one entry a token.</summary>
public sealed class Encoding
{
    /// <summary>The ids, <c>[tokens]</c>.</summary>
    public required int[] Ids { get; init; }

    /// <summary>The type (segment) ids, <c>[tokens]</c>.</summary>
    public required int[] TypeIds { get; init; }

    /// <summary>The tokens as the vocabulary has them, <c>[tokens]</c>; for an added token the text that matched.</summary>
    public required string[] Tokens { get; init; }

    /// <summary>
    /// The span of the text that each token came from, <c>[tokens]</c>, in <see cref="EncodeOptions.OffsetUnit"/>; (0, 0) for special tokens and padding.
    /// For pre-split words the spans count from the start of the word.
    /// </summary>
    public required TextSpan[] Offsets { get; init; }

    /// <summary>The index of the word that each token belongs to, <c>[tokens]</c>; null for special tokens and padding.</summary>
    public required int?[] WordIds { get; init; }

    /// <summary>0 for tokens of the first text, 1 for the second, <c>[tokens]</c>; null for special tokens and padding.</summary>
    public required int?[] SequenceIds { get; init; }

    /// <summary>1 for tokens that were put in (special tokens and padding), <c>[tokens]</c>; a <c>[MASK]</c> written in the text has 0.</summary>
    public required int[] SpecialTokensMask { get; init; }

    /// <summary>0 for padding, 1 for all else, <c>[tokens]</c>.</summary>
    public required int[] AttentionMask { get; init; }

    /// <summary>The further parts of a text that was cut, each as complete as this one; empty when nothing was cut.</summary>
    public IReadOnlyList<Encoding> Overflowing { get; init; } = [];

    /// <summary>Number of tokens.</summary>
    public int Length => Ids.Length;

    /// <summary>The token that covers a place in a text.</summary>
    /// <param name="offset">The place, in the unit of <see cref="Offsets"/>.</param>
    /// <param name="sequence">0 for the first text, 1 for the second.</param>
    /// <returns>The index of the token, or null when none covers the place.</returns>
    public int? CharToToken(int offset, int sequence = 0)
    {
        for (int i = 0; i < Length; i++)
        {
            if (SequenceIds[i] == sequence && Offsets[i].Start <= offset && offset < Offsets[i].End)
                return i;
        }
        return null;
    }

    /// <summary>The word that covers a place in a text.</summary>
    /// <param name="offset">The place, in the unit of <see cref="Offsets"/>.</param>
    /// <param name="sequence">0 for the first text, 1 for the second.</param>
    public int? CharToWord(int offset, int sequence = 0) => CharToToken(offset, sequence) is { } token ? WordIds[token] : null;

    /// <summary>The span that a token came from.</summary>
    /// <param name="token">The index of the token.</param>
    /// <returns>The span, or null for special tokens and padding.</returns>
    public TextSpan? TokenToChars(int token) => SequenceIds[token] is null ? null : Offsets[token];

    /// <summary>The tokens of a word.</summary>
    /// <param name="word">The index of the word.</param>
    /// <param name="sequence">0 for the first text, 1 for the second.</param>
    /// <returns>The first token and one past the last, or null when the word has none here.</returns>
    public (int Start, int End)? WordToTokens(int word, int sequence = 0)
    {
        int start = -1, end = -1;
        for (int i = 0; i < Length; i++)
        {
            if (SequenceIds[i] != sequence || WordIds[i] != word)
                continue;
            if (start < 0)
                start = i;
            end = i + 1;
        }
        return start < 0 ? null : (start, end);
    }

    /// <summary>The span of a word: from its first token to its last.</summary>
    /// <param name="word">The index of the word.</param>
    /// <param name="sequence">0 for the first text, 1 for the second.</param>
    public TextSpan? WordToChars(int word, int sequence = 0) =>
        WordToTokens(word, sequence) is { } tokens ? new TextSpan(Offsets[tokens.Start].Start, Offsets[tokens.End - 1].End) : null;
}
