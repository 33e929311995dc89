using Akin.Tokenizers.Json;

namespace Akin.Tokenizers.Decoders;

/// <summary>Turns tokens back into text.</summary>
public abstract class Decoder : TokenizerComponent
{
    internal static ComponentTypes<Decoder> Types { get; } = new("decoder")
    {
        { "BPEDecoder", BpeDecoder.Read },
        { "ByteFallback", static _ => new ByteFallbackDecoder() },
        { "ByteLevel", ByteLevelDecoder.Read },
        { "CTC", CtcDecoder.Read },
        { "Fuse", static _ => new FuseDecoder() },
        { "Metaspace", MetaspaceDecoder.Read },
        { "Replace", ReplaceDecoder.Read },
        { "Sequence", DecoderSequence.Read },
        { "Strip", StripDecoder.Read },
        { "WordPiece", WordPieceDecoder.Read },
    };

    /// <summary>Rewrites the tokens so that they only need to be joined.</summary>
    /// <param name="tokens">The tokens; changed in place.</param>
    internal abstract void Rewrite(List<string> tokens);

    /// <summary>The text of a run of tokens.</summary>
    /// <param name="tokens">The tokens.</param>
    public string Decode(IEnumerable<string> tokens)
    {
        List<string> parts = [.. tokens];
        Rewrite(parts);
        return string.Concat(parts);
    }
}
