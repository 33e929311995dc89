namespace Akin.Tokenizers.Tests;

/// <summary>The real vocabularies of the shared folder, loaded as the goldens say they were.</summary>
internal static class Families
{
    private static readonly Dictionary<(string, bool), Tokenizer> Loaded = [];

    /// <summary>The tokenizer of a family; its tokenizer.json where there is one, unless vocab.txt is asked for.</summary>
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
        if (!fromVocabulary && File.Exists(Path.Combine(folder, "tokenizer.json")))
            return AutoTokenizer.FromPretrained(folder);
        using TemporaryFolder copy = new();
        File.Copy(Path.Combine(folder, "vocab.txt"), Path.Combine(copy.Path, "vocab.txt"));
        if (family != "bert-base-uncased")
            File.WriteAllText(Path.Combine(copy.Path, "tokenizer_config.json"), """{"do_lower_case": false}""");
        return AutoTokenizer.FromPretrained(copy.Path);
    }
}
