using Akin.Tokenizers;

namespace Akin.Training.PreTraining;

/// <summary>Pieces of a text, and which of them go on with the word of the piece before.</summary>
/// <param name="Ids">The pieces, <c>[pieces]</c>.</param>
/// <param name="Continues">Whether a piece belongs to the word of the one before, <c>[pieces]</c>.</param>
internal readonly record struct WordPieces(int[] Ids, bool[] Continues)
{
    /// <summary>How many pieces there are.</summary>
    public int Count => Ids.Length;

    /// <summary>What a tokenizer gave, without special tokens.</summary>
    public static WordPieces From(Encoding encoding) =>
        new(encoding.Ids, [.. encoding.WordIds.Select((word, i) => i > 0 && word is not null && word == encoding.WordIds[i - 1])]);

    /// <summary>Reads <see cref="ToStored"/>.</summary>
    public static WordPieces FromStored(ReadOnlySpan<int> stored)
    {
        WordPieces pieces = new(stored.ToArray(), new bool[stored.Length]);
        for (int i = 0; i < stored.Length; i++)
        {
            (pieces.Ids[i], pieces.Continues[i]) = stored[i] < 0 ? (~stored[i], true) : (stored[i], false);
        }

        return pieces;
    }

    /// <summary>One number for every piece: its id, or the complement of its id when it goes on with a word.</summary>
    public int[] ToStored()
    {
        bool[] continues = Continues;
        return [.. Ids.Select((id, i) => continues[i] ? ~id : id)];
    }
}
