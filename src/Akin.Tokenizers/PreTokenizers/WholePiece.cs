using Akin.Tokenizers.Text;

namespace Akin.Tokenizers.PreTokenizers;

/// <summary>Cuts nothing; only leaves out the pieces that are empty.</summary>
internal readonly struct WholePiece : IPieceCutter
{
    public void Cut(TextPiece piece, List<TextPiece> parts) => parts.Add(piece);
}
