namespace Akin.Tokenizers.PostProcessors;

/// <summary>A part of the final sequence: one of the texts, or special tokens.</summary>
/// <param name="Sequence">0 for the first text, 1 for the second, null for special tokens.</param>
/// <param name="TypeId">The type (segment) id of the tokens of this part.</param>
/// <param name="Ids">The ids of the special tokens; empty for a text.</param>
/// <param name="Tokens">The special tokens; empty for a text.</param>
public sealed record LayoutPiece(int? Sequence, int TypeId, IReadOnlyList<int> Ids, IReadOnlyList<string> Tokens)
{
    /// <summary>The place of a text.</summary>
    /// <param name="sequence">0 for the first text, 1 for the second.</param>
    /// <param name="typeId">The type id of its tokens.</param>
    public static LayoutPiece Text(int sequence, int typeId) => new(sequence, typeId, [], []);

    /// <summary>One special token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="id">Its id.</param>
    /// <param name="typeId">Its type id.</param>
    public static LayoutPiece Special(string token, int id, int typeId = 0) => new(null, typeId, [id], [token]);
}
