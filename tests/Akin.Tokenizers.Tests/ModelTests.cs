using System.Text;
using System.Text.Json.Nodes;
using Akin.Tokenizers.Models;

namespace Akin.Tokenizers.Tests;

/// <summary>The models against plain slow ones, on long pieces, and with damaged definitions.</summary>
public class ModelTests
{
    private static readonly string[] Letters = ["a", "b", "c", "d", "é", "中", "👍"];

    [Fact]
    public void Bpe_RandomMergesAndPieces_EqualMergingOnePairAtATime()
    {
        Random random = new(1);
        for (int round = 0; round < 60; round++)
        {
            (List<string> tokens, List<(string, string)> merges) = RandomMerges(random, mergeCount: 40);
            BPE model = new(new Vocabulary(tokens), merges);
            for (int k = 0; k < 20; k++)
            {
                string piece = RandomPiece(random, random.Next(1, random.Next(2, 400)));
                List<ModelToken> actual = [];
                model.Tokenize(piece, actual);
                Same.Lists(piece, MergeSlowly(piece, merges), [.. actual.Select(static token => token.Text!)]);
                Assert.All(actual, token => Assert.Equal(token.Text, piece[token.Start..token.End]));
            }
        }
    }

    [Fact]
    public void Unigram_RandomScoresAndPieces_EqualsTheBestOfAllPaths()
    {
        Random random = new(2);
        for (int round = 0; round < 60; round++)
        {
            (List<string> tokens, _) = RandomMerges(random, mergeCount: 40);
            tokens.RemoveAll(token => Letters.Contains(token) && random.Next(4) == 0); // some characters are unknown
            List<(string, double)> pieces = [("<unk>", 0), .. tokens.Select(token => (token, (double)-random.Next(1, 12)))];
            Unigram model = new(pieces, unknownId: 0);
            for (int k = 0; k < 20; k++)
            {
                string piece = RandomPiece(random, random.Next(1, random.Next(2, 400)));
                List<ModelToken> actual = [];
                model.Tokenize(piece, actual);
                Same.Lists(piece, BestPathSlowly(piece, pieces), [.. actual.Select(token => token.Text ?? piece[token.Start..token.End])]);
                Assert.All(actual, token => Assert.True(token.Id == 0 == !tokens.Contains(piece[token.Start..token.End])));
            }
        }
    }

    [Fact]
    public void Bpe_VeryLongPieces_AreMergedAsInParts()
    {
        Random random = new(8);
        for (int round = 0; round < 6; round++)
        {
            // "z" merges with nothing, so that the parts between are independent.
            (List<string> tokens, List<(string, string)> merges) = RandomMerges(random, mergeCount: 40);
            BPE model = new(new Vocabulary([.. tokens, "z"]), merges);
            string[] parts = [.. Enumerable.Range(0, 400).Select(_ => RandomPiece(random, random.Next(1, 150))), new string('a', 3000)];
            List<ModelToken> whole = [], single = [];
            model.Tokenize(string.Join('z', parts), whole);
            foreach (string part in parts)
                model.Tokenize(part, single);
            Same.Lists($"{round}", [.. single.Select(static token => token.Text!)], [.. whole.Select(static token => token.Text!).Where(static text => text != "z")]);
        }
    }

    [Fact]
    public void LongPieces_TakeWorkInProportion()
    {
        Random random = new(3);
        (List<string> tokens, List<(string, string)> merges) = RandomMerges(random, mergeCount: 40);
        merges.RemoveAll(static merge => merge is ("a", "a") or ("aa", "aa"));
        tokens = [.. tokens.Union(["aa", "aaaa"])];
        BPE bpe = new(new Vocabulary(tokens), [("a", "a"), ("aa", "aa"), .. merges]);
        Unigram unigram = new([("<unk>", 0), .. tokens.Select(static token => (token, -1.0 * token.Length))], unknownId: 0);
        foreach (string piece in new[] { new string('a', 1_000_000), RandomPiece(random, 1_000_000), new string('x', 1_000_000) })
        {
            foreach (Model model in new Model[] { bpe, unigram })
            {
                List<ModelToken> found = [];
                model.Tokenize(piece, found);
                if (piece[0] != 'x')
                    Assert.Equal(piece.Length, found.Sum(static token => token.End - token.Start));
                else
                    Assert.Equal(model is BPE ? 0 : 1, found.Count);
            }
        }
    }

