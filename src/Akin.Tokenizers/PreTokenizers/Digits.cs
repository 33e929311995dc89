using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.PreTokenizers;

/// <summary>Cuts numbers (category N) from everything else.</summary>
public sealed class Digits : PreTokenizer
{
    /// <inheritdoc/>
    public override string Type => "Digits";

    /// <summary>Whether each digit is a piece of its own. Default false.</summary>
    public bool Individual { get; init; }

    internal static Digits Read(JsonFields fields) => new() { Individual = fields.Bool("individual_digits") };

    /// <inheritdoc/>
    public override void PreTokenize(PreTokenizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Split(new DelimiterSplit(CharacterFlags.Numeric, Individual ? DelimiterBehavior.Isolated : DelimiterBehavior.Contiguous));
    }

    private protected override void WriteFields(Utf8JsonWriter writer) => writer.WriteBoolean("individual_digits", Individual);
}
