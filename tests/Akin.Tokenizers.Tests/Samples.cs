using Akin.Tokenizers.Decoders;
using Akin.Tokenizers.Models;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.PostProcessors;
using Akin.Tokenizers.PreTokenizers;

namespace Akin.Tokenizers.Tests;

/// <summary>Small tokenizers made in code.</summary>
internal static class Samples
{
    private static readonly string[] Words =
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##believ", "##able", "the", "cat", "##s", "sat", "i", "##i", "e", "##e", "a", "##a", "b", "##b", "s", "x", "##x",
        ".", ",", "!", "[", "]", "-", "'", "中", "文", "한", "##국", "ᄒ", "##ᅡ", "##ᆫ", "👍", "##👍", "\uFFFD", "##\uFFFD", "é", "E", "A", ";", "豈", "\u0307", "##\u0307", "1", "##2",
    ];

    public static Tokenizer Bert(bool cleanText = true, bool handleChinese = true, bool? stripAccents = null, bool lowercase = true, int maximumWordLength = 100)
    {
        WordPiece model = new(new Vocabulary(Words), maximumWordLength: maximumWordLength);
        LayoutPiece first = LayoutPiece.Special("[CLS]", 2), end = LayoutPiece.Special("[SEP]", 3), text = LayoutPiece.Text(0, 0);
        Tokenizer tokenizer = new(
            model,
            new BertNormalizer { CleanText = cleanText, HandleChineseCharacters = handleChinese, StripAccents = stripAccents, Lowercase = lowercase },
            new BertPreTokenizer(),
            new TemplateProcessing([first, text, end], [first, text, end, LayoutPiece.Text(1, 1), end with { TypeId = 1 }]),
            new WordPieceDecoder())
        {
            Settings = new TokenizerSettings
            {
                ModelMaximumLength = 128,
                SpecialTokens = new SpecialTokens { Padding = "[PAD]", Unknown = "[UNK]", Classification = "[CLS]", Separator = "[SEP]", Mask = "[MASK]" },
            },
        };
        tokenizer.AddTokens(Words[..5].Select(static word => new AddedToken(word) { Special = true }));
        return tokenizer;
    }
}
