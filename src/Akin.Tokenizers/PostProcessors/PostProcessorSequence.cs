using System.Text.Json;
using Akin.Tokenizers.Json;

namespace Akin.Tokenizers.PostProcessors;

/// <summary>
/// Several post-processors, one after the other (<c>Sequence</c>). One of them at most may say where special tokens go; the others correct offsets.
/// </summary>
public sealed class PostProcessorSequence : PostProcessor
{
    private readonly PostProcessor? layout;

    /// <param name="processors">The stages in order.</param>
    /// <exception cref="TokenizerException">More than one of them puts special tokens in.</exception>
    public PostProcessorSequence(IReadOnlyList<PostProcessor> processors)
    {
        ArgumentNullException.ThrowIfNull(processors);
        Processors = processors;
        foreach (PostProcessor processor in processors)
        {
            if (processor is ByteLevelProcessing or PostProcessorSequence { layout: null })
                continue;
            layout = layout is null ? processor : throw new TokenizerException(
                $"{layout.Type} and {processor.Type} in one sequence of post-processors both put special tokens in; only one may");
        }
    }

    /// <inheritdoc/>
    public override string Type => "Sequence";

    /// <summary>The stages in order.</summary>
    public IReadOnlyList<PostProcessor> Processors { get; }

    internal static PostProcessorSequence Read(JsonFields fields)
    {
        PostProcessor[] processors = [.. fields.Objects("processors").Select(static item => Types.Read(item))];
        try
        {
            return new PostProcessorSequence(processors);
        }
        catch (TokenizerException problem)
        {
            throw new TokenizerFileException(fields.File, fields.At("processors"), problem.Message, problem);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<LayoutPiece> Layout(bool pair, bool addSpecialTokens) => layout?.Layout(pair, addSpecialTokens) ?? PlainLayout(pair);

    internal override void AdjustOffsets(Span<Token> tokens)
    {
        foreach (PostProcessor processor in Processors)
            processor.AdjustOffsets(tokens);
    }

    private protected override void WriteFields(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("processors");
        foreach (PostProcessor processor in Processors)
            processor.Write(writer);
        writer.WriteEndArray();
    }
}
