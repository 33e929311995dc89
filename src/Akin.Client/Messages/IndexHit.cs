using System.Text.Json;

namespace Akin.Client.Messages;

/// <summary>A document found.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Score">The score that it is ranked by; larger is better.</param>
/// <param name="Rank">Its place, from 1 on.</param>
/// <param name="Text">Its text.</param>
public sealed record IndexHit(string Id, double Score, int Rank, string Text)
{
    /// <summary>Its title, or null.</summary>
    public string? Title { get; init; }

    /// <summary>Its language: that of its field <c>lang</c> or <c>language</c>, or what its letters tell (<c>ko</c>, <c>ja</c>, <c>zh</c>, <c>und-Latn</c> …); null where neither does.</summary>
    public string? Language { get; init; }

    /// <summary>Its fields, or those asked for.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Fields { get; init; }

    /// <summary>Where the words of the query stand, if that was asked for.</summary>
    public HitHighlights? Highlights { get; init; }

    /// <summary>The sentence of the text that is nearest to the query, if that was asked for.</summary>
    public HitSentence? Sentence { get; init; }

    /// <summary>How it was found, if that was asked for.</summary>
    public HitExplanation? Explanation { get; init; }
}
