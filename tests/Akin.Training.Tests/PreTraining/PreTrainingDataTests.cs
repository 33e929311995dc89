using Akin.Datasets;
using Akin.Tensors.Operations;
using Akin.Tokenizers;
using Akin.Training.FineTuning;
using Akin.Training.PreTraining;

namespace Akin.Training.Tests.PreTraining;

/// <summary>The rules of create_pretraining_data.py, on documents of which no two share a word, so that every piece tells where it comes from.</summary>
public sealed class PreTrainingDataTests : IDisposable
{
    private const int MaxLength = 24;

    private static readonly string[] Documents =
    [
        "Mina lived in Lisbon\nlong ago ,\nmoved since\n",
        "Tomas own\na red bicycle for\nstill bread\n",
        "Osei Harriet bought\ntickets .\nlast two\npaid ?\n",
    ];

    private readonly TemporaryFolder _temporary = new();
    private readonly Tokenizer _tokenizer;
    private readonly string _model;

    public PreTrainingDataTests()
    {
        _model = TinyModel.In(_temporary.File("model"), "mlm_nsp");
        _tokenizer = AutoTokenizer.FromPretrained(_model);
    }

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Create_OfDocuments_PairsStretchesOfText()
    {
        Dataset examples = Create(new() { Duplicates = 200, MaxPredictions = 3, ShortShare = 0.5 });
        int[][] documents = [.. Documents.Select(document => Pieces(document.ReplaceLineEndings(" ")))];
        int random = 0;
        foreach (DatasetRow example in examples)
        {
            int[] ids = example.Get<int[]>("input_ids"), labels = example.Get<int[]>("labels");
            sbyte[] types = example.Get<sbyte[]>("token_type_ids");
            Assert.True(ids.Length <= MaxLength);
            int[] original = [.. ids.Select((id, token) => labels[token] == CrossEntropyOperation.Ignored ? id : labels[token])];
            int separator = Array.IndexOf(original, _tokenizer.SeparatorId!.Value);
            Assert.Equal(_tokenizer.ClassificationId, ids[0]);
            Assert.Equal(_tokenizer.SeparatorId, ids[^1]);
            Assert.Equal([.. Enumerable.Repeat((sbyte)0, separator + 1), .. Enumerable.Repeat((sbyte)1, ids.Length - separator - 1)], types);

            int[] masked = [.. Enumerable.Range(0, ids.Length).Where(token => labels[token] != CrossEntropyOperation.Ignored)];
            Assert.Equal(Math.Min(3, Math.Max(1, (int)Math.Round(ids.Length * 0.15))), masked.Length);
            Assert.All(masked, token => Assert.InRange(token, 1, ids.Length - 2));
            int first = DocumentOf(original[1..separator], documents, out int end);
            int second = DocumentOf(original[(separator + 1)..^1], documents, out int secondEnd);
            bool isRandom = example.Get<long>("next_sentence_label") == 1;
            random += isRandom ? 1 : 0;
            Assert.Equal(isRandom, first != second);
            Assert.True(isRandom || end <= secondEnd - (ids.Length - separator - 2), "The second text stands behind the first.");
        }

        Assert.InRange(random / (double)examples.Count, 0.5, 0.85); // a half, and all stretches of a single sentence
    }

    [Fact]
    public void Create_WithManyExamples_MasksAsBertDoes()
    {
        Dataset examples = Create(new() { Duplicates = 1000 });
        int masks = 0, kept = 0, all = 0;
        foreach (DatasetRow example in examples)
        {
            foreach ((int id, int label) in example.Get<int[]>("input_ids").Zip(example.Get<int[]>("labels")).Where(token => token.Second != CrossEntropyOperation.Ignored))
            {
                all++;
                masks += id == _tokenizer.MaskId ? 1 : 0;
                kept += id == label ? 1 : 0;
            }
        }

        Assert.InRange(masks / (double)all, 0.77, 0.83); // of some 7,000 tokens: six standard deviations around 0.80 and 1 % of other pieces that are the mask
        Assert.InRange(kept / (double)all, 0.08, 0.12);
    }

