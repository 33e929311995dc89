namespace Akin.Tokenizers.Decoders;

/// <summary>Joins all tokens into one, so that the decoders after it see the whole text (<c>Fuse</c>).</summary>
public sealed class FuseDecoder : Decoder
{
    /// <inheritdoc/>
    public override string Type => "Fuse";

    internal override void Rewrite(List<string> tokens)
    {
        string text = string.Concat(tokens);
        tokens.Clear();
        tokens.Add(text);
    }
}
