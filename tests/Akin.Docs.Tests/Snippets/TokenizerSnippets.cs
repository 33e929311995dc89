using Akin.Tokenizers;
using Akin.Tokenizers.Text;
using Akin.Tokenizers.Training;

namespace Akin.Docs.Tests.Snippets;

[Collection(SnippetCollection.Name)]
public sealed class TokenizerSnippets : Snippet
{
    [SharedFact(ModelServer.Model)]
    public void Encode()
    {
        #region tokenizer-encode
        Tokenizer tokenizer = AutoTokenizer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2");
        Encoding encoding = tokenizer.Encode("Unbelievable prices!");
        for (int i = 0; i < encoding.Length; i++)
        {
            (int start, int end) = (encoding.Offsets[i].Start, encoding.Offsets[i].End);
            Console.WriteLine($"{encoding.Ids[i]} {encoding.Tokens[i]} {start}..{end}");
        }

        Console.WriteLine(tokenizer.Decode(encoding.Ids));
        #endregion
        Assert.Equal("101 [CLS] 0..0\n23653 unbelievable 0..12\n7597 prices 13..19\n999 ! 19..20\n102 [SEP] 0..0\nunbelievable prices!\n", Printed);
    }

    [SharedFact(ModelServer.Model)]
    public void Windows()
    {
        #region tokenizer-windows
        Tokenizer tokenizer = AutoTokenizer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2");
        Encoding first = tokenizer.Encode(
            "Which floor?",
            "The picture books are on the ground floor, novels are on the first and the quiet rooms on the second.",
            new EncodeOptions { Truncation = new Truncation(16) { Strategy = TruncationStrategy.OnlySecond, Stride = 4 } });
        foreach (Encoding window in first.Overflowing.Prepend(first))
        {
            Console.WriteLine(tokenizer.Decode(window.Ids));
        }
        #endregion
        Assert.StartsWith("which floor? the picture books are on the ground floor", Printed);
        Assert.EndsWith("the second.\n", Printed);
    }

    [SharedFact(ModelServer.Model)]
    public void Ids()
    {
        #region tokenizer-ids
        Tokenizer tokenizer = AutoTokenizer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2");
        Span<int> ids = stackalloc int[256];
        int count = tokenizer.EncodeIds("The lift goes to every floor.", ids);
        Console.WriteLine(string.Join(' ', ids[..count].ToArray()));
        #endregion
        Assert.Equal(string.Join(' ', AutoTokenizer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2").Encode("The lift goes to every floor.").Ids) + "\n", Printed);
    }

    [SharedFact(ModelServer.Model)]
    public void Stream()
    {
        #region tokenizer-stream
        Tokenizer tokenizer = AutoTokenizer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2");
        DecodeStream stream = tokenizer.StreamDecode();
        foreach (int id in tokenizer.Encode("The lift goes to every floor.").Ids)
        {
            Console.Write(stream.Step(id));
        }

        Console.WriteLine(stream.Finish());
        #endregion
        Assert.Equal("the lift goes to every floor.\n", Printed);
    }

    [Fact]
    public void Sentences()
    {
        #region tokenizer-sentences
        foreach (string sentence in SentenceSplitter.Split("Dr. Kim paid $3.50. 정말 좋았어요!다시 갈게요. “去哪儿？”他问。走吧。"))
        {
            Console.WriteLine($"{UnicodeScript.MostUsed(sentence)}: {sentence}");
        }
        #endregion
        Assert.Equal("Latin: Dr. Kim paid $3.50.\nHangul: 정말 좋았어요!\nHangul: 다시 갈게요.\nHan: “去哪儿？”他问。\nHan: 走吧。\n", Printed);
    }

    [Fact]
    public void Train()
    {
        File.WriteAllLines("corpus.txt", Enumerable.Range(0, 200).Select(static number => $"Book {number} is lent for four weeks, number {number % 7} for two."));
        #region tokenizer-train
        TokenizerRecipe recipe = new(TokenizerKind.ByteLevelBpe) { VocabularySize = 400 };
        Tokenizer tokenizer = recipe.Train(File.ReadLines("corpus.txt"));
        tokenizer.SavePretrained("my-tokenizer");
        Console.WriteLine(string.Join(' ', AutoTokenizer.FromPretrained("my-tokenizer").Tokenize("A book for four weeks")));
        #endregion
        Assert.Equal("A Ġ b o ok Ġfor Ġfour Ġweeks\n", Printed);
    }
}
