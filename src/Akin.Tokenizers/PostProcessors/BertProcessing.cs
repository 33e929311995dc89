using System.Text.Json;
using Akin.Tokenizers.Json;

namespace Akin.Tokenizers.PostProcessors;

/// <summary><c>[CLS] A [SEP]</c> and <c>[CLS] A [SEP] B [SEP]</c>, the second text and its separator with type id 1.</summary>
/// <param name="separator">The separator and its id.</param>
/// <param name="classification">The first token and its id.</param>
public sealed class BertProcessing((string Token, int Id) separator, (string Token, int Id) classification) : PostProcessor
{
    /// <inheritdoc/>
    public override string Type => "BertProcessing";

    internal static BertProcessing Read(JsonFields fields) => new(fields.TokenAndId("sep"), fields.TokenAndId("cls"));

    /// <inheritdoc/>
    public override IReadOnlyList<LayoutPiece> Layout(bool pair, bool addSpecialTokens)
    {
        if (!addSpecialTokens)
            return PlainLayout(pair);
        LayoutPiece first = LayoutPiece.Special(classification.Token, classification.Id);
        LayoutPiece end = LayoutPiece.Special(separator.Token, separator.Id);
        return pair ? [first, LayoutPiece.Text(0, 0), end, LayoutPiece.Text(1, 1), end with { TypeId = 1 }] : [first, LayoutPiece.Text(0, 0), end];
    }

    private protected override void WriteFields(Utf8JsonWriter writer)
    {
        writer.WriteTokenAndId("sep", separator);
        writer.WriteTokenAndId("cls", classification);
    }
}
