namespace Akin.Tokenizers;

public sealed partial class Tokenizer
{
    /// <summary>Turns ids back into text.</summary>
    /// <param name="ids">The ids; those that no token has are left out, as in the reference.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out. Default true.</param>
    /// <param name="cleanUpTokenizationSpaces">Whether spaces before punctuation and English contractions are removed; null takes the tokenizer's setting.</param>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens = true, bool? cleanUpTokenizationSpaces = null)
    {
        ArgumentNullException.ThrowIfNull(ids);
        List<string> tokens = [];
        foreach (int id in ids)
        {
            if (added.TryGetDecoded(id, out string? token) && !(skipSpecialTokens && added.IsSpecial(token)))
                tokens.Add(token);
        }
        string text = Decoder is null ? string.Join(' ', tokens) : Decoder.Decode(tokens);
        if (DecodedWordEnd is not null)
            text = text.Replace(DecodedWordEnd, " ", StringComparison.Ordinal).Trim();
        return cleanUpTokenizationSpaces ?? Settings.CleanUpTokenizationSpaces ? CleanUp(text) : text;
    }

    /// <summary>Turns several runs of ids back into texts.</summary>
    /// <param name="batch">The ids of each text.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out. Default true.</param>
    /// <param name="cleanUpTokenizationSpaces">Whether spaces before punctuation and English contractions are removed; null takes the tokenizer's setting.</param>
    public string[] DecodeBatch(IEnumerable<IEnumerable<int>> batch, bool skipSpecialTokens = true, bool? cleanUpTokenizationSpaces = null) =>
        [.. batch.Select(ids => Decode(ids, skipSpecialTokens, cleanUpTokenizationSpaces))];

    /// <summary>Decodes ids one by one, as a model writes them.</summary>
    /// <param name="skipSpecialTokens">Whether special tokens are left out. Default true.</param>
    public DecodeStream StreamDecode(bool skipSpecialTokens = true) => new(this, skipSpecialTokens);

    /// <summary>What Python's transformers calls <c>clean_up_tokenization</c>.</summary>
    private static string CleanUp(string text) => text
        .Replace(" .", ".", StringComparison.Ordinal)
        .Replace(" ?", "?", StringComparison.Ordinal)
        .Replace(" !", "!", StringComparison.Ordinal)
        .Replace(" ,", ",", StringComparison.Ordinal)
        .Replace(" ' ", "'", StringComparison.Ordinal)
        .Replace(" n't", "n't", StringComparison.Ordinal)
        .Replace(" 'm", "'m", StringComparison.Ordinal)
        .Replace(" 's", "'s", StringComparison.Ordinal)
        .Replace(" 've", "'ve", StringComparison.Ordinal)
        .Replace(" 're", "'re", StringComparison.Ordinal);
}
