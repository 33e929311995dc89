using Akin.Tokenizers.Decoders;
using Akin.Tokenizers.Models;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.Patterns;
using Akin.Tokenizers.PostProcessors;
using Akin.Tokenizers.PreTokenizers;

namespace Akin.Tokenizers.Training;

/// <summary>
/// Trains a whole tokenizer of a usual kind: pipeline, special tokens and template are those of the ready-made classes of Hugging Face tokenizers
/// (<c>BertWordPieceTokenizer</c>, <c>ByteLevelBPETokenizer</c>, <c>SentencePieceBPETokenizer</c>, <c>SentencePieceUnigramTokenizer</c>).
/// </summary>
/// <param name="kind">The kind.</param>
public sealed class TokenizerRecipe(TokenizerKind kind)
{
    private static readonly string[] BertTokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
    private static readonly string[] RobertaTokens = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"];

    /// <summary>The kind.</summary>
    public TokenizerKind Kind { get; } = kind;

    /// <summary>How many tokens the vocabulary should have at most; the alphabet is kept even when it is larger. Default 30,000.</summary>
    public int VocabularySize { get; init; } = 30_000;

    /// <summary>Rarer words (WordLevel) and pairs (BPE, WordPiece) are passed over; Unigram has no such limit. Default 2.</summary>
    public long MinimumFrequency { get; init; } = 2;

    /// <summary>Whether texts are lowered, and for WordPiece accents stripped. Default false.</summary>
    public bool Lowercase { get; init; }

    /// <summary>Special tokens beyond those of the kind. Default none.</summary>
    public IReadOnlyList<string> AdditionalSpecialTokens { get; init; } = [];

    /// <summary>Trains the tokenizer.</summary>
    /// <param name="texts">The corpus; read once.</param>
    /// <param name="progress">Told now and then how far it is.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="TokenizerException">The options do not fit the corpus.</exception>
    public Tokenizer Train(IEnumerable<string> texts, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        bool isBert = Kind is TokenizerKind.WordPiece or TokenizerKind.WordLevel;
        AddedToken[] special = [.. (isBert ? BertTokens : RobertaTokens).Concat(AdditionalSpecialTokens).Select(static token => new AddedToken(token) { Special = true })];
        if (!isBert)
            special[Array.IndexOf(RobertaTokens, "<mask>")] = new AddedToken("<mask>") { Special = true, LeftStrip = true };
        Normalizer? normalizer = MakeNormalizer();
        PreTokenizer preTokenizer = MakePreTokenizer();
        Model model = MakeTrainer(special).Train(WordCounts.Count(texts, normalizer, preTokenizer, progress, cancellationToken), progress, cancellationToken);
        Tokenizer tokenizer = new(model, normalizer, preTokenizer, MakePostProcessor(), MakeDecoder())
        {
            Settings = new TokenizerSettings
            {
                TokenizerClass = Kind switch { TokenizerKind.WordPiece => "BertTokenizer", TokenizerKind.ByteLevelBpe => "RobertaTokenizer", _ => "PreTrainedTokenizerFast" },
                ModelMaximumLength = 512,
                SpecialTokens = isBert
                    ? new SpecialTokens { Padding = "[PAD]", Unknown = "[UNK]", Classification = "[CLS]", Separator = "[SEP]", Mask = "[MASK]", Additional = AdditionalSpecialTokens }
                    : new SpecialTokens
                    {
                        Beginning = "<s>",
                        End = "</s>",
                        Padding = "<pad>",
                        Unknown = "<unk>",
                        Classification = "<s>",
                        Separator = "</s>",
                        Mask = "<mask>",
                        Additional = AdditionalSpecialTokens,
                    },
            },
        };
        tokenizer.AddTokens(special);
        return tokenizer;
    }

    private Normalizer? MakeNormalizer()
    {
        Normalizer[] lowercase = Lowercase ? [new Lowercase()] : [];
        return Kind switch
        {
            TokenizerKind.WordPiece => new BertNormalizer { Lowercase = Lowercase },
            TokenizerKind.ByteLevelBpe => Lowercase ? new Lowercase() : null,
            TokenizerKind.Unigram => new NormalizerSequence([new Nmt(), new UnicodeForm(UnicodeFormKind.NFKC), .. lowercase, new Replace(TextPattern.Expression(" {2,}"), " ")]),
            _ => new NormalizerSequence([new UnicodeForm(UnicodeFormKind.NFKC), .. lowercase]),
        };
    }

    private PreTokenizer MakePreTokenizer() => Kind switch
    {
        TokenizerKind.WordLevel => new Whitespace(),
        TokenizerKind.WordPiece => new BertPreTokenizer(),
        TokenizerKind.ByteLevelBpe => new ByteLevel { AddPrefixSpace = false },
        _ => new Metaspace(),
    };

    private Trainer MakeTrainer(AddedToken[] special) => Kind switch
    {
        TokenizerKind.WordLevel => new WordLevelTrainer { VocabularySize = VocabularySize, MinimumFrequency = MinimumFrequency, SpecialTokens = special },
        TokenizerKind.WordPiece => new WordPieceTrainer { VocabularySize = VocabularySize, MinimumFrequency = MinimumFrequency, SpecialTokens = special },
        TokenizerKind.Unigram => new UnigramTrainer { VocabularySize = VocabularySize, SpecialTokens = special, UnknownToken = "<unk>" },
        TokenizerKind.ByteLevelBpe => new BpeTrainer
        {
            VocabularySize = VocabularySize,
            MinimumFrequency = MinimumFrequency,
            SpecialTokens = special,
            InitialAlphabet = BpeTrainer.ByteAlphabet,
        },
        _ => new BpeTrainer
        {
            VocabularySize = VocabularySize,
            MinimumFrequency = MinimumFrequency,
            SpecialTokens = special,
            ModelOptions = new BpeOptions { UnknownToken = "<unk>" },
        },
    };

    private PostProcessor MakePostProcessor()
    {
        // Special tokens get the first ids in their order.
        LayoutPiece first = LayoutPiece.Text(0, 0);
        if (Kind is TokenizerKind.WordPiece or TokenizerKind.WordLevel)
        {
            LayoutPiece classification = Special(BertTokens, "[CLS]"), separator = Special(BertTokens, "[SEP]");
            return new TemplateProcessing(
                [classification, first, separator], [classification, first, separator, LayoutPiece.Text(1, 1), separator with { TypeId = 1 }]);
        }
        LayoutPiece begin = Special(RobertaTokens, "<s>"), end = Special(RobertaTokens, "</s>");
        return Kind == TokenizerKind.ByteLevelBpe
            ? new RobertaProcessing(("</s>", end.Ids[0]), ("<s>", begin.Ids[0])) { AddPrefixSpace = false }
            : new TemplateProcessing([begin, first, end], [begin, first, end, end, LayoutPiece.Text(1, 0), end]);
    }

    private Decoder? MakeDecoder() => Kind switch
    {
        TokenizerKind.WordLevel => null,
        TokenizerKind.WordPiece => new WordPieceDecoder(),
        TokenizerKind.ByteLevelBpe => new ByteLevelDecoder(),
        _ => new MetaspaceDecoder(),
    };

    private static LayoutPiece Special(string[] tokens, string token) => LayoutPiece.Special(token, Array.IndexOf(tokens, token));
}
