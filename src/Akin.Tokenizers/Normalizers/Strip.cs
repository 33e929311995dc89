using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Normalizers;

/// <summary>Takes white space off the ends of the text.</summary>
public sealed class Strip : Normalizer
{
    /// <inheritdoc/>
    public override string Type => "Strip";

    /// <summary>Whether it is taken off the start. Default true.</summary>
    public bool Left { get; init; } = true;

    /// <summary>Whether it is taken off the end. Default true.</summary>
    public bool Right { get; init; } = true;

    internal static Strip Read(JsonFields fields) => new() { Left = fields.Bool("strip_left"), Right = fields.Bool("strip_right") };

    /// <inheritdoc/>
    public override void Normalize(NormalizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ReadOnlySpan<char> characters = text.Text;
        int start = 0, end = characters.Length;
        while (Left && start < end && UnicodeTables.Is(characters[start], CharacterFlags.Whitespace))
            start++;
        while (Right && end > start && UnicodeTables.Is(characters[end - 1], CharacterFlags.Whitespace))
            end--;
        if (end - start == characters.Length)
            return;
        TextRewriter rewriter = new(text);
        rewriter.Drop(start);
        rewriter.Keep(end - start);
        rewriter.Finish();
    }

    private protected override void WriteFields(Utf8JsonWriter writer)
    {
        writer.WriteBoolean("strip_left", Left);
        writer.WriteBoolean("strip_right", Right);
    }
}
