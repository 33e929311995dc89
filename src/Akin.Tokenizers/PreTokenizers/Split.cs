using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Patterns;
using Akin.Tokenizers.Text;

namespace Akin.Tokenizers.PreTokenizers;

/// <summary>Cuts where a text or a regular expression is found.</summary>
/// <param name="pattern">What to look for.</param>
/// <param name="behavior">What becomes of the matches.</param>
/// <param name="invert">Whether the matches are what is kept together, and what lies between them is treated as <paramref name="behavior"/> says.</param>
public sealed class Split(TextPattern pattern, DelimiterBehavior behavior, bool invert = false) : PreTokenizer
{
    /// <inheritdoc/>
    public override string Type => "Split";

    /// <summary>What to look for.</summary>
    public TextPattern Pattern { get; } = pattern;

    /// <summary>What becomes of the matches.</summary>
    public DelimiterBehavior Behavior { get; } = behavior;

    /// <summary>Whether matches and what lies between them change their parts.</summary>
    public bool Invert { get; } = invert;

    internal static Split Read(JsonFields fields)
    {
        TextPattern pattern = fields.Pattern("pattern");
        fields.String("behavior");
        return new Split(pattern, fields.Behavior("behavior", DelimiterBehavior.Removed), fields.Bool("invert", absent: false));
    }

    /// <inheritdoc/>
    public override void PreTokenize(PreTokenizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Split(new PatternSplit(Pattern.Pattern, Behavior, Invert));
    }

    private protected override void WriteFields(Utf8JsonWriter writer)
    {
        writer.WritePattern("pattern", Pattern);
        writer.WriteBehavior(Behavior);
        writer.WriteBoolean("invert", Invert);
    }
}
