using System.Text.Json;
using Akin.Tokenizers.Decoders;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Models;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.PostProcessors;
using Akin.Tokenizers.PreTokenizers;

namespace Akin.Tokenizers.Folders;

/// <summary>A folder with <c>vocab.txt</c>: the pipeline that <c>BertTokenizerFast</c> and the classes like it build in transformers 4.</summary>
internal static class WordPieceFolder
{
    public const string VocabularyName = "vocab.txt";

    public static Tokenizer Read(TokenizerFolder folder)
    {
        string file = folder.Require(VocabularyName);
        JsonFields? config = folder.Config;
        SpecialTokens special = folder.Special;
        WordPiece model = new(VocabularyFile.Read(file), special.Unknown!);
        bool basic = folder.Flag("do_basic_tokenize", absent: true);
        if (config?.Value("never_split") is { } neverSplit && !(neverSplit.ValueKind == JsonValueKind.Array && neverSplit.GetArrayLength() == 0))
            throw config.Refuse("never_split", $"words that are never split are not supported, found {JsonFields.Describe(neverSplit)}; add them as tokens instead");
        Normalizer? normalizer = basic ? new BertNormalizer
        {
            Lowercase = folder.Flag("do_lower_case", absent: true),
            HandleChineseCharacters = folder.Flag("tokenize_chinese_chars", absent: true),
            StripAccents = config?.OptionalBool("strip_accents"),
        }
        : null;
        PreTokenizer preTokenizer = basic ? new BertPreTokenizer() : new WhitespaceSplit();
        List<(AddedToken Token, int? Id)> added = [.. folder.AddedTokens(model.Vocabulary).Where(item => item.Id < model.Vocabulary.IdLimit || !IsDefault(item.Token, folder))];
        return folder.Assemble(file, model, normalizer, preTokenizer, Template(model, special, file, isMPNet: folder.Class.Name == "MPNetTokenizer"), new WordPieceDecoder(), added);
    }

    /// <summary>Tokens that only the class names, and that the vocabulary lacks, are not added: the model has no rows for them.</summary>
    private static bool IsDefault(AddedToken token, TokenizerFolder folder) =>
        folder.Class.Defaults.Named.Any(item => item.Token == token.Content) && folder.Config?.Has("added_tokens_decoder") != true;

    /// <summary>What every text and every pair is given: <c>[CLS] A [SEP]</c> and <c>[CLS] A [SEP] B [SEP]</c>, or as MPNet has it.</summary>
    public static TemplateProcessing Template(WordPiece model, SpecialTokens special, string file, bool isMPNet = false)
    {
        LayoutPiece Token(string token, int typeId) => LayoutPiece.Special(token, TokenizerFolder.SpecialId(token, model.Vocabulary, [], file), typeId);
        LayoutPiece first = Token(special.Classification!, 0), end = Token(special.Separator!, 0);
        LayoutPiece a = LayoutPiece.Text(0, 0);
        return isMPNet
            ? new TemplateProcessing([first, a, end], [first, a, end, end, LayoutPiece.Text(1, 1), end with { TypeId = 1 }])
            : new TemplateProcessing([first, a, end], [first, a, end, LayoutPiece.Text(1, 1), end with { TypeId = 1 }]);
    }
}