    [Fact]
    public void Tokenize_OnceWarm_AllocatesNothing()
    {
        (List<string> tokens, List<(string, string)> merges) = RandomMerges(new Random(4), mergeCount: 40);
        string[] pieces = ["abcdaabb", RandomPiece(new Random(5), 300), "aéz中👍zz"];
        List<ModelToken> found = new(1000);
        foreach (Model model in new Model[] { new BPE(new Vocabulary(tokens), merges), new Unigram([("<unk>", 0), .. tokens.Select(static token => (token, -1.0))], 0) })
        {
            long allocated = Allocations.During(() =>
            {
                foreach (string piece in pieces)
                {
                    found.Clear();
                    model.Tokenize(piece, found);
                }
            });
            Assert.Equal(0, allocated);
        }
    }

    [Fact]
    public void Dropout_CutsTheSameTextDifferentlyButTheSameFromTheSameSeed()
    {
        (List<string> tokens, List<(string, string)> merges) = RandomMerges(new Random(6), mergeCount: 40);
        string piece = RandomPiece(new Random(7), 300);
        string[] Cuts(double dropout, int seed)
        {
            BPE model = new(new Vocabulary(tokens), merges, new BpeOptions { Dropout = dropout, DropoutSeed = seed });
            return [.. Enumerable.Range(0, 20).Select(_ =>
            {
                List<ModelToken> found = [];
                model.Tokenize(piece, found);
                Assert.Equal(piece, string.Concat(found.Select(static token => token.Text)));
                return string.Join(' ', found.Select(static token => token.Text));
            })];
        }
        Assert.Equal(Cuts(0.5, 1), Cuts(0.5, 1));
        Assert.NotEqual(Cuts(0.5, 1), Cuts(0.5, 2));
        Assert.True(Cuts(0.5, 1).Distinct().Count() > 5);
        Assert.Equal(string.Join(' ', MergeSlowly(piece, merges)), Assert.Single(Cuts(0, 1).Distinct()));
        Assert.Equal(string.Join(' ', piece.EnumerateRunes()), Assert.Single(Cuts(1, 1).Distinct())); // nothing merges
    }

