using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Search;
using Akin.Tokenizers.Text;

namespace Akin.Server.Indexes;

/// <summary>The language of a document: what a field says, or what its letters tell.</summary>
internal static class TextLanguage
{
    /// <summary>The fields that say it.</summary>
    public static readonly string[] Fields = ["lang", "language"];

    // Enough letters to tell the script of any text.
    private const int LettersLookedAt = 400;
    private const int LongestCode = 35;

    /// <summary>A code as in BCP 47; <c>und-Latn</c> where only the script is known; null where not even that is.</summary>
    public static string? Of(Document document)
    {
        foreach (string field in Fields)
        {
            if (document.Field(field) is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is { Length: > 0 and <= LongestCode } code)
            {
                return code;
            }
        }

        return OfScript(document.EmbeddingText);
    }

    /// <summary>What the letters of a text tell.</summary>
    public static string? OfScript(string text)
    {
        ReadOnlySpan<char> start = text.AsSpan(0, Math.Min(text.Length, LettersLookedAt));
        return UnicodeScript.MostUsed(start) switch
        {
            "Hangul" => "ko",
            "Hiragana" or "Katakana" => "ja",
            "Han" => start.ContainsAnyInRange('\u3041', '\u30FF') ? "ja" : "zh", // Chinese has no kana
            "Latin" => "und-Latn",
            "Cyrillic" => "und-Cyrl",
            "Greek" => "el",
            "Arabic" => "und-Arab",
            "Hebrew" => "he",
            "Devanagari" => "und-Deva",
            "Thai" => "th",
            _ => null,
        };
    }
}