    [Fact]
    public void Create_WithWholeWords_MasksAllPiecesOfAWord()
    {
        int bicycle = _tokenizer.TokenToId("bic")!.Value, rest = _tokenizer.TokenToId("##ycle")!.Value;
        int seen = 0;
        foreach (DatasetRow example in Create(new() { Duplicates = 200, WholeWords = true }))
        {
            int[] labels = example.Get<int[]>("labels");
            for (int token = 0; token < labels.Length; token++)
            {
                seen += labels[token] == bicycle ? 1 : 0;
                Assert.True(labels[token] != bicycle || labels[token + 1] == rest, "A word is masked whole.");
            }
        }

        Assert.True(seen > 20);
    }

    [Fact]
    public void Create_WithASeed_GivesTheSameExamplesAgain()
    {
        string[] one = Texts(Create(new() { Seed = 1 })), again = Texts(Create(new() { Seed = 1 })), other = Texts(Create(new() { Seed = 2 }));
        Assert.Equal(one, again);
        Assert.NotEqual(one, other);

        static string[] Texts(Dataset examples) => [.. examples.Select(example => string.Join(' ', example.Get<int[]>("input_ids")))];
    }

    [Fact]
    public void Create_OfBadInput_SaysWhatIsWrong()
    {
        string empty = _temporary.File("empty.txt"), full = _temporary.File("full");
        File.WriteAllText(empty, "\n\n  \n");
        PreTrainingDataOptions options = new() { Model = _model, Input = empty, Output = _temporary.File("out") };
        Assert.Contains("empty.txt: the file holds no text", Assert.Throws<DataFormatException>(() => PreTrainingData.Create(options)).Message);
        Assert.False(Directory.Exists(options.Output));
        Assert.Contains("at least 5", Assert.Throws<TrainingOptionException>(() => PreTrainingData.Create(options with { MaxLength = 4 })).Message);
        Directory.CreateDirectory(full);
        File.WriteAllText(Path.Combine(full, "notes.txt"), "mine");
        Assert.Contains("has files in it", Assert.Throws<IOException>(() => PreTrainingData.Create(options with { Output = full })).Message);
    }

    private readonly record struct Wanted(int Duplicates = 10, int MaxPredictions = 20, double ShortShare = 0.1, bool WholeWords = false, ulong Seed = 12345)
    {
        public Wanted()
            : this(10)
        {
        }
    }

    private Dataset Create(Wanted wanted)
    {
        string input = _temporary.File("corpus.txt"), output = _temporary.File(Guid.NewGuid().ToString("N"));
        File.WriteAllText(input, string.Join('\n', Documents));
        PreTrainingDataResult result = PreTrainingData.Create(new PreTrainingDataOptions
        {
            Model = _model,
            Input = input,
            Output = output,
            MaxLength = MaxLength,
            Duplicates = wanted.Duplicates,
            MaxPredictions = wanted.MaxPredictions,
            ShortShare = wanted.ShortShare,
            WholeWords = wanted.WholeWords,
            Seed = wanted.Seed,
        });
        Assert.Equal((3, 10), (result.Documents, result.Sentences));
        Dataset examples = Dataset.LoadFromDisk(output);
        Assert.Equal(result.Examples, examples.Count);
        return examples;
    }

    private int[] Pieces(string text) => _tokenizer.Encode(text, options: new EncodeOptions { AddSpecialTokens = false }).Ids;

    /// <summary>Which document a text stands in, word for word, and where it ends.</summary>
    private static int DocumentOf(int[] text, int[][] documents, out int end)
    {
        Assert.NotEmpty(text);
        for (int i = 0; i < documents.Length; i++)
        {
            int place = documents[i].AsSpan().IndexOf(text);
            if (place >= 0)
            {
                end = place + text.Length;
                return i;
            }
        }

        Assert.Fail("The text is not a stretch of a document.");
        end = 0;
        return -1;
    }
}
