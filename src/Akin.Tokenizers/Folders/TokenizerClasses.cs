using Akin.Tokenizers.SentencePiece;

namespace Akin.Tokenizers.Folders;

/// <summary>The classes of Python's transformers 4 that Akin knows. A new one is one more line here.</summary>
internal static class TokenizerClasses
{
    private const string WordPieceFiles = "a vocab.txt";
    private const string ByteLevelFiles = "a vocab.json with a merges.txt";

    private static readonly SpecialTokens Bert = new() { Unknown = "[UNK]", Separator = "[SEP]", Padding = "[PAD]", Classification = "[CLS]", Mask = "[MASK]" };
    private static readonly SpecialTokens Roberta = new()
    {
        Beginning = "<s>",
        End = "</s>",
        Separator = "</s>",
        Classification = "<s>",
        Unknown = "<unk>",
        Padding = "<pad>",
        Mask = "<mask>",
    };

    private static readonly SpecialTokens Gpt2 = new() { Unknown = "<|endoftext|>", Beginning = "<|endoftext|>", End = "<|endoftext|>" };
    private static readonly SpecialTokens Albert = new()
    {
        Beginning = "[CLS]",
        End = "[SEP]",
        Unknown = "<unk>",
        Separator = "[SEP]",
        Padding = "<pad>",
        Classification = "[CLS]",
        Mask = "[MASK]",
    };

    private static readonly TokenizerClass[] All =
    [
        WordPiece("BertTokenizer", "bert"),
        WordPiece("DistilBertTokenizer", "distilbert"),
        WordPiece("ElectraTokenizer", "electra"),
        WordPiece("MobileBertTokenizer", "mobilebert"),
        WordPiece("ConvBertTokenizer", "convbert"),
        WordPiece("LayoutLMTokenizer", "layoutlm"),
        WordPiece("RetriBertTokenizer", "retribert"),
        WordPiece("SqueezeBertTokenizer", "squeezebert"),
        WordPiece("MPNetTokenizer", "mpnet") with { Defaults = Roberta, MaskStripsLeft = true },
        ByteLevel("GPT2Tokenizer", "gpt2", "gpt_neo", "gptj") with { Defaults = Gpt2, Build = ByteLevelFolder.ReadGpt2 },
        ByteLevel("RobertaTokenizer", "roberta", "data2vec-text"),
        ByteLevel("BartTokenizer", "bart"),
        ByteLevel("LongformerTokenizer", "longformer"),
        ByteLevel("LEDTokenizer", "led"),
        ByteLevel("MvpTokenizer", "mvp"),
        ByteLevel("CLIPTokenizer", "clip") with
        {
            Files = "a vocab.json with a merges.txt, or OpenAI's bpe_simple_vocab_16e6.txt.gz",
            Defaults = new SpecialTokens { Unknown = "<|endoftext|>", Beginning = "<|startoftext|>", End = "<|endoftext|>", Padding = "<|endoftext|>" },
            Build = ByteLevelFolder.ReadClip,
            NormalizedRoles = ["bos_token"],
            DecodedWordEnd = "</w>",
        },
        new TokenizerClass("OpenAIGPTTokenizer", ByteLevelFiles, ["openai-gpt"], ByteLevelFolder.ReadOpenAiGpt)
        {
            Defaults = new SpecialTokens { Unknown = "<unk>" },
            SavesVocabularyJson = true,
        },
        SentencePiece("AlbertTokenizer", "spiece.model", SentencePieceFolder.ReadAlbert, ["albert"]) with { Defaults = Albert, MaskStripsLeft = true },
        SentencePiece("XLNetTokenizer", "spiece.model", SentencePieceFolder.ReadXlnet, ["xlnet"]) with
        {
            Defaults = new SpecialTokens
            {
                Beginning = "<s>",
                End = "</s>",
                Unknown = "<unk>",
                Separator = "<sep>",
                Padding = "<pad>",
                Classification = "<cls>",
                Mask = "<mask>",
                Additional = ["<eop>", "<eod>"],
            },
            MaskStripsLeft = true,
            PaddingSide = Side.Left,
            PaddingTypeId = 3,
        },
        SentencePiece("T5Tokenizer", "spiece.model", SentencePieceFolder.ReadT5, ["t5", "mt5", "umt5"]) with
        {
            Defaults = new SpecialTokens { End = "</s>", Unknown = "<unk>", Padding = "<pad>" },
        },
        SentencePiece("XLMRobertaTokenizer", "sentencepiece.bpe.model", SentencePieceFolder.ReadXlmRoberta, ["xlm-roberta", "xlm-roberta-xl"]) with { Defaults = Roberta, MaskStripsLeft = true },
        SentencePiece("CamembertTokenizer", "sentencepiece.bpe.model", SentencePieceFolder.ReadCamembert, ["camembert"]) with
        {
            Defaults = Roberta with { Additional = ["<s>NOTUSED", "</s>NOTUSED", "<unk>NOTUSED"] },
            MaskStripsLeft = true,
        },
        SentencePiece("BigBirdTokenizer", "spiece.model", SentencePieceFolder.ReadBigBird, ["big_bird"]) with
        {
            Defaults = Albert with { Beginning = "<s>", End = "</s>" },
            MaskStripsLeft = true,
        },
        SentencePiece("DebertaV2Tokenizer", "spm.model", SentencePieceFolder.ReadDebertaV2, ["deberta-v2"]) with { Defaults = Bert with { Beginning = "[CLS]", End = "[SEP]" } },
        SentencePiece("LlamaTokenizer", "tokenizer.model", SentencePieceFolder.ReadLlama, ["llama", "mistral"]) with
        {
            Defaults = new SpecialTokens { Beginning = "<s>", End = "</s>", Unknown = "<unk>" },
        },
        new TokenizerClass("MarianTokenizer", "a source.spm, a target.spm and a vocab.json", ["marian"], MarianFolder.Read)
        {
            Defaults = new SpecialTokens { End = "</s>", Unknown = "<unk>", Padding = "<pad>" },
            SavesVocabularyJson = true,
        },
        new TokenizerClass("KoBertTokenizer", "a SentencePiece model (tokenizer_78b3253a26.model or tokenizer.model) with a vocab.txt", [], KoBertFolder.Read) { Defaults = Bert },
        new TokenizerClass(SentencePieceTokenizer.ClassName, "a SentencePiece model (tokenizer.model)", [], static folder => SentencePieceTokenizer.FromFile(folder.Require(SentencePieceTokenizer.FileName))),
    ];

