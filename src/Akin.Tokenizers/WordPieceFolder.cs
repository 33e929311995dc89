using System.Text.Json;
using Akin.Tokenizers.Decoders;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Models;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.PostProcessors;
using Akin.Tokenizers.PreTokenizers;

namespace Akin.Tokenizers;

/// <summary>
/// Makes the tokenizer of a folder with <c>vocab.txt</c> and no <c>tokenizer.json</c>: the pipeline that <c>BertTokenizerFast</c> and the
/// classes like it build in transformers 4, with the settings of <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and <c>added_tokens.json</c>.
/// </summary>
internal static class WordPieceFolder
{
    public const string VocabularyName = "vocab.txt";

    private const string ConfigName = "tokenizer_config.json";
    private const string AddedTokensName = "added_tokens.json";

    /// <summary>The classes of transformers whose vocabulary is a <c>vocab.txt</c> of word pieces.</summary>
    private static readonly string[] Classes =
        ["BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "MPNetTokenizer", "MobileBertTokenizer", "ConvBertTokenizer", "LayoutLMTokenizer", "RetriBertTokenizer", "SqueezeBertTokenizer"];

    public static Tokenizer Read(string folder)
    {
        string file = Path.Combine(folder, VocabularyName);
        TokenizerSettings settings = TokenizerSettings.Read(folder);
        JsonFields? config = TokenizerSettings.Open(folder, ConfigName);
        string className = (settings.TokenizerClass ?? "BertTokenizer").Replace("Fast", string.Empty, StringComparison.Ordinal);
        if (!Classes.Contains(className))
        {
            throw config!.Refuse("tokenizer_class", $"a vocab.txt without tokenizer.json is not supported for the class \"{settings.TokenizerClass}\"; supported: "
                + string.Join(", ", Classes));
        }
        settings = settings with { SpecialTokens = WithDefaults(settings.SpecialTokens, className == "MPNetTokenizer") };

        SpecialTokens special = settings.SpecialTokens;
        WordPiece model = new(VocabularyFile.Read(file), special.Unknown!);
        bool basic = config?.Bool("do_basic_tokenize", absent: true) ?? true;
        if (config is not null && config.Value("never_split") is { } neverSplit && !(neverSplit.ValueKind == JsonValueKind.Array && neverSplit.GetArrayLength() == 0))
            throw config.Refuse("never_split", $"words that are never split are not supported, found {JsonFields.Describe(neverSplit)}; add them as tokens instead");
        Normalizer? normalizer = basic ? new BertNormalizer
        {
            Lowercase = config?.Bool("do_lower_case", absent: true) ?? true,
            HandleChineseCharacters = config?.Bool("tokenize_chinese_chars", absent: true) ?? true,
            StripAccents = config?.OptionalBool("strip_accents"),
        }
        : null;
        PreTokenizer preTokenizer = basic ? new BertPreTokenizer() : new WhitespaceSplit();

        Tokenizer tokenizer = new(model, normalizer, preTokenizer, Template(model, special, className == "MPNetTokenizer", file), new WordPieceDecoder())
        {
            Settings = settings,
            Origin = file,
        };
        tokenizer.AddFromFile(AddedTokens(folder, config, special, model));
        return tokenizer;
    }

    private static SpecialTokens WithDefaults(SpecialTokens special, bool isMpnet) => special with
    {
        Unknown = special.Unknown ?? "[UNK]",
        Separator = special.Separator ?? (isMpnet ? "</s>" : "[SEP]"),
        Padding = special.Padding ?? (isMpnet ? "<pad>" : "[PAD]"),
        Classification = special.Classification ?? (isMpnet ? "<s>" : "[CLS]"),
        Mask = special.Mask ?? (isMpnet ? "<mask>" : "[MASK]"),
        Beginning = special.Beginning ?? (isMpnet ? "<s>" : null),
        End = special.End ?? (isMpnet ? "</s>" : null),
    };

    private static TemplateProcessing Template(WordPiece model, SpecialTokens special, bool isMpnet, string file)
    {
        LayoutPiece Token(string token, int typeId) => model.Vocabulary.TryGetId(token, out int id)
            ? LayoutPiece.Special(token, id, typeId)
            : throw new TokenizerFileException(file, string.Empty, $"the vocabulary lacks the special token \"{token}\" that every text is given");
        LayoutPiece first = Token(special.Classification!, 0), end = Token(special.Separator!, 0);
        LayoutPiece a = LayoutPiece.Text(0, 0);
        return isMpnet
            ? new TemplateProcessing([first, a, end], [first, a, end, end, LayoutPiece.Text(1, 1), end with { TypeId = 1 }])
            : new TemplateProcessing([first, a, end], [first, a, end, LayoutPiece.Text(1, 1), end with { TypeId = 1 }]);
    }

    /// <summary>
    /// The added tokens: those of <c>added_tokens_decoder</c> (transformers 4.34 and later) or of <c>added_tokens.json</c> (before),
    /// and the named special tokens.
    /// </summary>
    private static List<(AddedToken Token, int? Id)> AddedTokens(string folder, JsonFields? config, SpecialTokens special, WordPiece model)
    {
        SortedDictionary<int, AddedToken> tokens = [];
        HashSet<string> contents = new(StringComparer.Ordinal);
        HashSet<string> named = [.. special.Named.Select(static item => item.Token), .. special.Additional];
        void Add(int id, AddedToken token)
        {
            if (contents.Add(token.Content))
                tokens[id] = token;
        }
        if (config?.OptionalObject("added_tokens_decoder") is { } decoder)
        {
            foreach (JsonProperty property in decoder.Element.EnumerateObject())
            {
                string path = decoder.At(decoder.NameOf(property));
                if (!int.TryParse(property.Name, out int id) || id is < 0 or > Vocabulary.MaximumId)
                    throw decoder.Wrong(path, $"the name of the field must be an id from 0 to {Vocabulary.MaximumId}");
                Add(id, AddedToken.Read(new JsonFields(property.Value, decoder.File, path)));
            }
        }
        else if (TokenizerSettings.Open(folder, AddedTokensName) is { } added)
        {
            foreach (JsonProperty property in added.Element.EnumerateObject())
            {
                string token = added.NameOf(property);
                int id = added.AsInt(property.Value, added.At(token), minimum: 0);
                if (id > Vocabulary.MaximumId)
                    throw added.Refuse(token, $"the id {id} is too large; the largest supported is {Vocabulary.MaximumId}");
                Add(id, new AddedToken(token) { Special = named.Contains(token), Normalized = !named.Contains(token) });
            }
        }
        foreach (string token in named)
        {
            if (model.Vocabulary.TryGetId(token, out int id))
                Add(id, new AddedToken(token) { Special = true, LeftStrip = token == "<mask>" });
        }
        return [.. tokens.Select(static entry => (entry.Value, (int?)entry.Key))];
    }
}
