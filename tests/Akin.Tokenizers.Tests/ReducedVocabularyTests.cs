namespace Akin.Tokenizers.Tests;

public sealed class ReducedVocabularyTests
{
    private static readonly string[] Texts = ["The quick brown fox jumps over the lazy dog.", "The dog sleeps.", "빠른 갈색 여우", "The fox, the dog"];

    [Theory]
    [InlineData("tokenizers/save_pretrained/small-xlm-roberta")] // Unigram, template
    [InlineData("models/sentence/tiny/mean-normalize")] // WordPiece
    public void Create_HalfOfTheVocabulary_StaysAWholeTokenizer(string name)
    {
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(Repository.Golden(name.Split('/')));
        int size = tokenizer.VocabularySize / 2;
        ReducedVocabulary reduced = ReducedVocabulary.Create(tokenizer, Texts, size);

        Assert.Equal(size, reduced.Tokenizer.VocabularySize);
        Assert.Equal(size, reduced.Tokenizer.IdLimit);
        Assert.Equal(reduced.KeptIds.Order(), reduced.KeptIds);
        Assert.All(Enumerable.Range(0, size), id => Assert.Equal(tokenizer.IdToToken(reduced.KeptIds[id]), reduced.Tokenizer.IdToToken(id)));
        foreach (string text in Texts)
        {
            Encoding before = tokenizer.Encode(text, "The dog"), after = reduced.Tokenizer.Encode(text, "The dog");
            Assert.Equal(before.Tokens, after.Tokens); // all of the texts' tokens fit
            Assert.Equal(before.Ids, after.Ids.Select(id => reduced.KeptIds[id]));
        }
    }

    [Fact]
    public void Create_SavedAndLoaded_EncodesTheSame()
    {
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(Repository.Golden("tokenizers", "save_pretrained", "small-xlm-roberta"));
        Tokenizer reduced = ReducedVocabulary.Create(tokenizer, Texts, tokenizer.VocabularySize / 2).Tokenizer;
        using TemporaryFolder folder = new();
        reduced.SavePretrained(folder.Path);
        Tokenizer again = AutoTokenizer.FromPretrained(folder.Path);
        Assert.All(Texts, text => Assert.Equal(reduced.Encode(text).Ids, again.Encode(text).Ids));
        Assert.Equal(reduced.MaskId, again.MaskId);
        Assert.Equal(reduced.UnknownId, again.UnknownId);
    }

    [Fact]
    public void Create_TokensDropped_LeavesTheirLetters()
    {
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(Repository.Golden("tokenizers", "save_pretrained", "small-xlm-roberta"));
        string[] texts = [.. Texts, "t h e q u i c k b r o w n j u m p s l a z y"];
        int letters = texts.SelectMany(text => text).Distinct().Count();
        ReducedVocabulary reduced = ReducedVocabulary.Create(tokenizer, texts, tokenizer.AddedTokens.Count + letters + 10);
        Encoding encoding = reduced.Tokenizer.Encode("quick brown jumps lazy");
        Assert.True(encoding.Length > tokenizer.Encode("quick brown jumps lazy").Length);
        Assert.DoesNotContain(reduced.Tokenizer.UnknownId!.Value, encoding.Ids);
    }

    [Fact]
    public void Create_ByteLevelBpe_IsRefused() => Assert.Throws<NotSupportedException>(
        () => ReducedVocabulary.Create(AutoTokenizer.FromPretrained(Repository.Golden("tokenizers", "save_pretrained", "small-roberta")), Texts, 100));

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(10_000_000)]
    public void Create_SizeOutOfBounds_IsRefused(int size) => Assert.Throws<ArgumentOutOfRangeException>(
        () => ReducedVocabulary.Create(AutoTokenizer.FromPretrained(Repository.Golden("tokenizers", "save_pretrained", "small-xlm-roberta")), Texts, size));
}