    [Theory]
    [InlineData("""{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}""")]
    [InlineData("""{"type":"BPE","dropout":0.5,"unk_token":"a","continuing_subword_prefix":"","end_of_word_suffix":null,"fuse_unk":true,"byte_fallback":true,"ignore_merges":true,"vocab":{"a":0,"b":1,"ab":2},"merges":[["a","b"],["a","ab"]]}""", "model.merges[1]", "needs the token \"aab\"")]
    [InlineData("""{"type":"BPE","dropout":0.5,"unk_token":"a","vocab":{"a":0,"b":1,"ab":2},"merges":[["a","b"]]}""")]
    [InlineData("""{"type":"BPE","vocab":{"a":0},"merges":["a b"]}""", "model.merges[0]", "needs the token \"b\"")]
    [InlineData("""{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b","a b"]}""", "model.merges[1]", "there twice, the first time as number 0")]
    [InlineData("""{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b c"]}""", "model.merges[0]", "two tokens with one space")]
    [InlineData("""{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":[["a"]]}""", "model.merges[0]", "an array of two tokens")]
    [InlineData("""{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":[["a",1]]}""", "model.merges[0][1]", "a string was expected")]
    [InlineData("""{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":{}}""", "model.merges", "an array was expected")]
    [InlineData("""{"type":"BPE","vocab":{"a":0,"b":1},"merges":[],"dropout":1.5}""", "model.dropout", "from 0 to 1")]
    [InlineData("""{"type":"BPE","vocab":{"a":0,"#":1},"merges":[["a","#"]],"continuing_subword_prefix":"##"}""", "model.merges[0]", "shorter than the prefix")]
    [InlineData("""{"type":"Unigram","unk_id":1,"vocab":[["a",-1.5],["b",0.0]],"byte_fallback":false}""")]
    [InlineData("""{"type":"Unigram","unk_id":null,"vocab":[["a",-3.5323920249938965]]}""")]
    [InlineData("""{"type":"Unigram","unk_id":2,"vocab":[["a",-1.5],["b",0.0]]}""", "model.unk_id", "the id 2; ids go from 0 to 1")]
    [InlineData("""{"type":"Unigram","unk_id":0,"vocab":[]}""", "model.vocab", "empty")]
    [InlineData("""{"type":"Unigram","unk_id":0,"vocab":[["a"]]}""", "model.vocab[0]", "a token and its score")]
    [InlineData("""{"type":"Unigram","unk_id":0,"vocab":[["a",-1],["b",1e200]]}""", "model.vocab[1]", "a number from")]
    [InlineData("""{"type":"Unigram","unk_id":0,"vocab":[["a",-1],["a",-2]]}""", "model.vocab", "two ids, 0 and 1")]
    [InlineData("""{"type":"Unigram","unk_id":0,"vocab":[["a",-1]],"alpha":0.1}""", "model.alpha", "unknown field")]
    public void Definitions_AreWrittenAsReadOrRefusedWithTheirPlace(string json, string? field = null, string? problem = null)
    {
        byte[] file = System.Text.Encoding.UTF8.GetBytes($$"""{"version":"1.0","model":{{json}}}""");
        if (field is not null)
        {
            TokenizerFileException refusal = Assert.Throws<TokenizerFileException>(() => Tokenizer.Parse(file, "t.json"));
            Assert.Equal(("t.json", field), (refusal.File, refusal.Field));
            Assert.Contains(problem!, refusal.Message, StringComparison.Ordinal);
            return;
        }
        using TemporaryFolder folder = new();
        Tokenizer.Parse(file).SavePretrained(folder.Path);
        JsonNode written = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Path, "tokenizer.json")))!["model"]!;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), written), written.ToJsonString());
    }

    private static (List<string> Tokens, List<(string Left, string Right)> Merges) RandomMerges(Random random, int mergeCount)
    {
        List<string> tokens = [.. Letters];
        HashSet<(string, string)> merges = [];
        while (merges.Count < mergeCount)
        {
            (string left, string right) = (tokens[random.Next(tokens.Count)], tokens[random.Next(tokens.Count)]);
            if (left.Length + right.Length > 12 || !merges.Add((left, right)))
                continue;
            if (!tokens.Contains(left + right))
                tokens.Add(left + right);
        }
        (string, string)[] order = [.. merges];
        if (random.Next(2) == 0)
            random.Shuffle(order); // ranks that no training gives: the halves of a merge may come after it
        return (tokens, [.. order]);
    }

    private static string RandomPiece(Random random, int letters)
    {
        StringBuilder piece = new();
        for (int i = 0; i < letters; i++)
            piece.Append(Letters[random.Next(Letters.Length)]);
        return piece.ToString();
    }

    private static List<string> MergeSlowly(string piece, List<(string Left, string Right)> merges)
    {
        Dictionary<(string, string), int> ranks = merges.Select(static (merge, rank) => (merge, rank)).ToDictionary();
        List<string> symbols = [.. piece.EnumerateRunes().Select(static rune => rune.ToString())];
        while (true)
        {
            int best = int.MaxValue, at = -1;
            for (int i = 0; i + 1 < symbols.Count; i++)
            {
                if (ranks.TryGetValue((symbols[i], symbols[i + 1]), out int rank) && rank < best)
                    (best, at) = (rank, i);
            }
            if (at < 0)
                return symbols;
            symbols[at] += symbols[at + 1];
            symbols.RemoveAt(at + 1);
        }
    }

    /// <summary>The definition: for each end the best start, the earliest of equals; neighbouring unknown characters joined at last.</summary>
    private static List<string> BestPathSlowly(string piece, List<(string Token, double Score)> vocabulary)
    {
        Dictionary<string, double> scores = vocabulary.ToDictionary(static entry => entry.Token, static entry => entry.Score);
        double unknown = scores.Values.Min() - 10;
        double[] best = new double[piece.Length + 1];
        int[] from = new int[piece.Length + 1];
        for (int end = 1; end <= piece.Length; end++)
        {
            (best[end], from[end]) = (double.NegativeInfinity, -1);
            for (int start = Math.Max(0, end - 12); start < end; start++)
            {
                string token = piece[start..end];
                bool whole = !char.IsLowSurrogate(token[0]) && !char.IsHighSurrogate(token[^1]);
                bool single = whole && token.EnumerateRunes().Count() == 1;
                double? score = scores.TryGetValue(token, out double known) ? known : single ? unknown : null;
                if (score is { } value && best[start] + value > best[end])
                    (best[end], from[end]) = (best[start] + value, start);
            }
        }
        List<string> path = [];
        bool lastUnknown = false;
        for (int end = piece.Length; end > 0; end = from[end])
        {
            string token = piece[from[end]..end];
            bool isUnknown = !scores.ContainsKey(token);
            if (isUnknown && lastUnknown)
                path[^1] = token + path[^1];
            else
                path.Add(token);
            lastUnknown = isUnknown;
        }
        path.Reverse();
        return path;
    }
}
