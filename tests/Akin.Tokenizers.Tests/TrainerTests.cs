using System.Text.Json;
using Akin.Tokenizers.Decoders;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Models;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.PostProcessors;
using Akin.Tokenizers.PreTokenizers;
using Akin.Tokenizers.Training;

namespace Akin.Tokenizers.Tests;

/// <summary>The trainers, equal to the reference. Where the reference takes an order from its hash map the golden's order is given to the trainer, so that the rest can be compared whole.</summary>
public class TrainerTests
{
    private static readonly string[] BertTokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
    private static readonly Lazy<string[]> Corpus = new(static () => [.. GoldenFile.Text(GoldenFile.Tokenizers("training", "corpus.txt.gz")).Split('\n').Where(static line => line.Length > 0)]);

    public static TheoryData<string> Deterministic => ["wordlevel", "bpe-byte-level", "bpe-byte-level-min-frequency", "bpe-whitespace", "bpe-suffix", "bpe-prefix", "wordpiece", "wordpiece-limit-alphabet", "bpe-metaspace-limit-alphabet"];

    [Theory]
    [MemberData(nameof(Deterministic))]
    public void Training_OnTheCorpus_GivesTheModelOfTheReference(string name)
    {
        JsonElement golden = GoldenFile.Json(GoldenFile.Tokenizers("training", name + ".tokenizer.json.gz"));
        Tokenizer tokenizer = Train(TrainerOf(name, golden.GetProperty("model").GetProperty("vocab")), golden);
        AssertSameModel(name, golden.GetProperty("model"), tokenizer.Model);
        Same.Lists(name, [.. golden.GetProperty("added_tokens").EnumerateArray().Select(static token => (token.GetProperty("id").GetInt32(), token.GetProperty("content").GetString()!))],
            [.. tokenizer.AddedTokens.Select(static entry => (entry.Key, entry.Value.Content))]);
        AssertEncodings(name, tokenizer);
    }

    [Theory]
    [InlineData("unigram")]
    [InlineData("unigram-small")]
    public void TrainingUnigram_OnTheCorpus_GivesTheTokensAndScoresOfTheReference(string name)
    {
        JsonElement golden = GoldenFile.Json(GoldenFile.Tokenizers("training", name + ".tokenizer.json.gz"));
        UnigramTrainer trainer = name == "unigram"
            ? new UnigramTrainer { VocabularySize = 6000, SpecialTokens = [new("<unk>"), new("<s>"), new("</s>")], UnknownToken = "<unk>" }
            : new UnigramTrainer
            {
                VocabularySize = 4000,
                SpecialTokens = [new("<unk>")],
                UnknownToken = "<unk>",
                ShrinkingFactor = 0.6,
                SubIterationCount = 3,
                MaximumPieceLength = 6,
                InitialAlphabet = "аб",
            };
        Tokenizer tokenizer = Train(trainer, golden);
        AssertSameUnigram(name, golden.GetProperty("model"), (Unigram)tokenizer.Model);
        AssertEncodings(name, tokenizer, withIds: false);
    }

    [Fact]
    public void Training_OnTinyCorpora_BreaksTiesAsTheReference()
    {
        int count = 0;
        foreach (JsonElement row in GoldenFile.Lines(GoldenFile.Tokenizers("training", "tiny.jsonl.gz")))
        {
            string kind = row.GetProperty("trainer").GetString()!, where = $"{kind} {row.GetProperty("name").GetString()}";
            JsonElement? model = row.TryGetProperty("model", out JsonElement found) ? found : null;
            string[] order = model is { } m && m.GetProperty("vocab").ValueKind == JsonValueKind.Object
                ? [.. m.GetProperty("vocab").EnumerateObject().OrderBy(static entry => entry.Value.GetInt32()).Select(static entry => entry.Name)]
                : [];
            Trainer trainer = kind switch
            {
                "BPE" => new BpeTrainer { VocabularySize = 60, SpecialTokens = [new("<unk>")] },
                "BPE limit_alphabet=3" => new BpeTrainer { VocabularySize = 60, LimitAlphabet = 3, SpecialTokens = [new("<unk>")], InitialAlphabet = string.Concat(order.Where(static token => token.Length == 1)) },
                "WordPiece" => new WordPieceTrainer { VocabularySize = 40, SpecialTokens = [new("[UNK]")], MarkedLetters = order },
                "WordLevel" => new WordLevelTrainer { VocabularySize = 6, SpecialTokens = [new("[UNK]")] },
                _ => new UnigramTrainer { VocabularySize = 20, SpecialTokens = [new("<unk>")], UnknownToken = "<unk>" },
            };
            PreTokenizer preTokenizer = kind == "Unigram" ? new Metaspace() : new WhitespaceSplit();
            Tokenizer Trained() => Tokenizer.Train(trainer, row.GetProperty("lines").Strings(), preTokenizer: preTokenizer);
            if (model is null)
            {
                TokenizerException refusal = Assert.Throws<TokenizerException>(Trained);
                Assert.Contains("not large enough to contain all", row.GetProperty("message").GetString(), StringComparison.Ordinal);
                Assert.Contains("not large enough to contain all", refusal.Message, StringComparison.Ordinal);
            }
            else if (kind == "Unigram")
            {
                AssertSameUnigram(where, model.Value, (Unigram)Trained().Model);
            }
            else
            {
                AssertSameModel(where, model.Value, Trained().Model);
            }
            count++;
        }
        Assert.Equal(60, count);
    }

