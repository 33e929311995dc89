namespace Akin.Tokenizers.Text;

/// <summary>A rule that writes a piece anew.</summary>
internal interface IPieceRewriter
{
    /// <summary>Reads a piece to its end and writes the new one.</summary>
    void Rewrite(ref TextRewriter rewriter);
}
