using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.PreTokenizers;

/// <summary>Cuts at punctuation marks: ASCII symbols and the punctuation of about Unicode 8.</summary>
public sealed class Punctuation : PreTokenizer
{
    /// <inheritdoc/>
    public override string Type => "Punctuation";

    /// <summary>What becomes of the marks. Default: each is a piece of its own.</summary>
    public DelimiterBehavior Behavior { get; init; } = DelimiterBehavior.Isolated;

    internal static Punctuation Read(JsonFields fields) => new() { Behavior = fields.Behavior("behavior", DelimiterBehavior.Isolated) };

    /// <inheritdoc/>
    public override void PreTokenize(PreTokenizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Split(new DelimiterSplit(CharacterFlags.BertPunctuation, Behavior));
    }

    private protected override void WriteFields(Utf8JsonWriter writer) => writer.WriteBehavior(Behavior);
}
