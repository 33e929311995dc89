namespace Akin.Tokenizers.Text;

/// <summary>
/// A text on its way through pre-tokenization: pieces in reading order; cutting leaves empty ones out. Pieces that only were cut share one
/// <see cref="NormalizedText"/>; a pre-tokenizer that rewrites a piece gives it one of its own. Not safe for use by several threads at once.
/// </summary>
public sealed class PreTokenizedText
{
    private List<TextPiece> pieces = [];
    private List<TextPiece> next = [];

    /// <summary>The pieces so far.</summary>
    public IReadOnlyList<TextPiece> Pieces => pieces;

    /// <summary>Adds a piece at the end.</summary>
    /// <param name="piece">The piece.</param>
    public void Add(TextPiece piece) => pieces.Add(piece);

    /// <summary>Cuts every piece that is not already a token (an added token is) by a rule.</summary>
    /// <param name="split">Adds the parts of a piece to the list, in order; empty parts are dropped.</param>
    public void Split(Action<TextPiece, List<TextPiece>> split)
    {
        ArgumentNullException.ThrowIfNull(split);
        next.Clear();
        foreach (TextPiece piece in pieces)
        {
            if (piece.TokenId is null)
                split(piece, next);
            else
                next.Add(piece);
        }
        next.RemoveAll(static piece => piece.Length == 0);
        (pieces, next) = (next, pieces);
    }
}
