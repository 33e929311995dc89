namespace Akin.Tokenizers.Tests;

public sealed class BertTokenizerTests
{
    private static readonly string Folder = Repository.Golden("models", "tf", "published");
    private static readonly string Vocabulary = Path.Combine(Folder, "vocab.txt");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void FromFile_OfAVocabulary_IsTheTokenizerOfAFolderWithIt(bool doLowerCase)
    {
        using TemporaryFolder folder = new();
        File.Copy(Vocabulary, Path.Combine(folder.Path, "vocab.txt"));
        File.WriteAllText(Path.Combine(folder.Path, "tokenizer_config.json"), $$"""{"tokenizer_class": "BertTokenizer", "do_lower_case": {{(doLowerCase ? "true" : "false")}}}""");
        Tokenizer expected = AutoTokenizer.FromPretrained(folder.Path);
        Tokenizer found = BertTokenizer.FromFile(Vocabulary, doLowerCase);
        foreach (string text in (string[])["The cat, and ten bytes!", "Thé CAFÉ", "the 北京 and 한국어", "[MASK] in [SEP]", ""])
        {
            Assert.Equal(expected.Encode(text, "is that it").Ids, found.Encode(text, "is that it").Ids);
            Assert.Equal(expected.Encode(text, "is that it").TypeIds, found.Encode(text, "is that it").TypeIds);
        }

        // What is saved says so to Python's classes, old and new.
        found.SavePretrained(folder.Path);
        Assert.Equal(found.Encode("Thé cat").Ids, AutoTokenizer.FromPretrained(folder.Path).Encode("Thé cat").Ids);
        Assert.Contains($"\"do_lower_case\": {(doLowerCase ? "true" : "false")}", File.ReadAllText(Path.Combine(folder.Path, "tokenizer_config.json")));
        Assert.Equal(File.ReadAllText(Vocabulary).TrimEnd(), File.ReadAllText(Path.Combine(folder.Path, "vocab.txt")).TrimEnd());
    }

    [Fact]
    public void FromFile_CutsWordsOfUpTo200LettersAsTheScriptDoes()
    {
        Tokenizer tokenizer = BertTokenizer.FromFile(Vocabulary);
        Assert.Equal(1 + 199, tokenizer.Tokenize(string.Concat(Enumerable.Repeat('0', 200))).Length);
        Assert.Equal(["[UNK]"], tokenizer.Tokenize(string.Concat(Enumerable.Repeat('0', 201))));
    }

    [Fact]
    public void FromFile_OfWhatIsNoVocabulary_SaysWhatIsMissing()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "words.txt");
        Assert.Contains("words.txt", Assert.Throws<TokenizerFileException>(() => BertTokenizer.FromFile(file)).Message);
        File.WriteAllText(file, "[UNK]\nthe\n[CLS]\n");
        Assert.Contains("[SEP]", Assert.Throws<TokenizerFileException>(() => BertTokenizer.FromFile(file)).Message);
    }
}
