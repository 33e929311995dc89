namespace Akin.Tokenizers.Text;

/// <summary>
/// A text on its way through pre-tokenization: pieces in reading order; cutting leaves empty ones out. Pieces that only were cut share one
/// <see cref="NormalizedText"/>; pieces that a pre-tokenizer rewrites share a new one. Not safe for use by several threads at once.
/// </summary>
public sealed class PreTokenizedText
{
    private readonly List<NormalizedText> texts = [];
    private List<TextPiece> pieces = [];
    private List<TextPiece> next = [];
    private int textCount;

    /// <summary>The pieces so far.</summary>
    public IReadOnlyList<TextPiece> Pieces => pieces;

    /// <summary>Whether texts remember where their units came from.</summary>
    internal bool TracksOrigins { get; private set; } = true;

    /// <summary>Starts again without pieces; the memory of the texts is used again.</summary>
    internal void Clear(bool tracksOrigins)
    {
        pieces.Clear();
        (textCount, TracksOrigins) = (0, tracksOrigins);
    }

    /// <summary>A text for pieces, with a part of the original in it.</summary>
    internal NormalizedText AddText(ReadOnlySpan<char> original, int originalStart)
    {
        NormalizedText text = AddText();
        text.Reset(original, originalStart, TracksOrigins);
        return text;
    }

    /// <summary>Adds a piece at the end.</summary>
    /// <param name="piece">The piece.</param>
    public void Add(TextPiece piece) => pieces.Add(piece);

    /// <summary>Cuts every piece that is not already a token (an added token is) by a rule.</summary>
    /// <param name="split">Adds the parts of a piece to the list, in order; empty parts are dropped.</param>
    public void Split(Action<TextPiece, List<TextPiece>> split)
    {
        ArgumentNullException.ThrowIfNull(split);
        Split(new DelegateCutter(split));
    }

    /// <summary>Cuts every piece that is not already a token (an added token is) by a rule.</summary>
    internal void Split<TCutter>(TCutter cutter)
        where TCutter : IPieceCutter
    {
        next.Clear();
        foreach (TextPiece piece in pieces)
        {
            if (piece.TokenId is null)
                cutter.Cut(piece, next);
            else
                next.Add(piece);
        }
        next.RemoveAll(static piece => piece.Length == 0);
        (pieces, next) = (next, pieces);
    }

    /// <summary>Writes every piece that is not already a token anew; the pieces stay in number and order.</summary>
    internal void Rewrite<TRewriter>(TRewriter pieceRewriter)
        where TRewriter : IPieceRewriter
    {
        NormalizedText target = AddText();
        target.Clear(originalStart: 0, TracksOrigins);
        for (int i = 0; i < pieces.Count; i++)
        {
            TextPiece piece = pieces[i];
            if (piece.TokenId is not null)
                continue;
            int start = target.Length;
            TextRewriter rewriter = new(piece.Source, piece.Start, piece.End, target);
            pieceRewriter.Rewrite(ref rewriter);
            pieces[i] = new TextPiece(target, start, target.Length);
        }
    }

    private NormalizedText AddText()
    {
        if (textCount == texts.Count)
            texts.Add(new NormalizedText());
        return texts[textCount++];
    }

    private readonly struct DelegateCutter(Action<TextPiece, List<TextPiece>> split) : IPieceCutter
    {
        public void Cut(TextPiece piece, List<TextPiece> parts) => split(piece, parts);
    }
}