    /// <summary>Names of classes that are the same as one of the table.</summary>
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["MT5Tokenizer"] = "T5Tokenizer",
        ["KoBERTTokenizer"] = "KoBertTokenizer",
    };

    /// <summary>The names of all classes.</summary>
    public static IEnumerable<string> Names => All.Select(static item => item.Name);

    /// <summary>A class by its name, with or without <c>Fast</c>; null when it is not known.</summary>
    public static TokenizerClass? Find(string name)
    {
        name = name.EndsWith("Fast", StringComparison.Ordinal) ? name[..^4] : name;
        name = Aliases.GetValueOrDefault(name, name);
        return Array.Find(All, item => item.Name == name);
    }

    /// <summary>The class of a model; null when it is not known.</summary>
    public static TokenizerClass? OfModelType(string modelType) => Array.Find(All, item => item.ModelTypes.Contains(modelType));

    private static TokenizerClass WordPiece(string name, params string[] modelTypes) => new(name, WordPieceFiles, modelTypes, WordPieceFolder.Read) { Defaults = Bert };

    private static TokenizerClass SentencePiece(string name, string modelName, Func<TokenizerFolder, Tokenizer> build, string[] modelTypes) =>
        new(name, $"the file {modelName}", modelTypes, build) { ModelName = modelName };

    private static TokenizerClass ByteLevel(string name, params string[] modelTypes) => new(name, ByteLevelFiles, modelTypes, ByteLevelFolder.ReadRoberta)
    {
        Defaults = Roberta,
        SavesVocabularyJson = true,
        NormalizedRoles = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token"],
        MaskStripsLeft = true,
    };
}
