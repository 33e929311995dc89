namespace Akin.Tokenizers.Text;

/// <summary>A rule that cuts a piece into parts.</summary>
internal interface IPieceCutter
{
    /// <summary>Adds the parts of a piece to a list, in order; empty parts are dropped later.</summary>
    void Cut(TextPiece piece, List<TextPiece> parts);
}
