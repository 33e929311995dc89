namespace Akin.Tokenizers.Tests;

/// <summary>The real vocabularies of the shared folder, loaded as the goldens say they were.</summary>
internal static class Families
{
    private static readonly Dictionary<(string, bool), Tokenizer> Loaded = [];

    /// <summary>Folders made of some files of the shared data, with the class of Python that the goldens loaded them as.</summary>
    private static readonly Dictionary<string, (string Class, string[] Files, string Config)> Copied = new()
    {
        ["bert-base-uncased"] = ("BertTokenizer", ["bert-base-uncased/vocab.txt"], "{}"),
        ["bert-base-cased"] = ("BertTokenizer", ["bert-base-cased/vocab.txt"], """{"do_lower_case": false}"""),
        ["bert-base-chinese"] = ("BertTokenizer", ["bert-base-chinese/vocab.txt"], """{"do_lower_case": false}"""),
        ["bert-base-multilingual-cased"] = ("BertTokenizer", ["bert-base-multilingual-cased/vocab.txt"], """{"do_lower_case": false}"""),
        ["koelectra"] = ("ElectraTokenizer", ["koelectra/vocab.txt"], """{"do_lower_case": false}"""),
        ["roberta-base"] = ("RobertaTokenizer", ["roberta-base/vocab.json", "roberta-base/merges.txt"], """{"model_max_length": 512}"""),
        ["gpt2"] = ("GPT2Tokenizer", ["gpt2/vocab.json", "gpt2/merges.txt"], "{}"),
        ["clip-vit-base-patch32"] = ("CLIPTokenizer", ["clip-vit-base-patch32/bpe_simple_vocab_16e6.txt.gz"], """{"model_max_length": 77}"""),
        ["albert-base"] = ("AlbertTokenizer", ["albert-base/spiece.model"], "{}"),
        ["xlnet-zh"] = ("XLNetTokenizer", ["xlnet-zh/spiece.model"], "{}"),
        ["llama2"] = ("LlamaTokenizer", ["llama2/tokenizer.model"], "{}"),
        ["spm-unigram-as-xlm-roberta"] = ("XLMRobertaTokenizer", ["sentencepiece-tests/test_sentencepiece.model->sentencepiece.bpe.model"], "{}"),
        ["spm-unigram-as-t5"] = ("T5Tokenizer", ["sentencepiece-tests/test_sentencepiece.model->spiece.model"], "{}"),
        ["spm-bpe-as-llama"] = ("LlamaTokenizer", ["sentencepiece-tests/test_sentencepiece_bpe.model->tokenizer.model"], "{}"),
    };

    /// <summary>The tokenizer of a family; its tokenizer.json where there is one, unless the vocabulary files are asked for.</summary>
    public static Tokenizer Load(string family, bool fromVocabulary = false)
    {
        lock (Loaded)
        {
            if (!Loaded.TryGetValue((family, fromVocabulary), out Tokenizer? tokenizer))
                Loaded[(family, fromVocabulary)] = tokenizer = LoadNew(family, fromVocabulary);
            return tokenizer;
        }
    }

    /// <summary>The same, not shared with other tests.</summary>
    public static Tokenizer LoadNew(string family, bool fromVocabulary = false)
    {
        string folder = Repository.Shared("data", "tokenizers", family);
        if (!fromVocabulary && File.Exists(Path.Combine(folder, "tokenizer.json")) && family != "llama2") // whose tokenizer.json is damaged
            return AutoTokenizer.FromFolder(folder, Copied.TryGetValue(family, out (string Class, string[], string) known) ? known.Class : null);
        (string name, string[] files, string config) = Copied[family];
        using TemporaryFolder copy = CopyOf(files);
        copy.Write("tokenizer_config.json", config.Insert(1, $"\"tokenizer_class\": \"{name}\"{(config == "{}" ? "" : ", ")}"));
        return AutoTokenizer.FromPretrained(copy.Path);
    }

    /// <summary>A folder with some files of the shared data, which may be given other names: <c>from->to</c>.</summary>
    public static TemporaryFolder CopyOf(params IEnumerable<string> files)
    {
        TemporaryFolder copy = new();
        foreach (string file in files)
        {
            string[] names = file.Split("->");
            File.Copy(Repository.Shared(["data", "tokenizers", .. names[0].Split('/')]), Path.Combine(copy.Path, Path.GetFileName(names[^1])));
        }
        return copy;
    }
}
