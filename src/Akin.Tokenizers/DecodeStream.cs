using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers;

/// <summary>
/// Turns ids into text one by one, as a model writes them: what is given out, put together, is the decoded text, and never half a character. Made by
/// <see cref="Tokenizer.StreamDecode"/>; belongs to one thread at a time.
/// </summary>
/// <remarks>
/// As <c>DecodeStream</c> of Hugging Face tokenizers 0.23: the ids since the last character that was given out are decoded with one more, and what is
/// new is given out unless it ends in U+FFFD, which may be the start of a character whose other bytes are still to come.
/// </remarks>
public sealed class DecodeStream
{
    private readonly Tokenizer tokenizer;
    private readonly bool skipSpecialTokens;
    private readonly List<int> ids = []; // those whose text was given out last, and those whose text was not
    private int givenCount; // how many of them were given out
    private string given = string.Empty; // and their text

    internal DecodeStream(Tokenizer tokenizer, bool skipSpecialTokens) => (this.tokenizer, this.skipSpecialTokens) = (tokenizer, skipSpecialTokens);

    /// <summary>Takes the next id.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The text that it adds, or null when it adds none yet: a special token, or bytes that are no whole character.</returns>
    public string? Step(int id)
    {
        if (given.Length == 0 && ids.Count > 0)
            Give(Decode());
        ids.Add(id);
        string text = Decode();
        if (text.Length <= given.Length || EndsInside(text))
            return null;
        string added = text[given.Length..];
        ids.RemoveRange(0, givenCount);
        (given, givenCount) = (Decode(), ids.Count);
        return added;
    }

    /// <summary>What is left when no more ids come: bytes that never became a whole character, as U+FFFD. The stream then starts again.</summary>
    /// <returns>The text, or null when nothing is left.</returns>
    public string? Finish()
    {
        string text = Decode();
        string? left = text.Length > given.Length ? text[given.Length..] : null;
        ids.Clear();
        (given, givenCount) = (string.Empty, 0);
        return left;
    }

    private void Give(string text)
    {
        if (!EndsInside(text))
            (given, givenCount) = (text, ids.Count);
    }

    private static bool EndsInside(string text) => text.EndsWith(UnicodeTables.Replacement);

    private string Decode() => tokenizer.Decode(ids, skipSpecialTokens, cleanUpTokenizationSpaces: false);
}
