using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Models;

/// <summary>The tokens of single characters that BPE starts from, for one place in the piece: with or without prefix, with or without suffix.</summary>
internal sealed class BpeAlphabet
{
    public const int None = -1;

    private const int DirectLimit = 0x200; // the byte alphabet of GPT-2 ends at U+0143

    private readonly int[] direct = new int[DirectLimit];
    private readonly Dictionary<int, int> others = [];

    public BpeAlphabet(Vocabulary vocabulary, string prefix, string suffix)
    {
        Array.Fill(direct, None);
        foreach ((string token, int id) in vocabulary.Entries)
        {
            int length = token.Length - prefix.Length - suffix.Length;
            if (length is not (1 or 2) || !token.StartsWith(prefix, StringComparison.Ordinal) || !token.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            int codePoint = Utf16.CodePointAt(token, prefix.Length, out int size);
            if (size != length)
                continue;
            if (codePoint < DirectLimit)
                direct[codePoint] = id;
            else
                others[codePoint] = id;
        }
    }

    /// <summary>The id of a character, or <see cref="None"/>.</summary>
    public int Find(int codePoint) =>
        (uint)codePoint < DirectLimit ? direct[codePoint] : others.TryGetValue(codePoint, out int id) ? id : None;
}
