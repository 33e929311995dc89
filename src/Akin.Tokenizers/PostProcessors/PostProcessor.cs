using Akin.Tokenizers.Json;

namespace Akin.Tokenizers.PostProcessors;

/// <summary>
/// Puts one or two tokenized texts and the special tokens together. A post-processor only says in which order; that it is applied to
/// every part of a truncated text is the tokenizer's work.
/// </summary>
public abstract class PostProcessor : TokenizerComponent
{
    internal static ComponentTypes<PostProcessor> Types { get; } = new("post-processor")
    {
        { "BertProcessing", BertProcessing.Read },
        { "ByteLevel", ByteLevelProcessing.Read },
        { "RobertaProcessing", RobertaProcessing.Read },
        { "Sequence", PostProcessorSequence.Read },
        { "TemplateProcessing", TemplateProcessing.Read },
    };

    /// <summary>What is done without a post-processor: the texts one after the other, with type ids 0 and 1.</summary>
    internal static IReadOnlyList<LayoutPiece> PlainLayout(bool pair) =>
        pair ? [LayoutPiece.Text(0, 0), LayoutPiece.Text(1, 1)] : [LayoutPiece.Text(0, 0)];

    /// <summary>The parts of the final sequence, in order.</summary>
    /// <param name="pair">Whether there is a second text.</param>
    /// <param name="addSpecialTokens">Whether special tokens are put in.</param>
    public abstract IReadOnlyList<LayoutPiece> Layout(bool pair, bool addSpecialTokens);

    /// <summary>Corrects the offsets of the tokens of a text.</summary>
    /// <param name="tokens">The tokens of one part of one text.</param>
    internal virtual void AdjustOffsets(Span<Token> tokens)
    {
    }
}