    [Fact]
    public void TrainNewFromIterator_KeepsThePipelineAndGivesTheSpecialTokensTheirNewIds()
    {
        Tokenizer old = Samples.Bert();
        old.AddTokens(new AddedToken("<tag>") { Special = true }, new AddedToken("ordinary"));
        Tokenizer tokenizer = old.TrainNewFromIterator(
            ["The cat sat on the mat.", "The mat SAT!"], 60, [new AddedToken("[NEW]")], new Dictionary<string, string> { ["[SEP]"] = "[END]", ["[UNK]"] = "<unk>" });
        Assert.Equal(["[PAD]", "<unk>", "[CLS]", "[END]", "[MASK]", "<tag>", "[NEW]"], tokenizer.AddedTokens.Values.Select(static token => token.Content));
        Assert.Equal(Enumerable.Range(0, 7), tokenizer.AddedTokens.Keys);
        Assert.Equal(["[CLS]", "the", "sat", "!", "<unk>", "[END]"], tokenizer.Encode("The SAT!ж").Tokens);
        Assert.Equal(["[CLS]", "mat", "[END]", "cat", "[END]"], tokenizer.Encode("mat", "cat").Tokens);
        Assert.Equal([2, 3], tokenizer.Encode(string.Empty).Ids);
        Assert.Equal((1, 3, "[END]", "<unk>"), (tokenizer.UnknownId, tokenizer.SeparatorId, tokenizer.Settings.SpecialTokens.Separator, tokenizer.Settings.SpecialTokens.Unknown));
        Assert.Equal(["[CLS]", "the", "cat", "##s", "[SEP]"], old.Encode("the cats").Tokens);
        Assert.Contains("\"[CLS]\"", Assert.Throws<TokenizerException>(() => new Tokenizer(old.Model, postProcessor: old.PostProcessor).TrainNewFromIterator(["a"], 20)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TrainNewFromIterator_OfByteLevelAndUnigram_KeepsTheAlphabetAndTheUnknownToken()
    {
        Tokenizer bytes = Tokenizer.Train(new BpeTrainer { VocabularySize = 300, InitialAlphabet = BpeTrainer.ByteAlphabet, SpecialTokens = [new("<s>")] }, ["low lower"], preTokenizer: new ByteLevel());
        Tokenizer again = bytes.TrainNewFromIterator(["high higher highest"], 262);
        Assert.Equal(262, again.VocabularySize);
        Assert.Equal(0, again.TokenToId("<s>"));
        Assert.Equal(["Ġhighe", "r"], again.Tokenize("higher"));
        Assert.Equal(["Ġ", "Ã", "©"], again.Tokenize("é"));

        Tokenizer unigram = Tokenizer.Train(new UnigramTrainer { VocabularySize = 30, UnknownToken = "<unk>" }, ["low lower"], preTokenizer: new Metaspace());
        Assert.Equal(0, ((Unigram)unigram.TrainNewFromIterator(["high higher highest"], 30).Model).UnknownId);
    }

    [Fact]
    public void Training_FromFiles_KeepsTheLineEnds()
    {
        using TemporaryFolder folder = new();
        string first = Path.Combine(folder.Path, "a.txt"), second = Path.Combine(folder.Path, "b.txt");
        File.WriteAllText(first, "ab\n\nc\r\nd");
        File.WriteAllText(second, new string('é', 100_000) + "\nx\n");
        Assert.Equal(["ab\n", "\n", "c\r\n", "d", new string('é', 100_000) + "\n", "x\n"], CorpusFiles.ReadLines([first, second]));
        Tokenizer tokenizer = Tokenizer.Train(new WordLevelTrainer(), CorpusFiles.ReadLines([first]));
        Assert.NotNull(tokenizer.TokenToId("ab\n"));
        Assert.Equal(Path.Combine(folder.Path, "none"), Assert.Throws<TokenizerFileException>(() => CorpusFiles.ReadLines([Path.Combine(folder.Path, "none")]).Count()).File);
    }

    [Fact]
    public void Training_ReportsProgressAndStopsWhenCancelled()
    {
        foreach (Trainer trainer in new Trainer[] { new WordLevelTrainer(), new WordPieceTrainer { VocabularySize = 500 }, new BpeTrainer { VocabularySize = 500 }, new UnigramTrainer { VocabularySize = 4000 } })
        {
            Reports reports = new();
            Tokenizer.Train(trainer, Corpus.Value, preTokenizer: new Metaspace(), progress: reports);
            Assert.Equal("counting words", reports.Seen[0].Stage);
            Assert.Equal(Corpus.Value.Length, reports.Seen.Where(static report => report.Stage == "counting words").Max(static report => report.Done));
            Assert.Equal(reports.Seen[^1].Total, reports.Seen[^1].Done);
            foreach (string stage in reports.Seen.Select(static report => report.Stage).Distinct())
            {
                using CancellationTokenSource source = new();
                Reports cancelling = new() { Act = report => { if (report.Stage == stage) source.Cancel(); } };
                if (stage is "counting words" or "fitting scores")
                    Assert.ThrowsAny<OperationCanceledException>(() => Tokenizer.Train(trainer, Corpus.Value, preTokenizer: new Metaspace(), progress: cancelling, cancellationToken: source.Token));
            }
        }
    }

    [Fact]
    public void Training_OptionsThatDoNotFit_AreRefused()
    {
        Assert.Contains("all 5 characters", Assert.Throws<TokenizerException>(() => Tokenizer.Train(new UnigramTrainer { VocabularySize = 4 }, ["abcde"])).Message, StringComparison.Ordinal);
        Assert.Contains("shrinking factor", Assert.Throws<TokenizerException>(() => Tokenizer.Train(new UnigramTrainer { ShrinkingFactor = 1 }, ["abcde"])).Message, StringComparison.Ordinal);
    }

    private sealed class Reports : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> Seen { get; } = [];

        public Action<TrainingProgress>? Act { get; init; }

        public void Report(TrainingProgress value)
        {
            lock (Seen)
                Seen.Add(value);
            Act?.Invoke(value);
        }
    }

    private static Trainer TrainerOf(string name, JsonElement vocabulary)
    {
        static AddedToken[] Special(params string[] tokens) => [.. tokens.Select(static token => new AddedToken(token))];
        string[] order = [.. vocabulary.EnumerateObject().OrderBy(static entry => entry.Value.GetInt32()).Select(static entry => entry.Name)];
        string letters = string.Concat(order.Where(static token => token.EnumerateRunes().Count() == 1));
        return name switch
        {
            "wordlevel" => new WordLevelTrainer { VocabularySize = 2000, MinimumFrequency = 2, SpecialTokens = Special("[UNK]", "[PAD]") },
            "wordpiece" => new WordPieceTrainer { VocabularySize = 6000, MinimumFrequency = 2, SpecialTokens = Special(BertTokens), MarkedLetters = order },
            "wordpiece-limit-alphabet" => new WordPieceTrainer
            {
                VocabularySize = 1200,
                LimitAlphabet = 200,
                InitialAlphabet = letters,
                SpecialTokens = Special(BertTokens),
                MarkedLetters = order,
            },
            "bpe-byte-level" => new BpeTrainer { VocabularySize = 3000, MinimumFrequency = 2, InitialAlphabet = BpeTrainer.ByteAlphabet, SpecialTokens = Special("<|endoftext|>") },
            "bpe-byte-level-min-frequency" => new BpeTrainer { VocabularySize = 30000, MinimumFrequency = 20, InitialAlphabet = BpeTrainer.ByteAlphabet, SpecialTokens = Special("<|endoftext|>") },
            "bpe-whitespace" => new BpeTrainer { VocabularySize = 5000, SpecialTokens = Special("<unk>", "<s>", "</s>"), ModelOptions = new BpeOptions { UnknownToken = "<unk>" } },
            "bpe-metaspace-limit-alphabet" => new BpeTrainer
            {
                VocabularySize = 1500,
                LimitAlphabet = 400,
                InitialAlphabet = letters,
                SpecialTokens = [new AddedToken("<unk>"), new AddedToken("<tag>") { LeftStrip = true }],
                ModelOptions = new BpeOptions { UnknownToken = "<unk>", FuseUnknown = true },
            },
            "bpe-suffix" => new BpeTrainer
            {
                VocabularySize = 5500,
                MinimumFrequency = 3,
                MaximumTokenLength = 6,
                SpecialTokens = Special("<unk>"),
                MarkedLetters = order,
                ModelOptions = new BpeOptions { UnknownToken = "<unk>", EndOfWordSuffix = "</w>" },
            },
            _ => new BpeTrainer
            {
                VocabularySize = 7000,
                SpecialTokens = Special("<unk>"),
                MarkedLetters = order,
                ModelOptions = new BpeOptions { UnknownToken = "<unk>", ContinuingSubwordPrefix = "##" },
            },
        };
    }

    private static Tokenizer Train(Trainer trainer, JsonElement golden)
    {
        static T? Component<T>(ComponentTypes<T> types, JsonElement golden, string name)
            where T : TokenizerComponent =>
            golden.GetProperty(name) is { ValueKind: JsonValueKind.Object } definition ? types.Read(new JsonFields(definition, "golden", name)) : null;
        return Tokenizer.Train(
            trainer,
            Corpus.Value,
            Component(Normalizer.Types, golden, "normalizer"),
            Component(PreTokenizer.Types, golden, "pre_tokenizer"),
            Component(PostProcessor.Types, golden, "post_processor"),
            Component(Decoder.Types, golden, "decoder"));
    }

    private static void AssertSameModel(string where, JsonElement expected, Model actual)
    {
        Same.Lists(where, [.. expected.GetProperty("vocab").EnumerateObject().Select(static entry => (entry.Name, entry.Value.GetInt32())).OrderBy(static entry => entry.Item2)],
            [.. actual.Vocabulary.Entries.Select(static entry => (entry.Key, entry.Value))]);
        if (actual is BPE bpe)
            Same.Lists(where, [.. expected.GetProperty("merges").EnumerateArray().Select(static merge => (merge[0].GetString()!, merge[1].GetString()!))], [.. bpe.Merges]);
    }

    /// <summary>
    /// The same tokens, and scores to 1e-9; but letters that the pruning had dropped get theirs in the order of a hash map in the reference, so
    /// of these the sorted scores are compared.
    /// </summary>
    private static void AssertSameUnigram(string where, JsonElement expected, Unigram actual)
    {
        (string Token, double Score)[] reference = [.. expected.GetProperty("vocab").EnumerateArray().Select(static entry => (entry[0].GetString()!, entry[1].GetDouble()))];
        (string Token, double Score)[] own = [.. actual.Vocabulary.Entries.Select(entry => (entry.Key, actual.Score(entry.Value)))];
        Same.Lists(where, [.. reference.Select(static entry => entry.Token).Order(StringComparer.Ordinal)], [.. own.Select(static entry => entry.Token).Order(StringComparer.Ordinal)]);
        Assert.Equal(expected.GetProperty("unk_id").GetInt32(), actual.UnknownId);
        foreach ((double first, double second) in reference.Select(static entry => entry.Score).Order().Zip(own.Select(static entry => entry.Score).Order()))
            Assert.True(Math.Abs(first - second) < 1e-9, $"{where}: {first} {second}");
        Dictionary<string, double> scores = reference.ToDictionary(static entry => entry.Token, static entry => entry.Score);
        foreach ((string token, double score) in own.Where(static entry => entry.Token.EnumerateRunes().Count() > 1))
            Assert.True(Math.Abs(scores[token] - score) < 1e-9, $"{where}: {token} {scores[token]} {score}");
        Assert.True(own.Skip(expected.GetProperty("unk_id").GetInt32() + 1).Zip(own.Skip(2)).All(static pair => pair.First.Score == 0 || pair.First.Score >= pair.Second.Score));
    }

    private static void AssertEncodings(string name, Tokenizer tokenizer, bool withIds = true)
    {
        foreach (JsonElement row in GoldenFile.Lines(GoldenFile.Tokenizers("training", name + ".encodings.jsonl.gz")))
        {
            Encoding encoding = tokenizer.Encode(row.GetProperty("text").GetString()!);
            string where = $"{name}: {row.GetProperty("text").GetString()}";
            if (withIds)
                Same.Lists(where, row.GetProperty("ids").Ints(), encoding.Ids);
            Same.Lists(where, row.GetProperty("tokens").Strings(), encoding.Tokens);
            Same.Lists(where, row.GetProperty("offsets_utf16").Ints(), encoding.Offsets.Flat());
            Same.Values(where, row.GetProperty("decode").GetString(), tokenizer.Decode(encoding.Ids, skipSpecialTokens: false));
        }
    }
}
