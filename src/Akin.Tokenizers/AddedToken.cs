using System.Text.Json;
using Akin.Tokenizers.Json;

namespace Akin.Tokenizers;

/// <summary>A token that is looked for in the text before the model sees it, such as <c>[MASK]</c> or a word of one's own.</summary>
/// <param name="Content">The text to look for.</param>
public sealed record AddedToken(string Content)
{
    /// <summary>Whether it only counts when no word character stands right before or after it. Default false.</summary>
    public bool SingleWord { get; init; }

    /// <summary>Whether it takes the white space before it along. Default false.</summary>
    public bool LeftStrip { get; init; }

    /// <summary>Whether it takes the white space after it along. Default false.</summary>
    public bool RightStrip { get; init; }

    /// <summary>Whether it is looked for in the normalized text rather than in the original. Default false.</summary>
    public bool Normalized { get; init; }

    /// <summary>Whether it is left out when decoding without special tokens. Default false.</summary>
    public bool Special { get; init; }

    /// <summary>Reads the flags; <c>id</c> and <c>content</c> are read by the caller, who knows where they stand.</summary>
    internal static AddedToken Read(JsonFields fields) => new(fields.String("content"))
    {
        SingleWord = fields.Bool("single_word", absent: false),
        LeftStrip = fields.Bool("lstrip", absent: false),
        RightStrip = fields.Bool("rstrip", absent: false),
        Normalized = fields.Bool("normalized", absent: false),
        Special = fields.Bool("special", absent: false),
    };

    internal void WriteFields(Utf8JsonWriter writer)
    {
        WriteFlags(writer);
        writer.WriteBoolean("special", Special);
    }

    /// <summary>Writes what <c>special_tokens_map.json</c> says of a token: all but that it is special.</summary>
    internal void WriteFlags(Utf8JsonWriter writer)
    {
        writer.WriteString("content", Content);
        writer.WriteBoolean("single_word", SingleWord);
        writer.WriteBoolean("lstrip", LeftStrip);
        writer.WriteBoolean("rstrip", RightStrip);
        writer.WriteBoolean("normalized", Normalized);
    }
}
