using System.Text.Json;
using Akin.Datasets.Collators;

namespace Akin.Datasets.Tests;

/// <summary>Collators against tests/goldens/training/collators (transformers 5.23.0); all values exactly.</summary>
public class CollatorTests
{
    private const int MaskTokenId = 4;
    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("training", "collators", "collators.json"))).RootElement;

    public static TheoryData<string> Cases() => [.. Golden.GetProperty("cases").EnumerateArray().Select(golden => golden.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Collate_GoldenFeatures_GivesTheSameTensors(string name)
    {
        JsonElement golden = Golden.GetProperty("cases").EnumerateArray().First(entry => entry.GetProperty("name").GetString() == name);
        JsonElement expected = golden.GetProperty("batch");
        RowValues[] features = [.. golden.GetProperty("features").EnumerateArray().Select(feature => (RowValues)Value(feature)!)];
        if (golden.TryGetProperty("draws", out JsonElement draws))
        {
            AssertMasking(golden, draws, expected, features);
            return;
        }

        CollatedBatch batch = Collator(golden).Collate(features);
        foreach (JsonProperty tensor in expected.EnumerateObject())
        {
            // The reference gives starts and the longest length twice, for query and key; here they are given once.
            if (tensor.Value.ValueKind == JsonValueKind.Object)
            {
                AssertEqual(tensor.Value, batch[tensor.Name.StartsWith("cu_seq_lens", StringComparison.Ordinal) ? "cu_seq_lens" : tensor.Name]);
            }
        }

        Assert.Subset(expected.EnumerateObject().Select(tensor => tensor.Name.Replace("lens_q", "lens", StringComparison.Ordinal)).ToHashSet(), batch.Keys.ToHashSet());
    }

    [Fact]
    public void WordsOf_GoldenOffsets_GroupsTokensThatTouch()
    {
        JsonElement groups = Golden.GetProperty("whole_word_groups");
        JsonElement[] offsets = [.. groups.GetProperty("offsets").EnumerateArray()];
        bool[][] special = [.. Rows(groups.GetProperty("special"), offsets.Length).Select(row => row.Select(mark => mark.GetInt32() != 0).ToArray())];
        JsonElement[][] words = [.. Rows(groups.GetProperty("word_ids"), offsets.Length)];
        for (int row = 0; row < offsets.Length; row++)
        {
            (int, int)[] spans = [.. offsets[row].EnumerateArray().Select(span => (span[0].GetInt32(), span[1].GetInt32()))];
            Assert.Equal(words[row].Select(word => word.GetInt32()), TokenMasker.WordsOf(spans, special[row]));
        }
    }

    [Fact]
    public void Mask_ManyTokens_DrawsInTheShares()
    {
        const int TokenCount = 200_000;
        TokenMasker masker = new(new TokenMaskingOptions { MaskTokenId = MaskTokenId, VocabularySize = 1000 });
        int[] original = [.. Enumerable.Range(0, TokenCount).Select(place => 5 + (place % 995))];
        int[] ids = [.. original];
        int[] labels = new int[TokenCount];
        masker.Mask(ids, labels, new bool[TokenCount], [], seed: 7, sequence: 0);
        int chosen = labels.Count(label => label != TokenMasker.IgnoredLabel);
        int masked = Enumerable.Range(0, TokenCount).Count(place => labels[place] >= 0 && ids[place] == MaskTokenId);
        int other = Enumerable.Range(0, TokenCount).Count(place => labels[place] >= 0 && ids[place] != MaskTokenId && ids[place] != original[place]);

        // Five standard deviations of a binomial of 200,000 and of 30,000 draws.
        Assert.InRange(chosen / (double)TokenCount, 0.146, 0.154);
        Assert.InRange(masked / (double)chosen, 0.788, 0.812);
        Assert.InRange(other / (double)chosen, 0.091, 0.109);
        Assert.All(Enumerable.Range(0, TokenCount), place => Assert.True(labels[place] == TokenMasker.IgnoredLabel ? ids[place] == original[place] : labels[place] == original[place]));
    }

    [Fact]
    public void Mask_Twice_GivesTheSameAndAnotherSequenceAnother()
    {
        TokenMasker masker = new(new TokenMaskingOptions { MaskTokenId = MaskTokenId, VocabularySize = 1000 });
        int[] Draw(ulong seed, ulong sequence)
        {
            int[] ids = [.. Enumerable.Range(5, 200)];
            masker.Mask(ids, new int[200], new bool[200], [], seed, sequence);
            return ids;
        }

        int[] first = Draw(1, 1);
        int[][] parallel = new int[64][];
        Parallel.For(0, 64, index => parallel[index] = Draw(1, (ulong)(index % 2)));
        Assert.All(parallel.Where((_, index) => index % 2 == 1), ids => Assert.Equal(first, ids));
        Assert.All(parallel.Where((_, index) => index % 2 == 0), ids => Assert.NotEqual(first, ids));
        Assert.NotEqual(first, Draw(2, 1));
    }

    [Fact]
    public void Mask_WholeWords_HidesAllPiecesOrNone()
    {
        TokenMasker masker = new(new TokenMaskingOptions { MaskTokenId = MaskTokenId, VocabularySize = 1000, WholeWords = true, Probability = 0.4 });
        int[] words = [TokenMasker.NoWord, 1, 1, 1, 2, 3, 3, TokenMasker.NoWord];
        bool[] special = [.. words.Select(word => word == TokenMasker.NoWord)];
        bool any = false;
        for (ulong sequence = 0; sequence < 200; sequence++)
        {
            int[] ids = [2, 10, 11, 12, 13, 14, 15, 3];
            int[] labels = new int[8];
            masker.Mask(ids, labels, special, words, 1, sequence);
            foreach (IGrouping<int, int> word in Enumerable.Range(0, 8).GroupBy(place => words[place]))
            {
                bool[] hidden = [.. word.Select(place => ids[place] == MaskTokenId)];
                Assert.Single(hidden.Distinct());
                Assert.False(word.Key == TokenMasker.NoWord && hidden[0]);
                any |= hidden[0];
            }
        }

        Assert.True(any);
    }

    [Fact]
    public void Collate_ExamplesOfDifferentLength_NamesTheExample()
    {
        RowValues[] features = [new() { ["x"] = new[] { 1, 2 } }, new() { ["x"] = new[] { 1 } }];
        Assert.Contains("example 1: column 'x' holds 1 values", Assert.Throws<DatasetException>(() => new DefaultDataCollator().Collate(features)).Message);
    }

    [Fact]
    public void Collate_RowsOfADataset_AreExamplesToo()
    {
        Dataset dataset = Dataset.FromColumns(("input_ids", new[] { new[] { 2, 5, 3 }, [2, 3] }), ("label", new[] { 1, 0 }), ("text", new[] { "a", "b" }));
        CollatedBatch batch = new DataCollatorWithPadding().Collate([.. dataset]);
        Assert.Equal([2, 5, 3, 2, 3, 0], batch["input_ids"].Integers!);
        Assert.Equal([1, 0], batch["labels"].Integers!);
        Assert.Equal([1, 1, 1, 1, 1, 0], batch["attention_mask"].Integers!);
    }

    /// <summary>The draws are PyTorch's: applying them to the ids gives the batch, and ours obey the same rules.</summary>
    private static void AssertMasking(JsonElement golden, JsonElement draws, JsonElement expected, RowValues[] features)
    {
        JsonElement options = golden.GetProperty("options");
        bool wholeWords = options.TryGetProperty("whole_word_mask", out _);
        TokenMaskingOptions masking = new()
        {
            MaskTokenId = MaskTokenId,
            VocabularySize = Golden.GetProperty("vocab").GetArrayLength(),
            Probability = options.GetProperty("mlm_probability").GetDouble(),
            MaskShare = options.TryGetProperty("mask_replace_prob", out JsonElement share) ? share.GetDouble() : 0.8,
            OtherShare = options.TryGetProperty("random_replace_prob", out JsonElement other) ? other.GetDouble() : 0.1,
            WholeWords = wholeWords,
        };
        CollatedBatch batch = new DataCollatorForLanguageModeling(null, masking, [0, 1, 2, 3, 4]).Collate(features);
        long[] original = Integers(golden.GetProperty("original"));
        AssertEqual(expected.GetProperty("attention_mask"), batch["attention_mask"]);
        Assert.Equal(Integers(expected.GetProperty("input_ids")).Length, batch["input_ids"].Integers!.Length);
        long[] labels = batch["labels"].Integers!;
        long[] ids = batch["input_ids"].Integers!;
        bool[] drawable = [.. golden.GetProperty("original").GetProperty("data").EnumerateArray().Select(id => id.GetInt32() > 4)];
        for (int place = 0; place < ids.Length; place++)
        {
            Assert.True(labels[place] == -100 ? ids[place] == original[place] : labels[place] == original[place] && (wholeWords || drawable[place]));
        }

        if (masking.Probability == 1.0)
        {
            Assert.Equal(Integers(expected.GetProperty("labels")), labels);
        }

        Assert.Equal(draws.GetProperty("chosen").GetProperty("data").EnumerateArray().Select(chosen => chosen.GetBoolean()), Integers(expected.GetProperty("labels")).Select(label => label != -100));
    }

    private static IDataCollator Collator(JsonElement golden)
    {
        JsonElement options = golden.GetProperty("options");
        TokenPadding padding = new()
        {
            MultipleOf = options.TryGetProperty("pad_to_multiple_of", out JsonElement multiple) ? multiple.GetInt32() : null,
            Length = options.TryGetProperty("max_length", out JsonElement length) ? length.GetInt32() : null,
            Side = options.TryGetProperty("padding_side", out JsonElement side) && side.GetString() == "left" ? PaddingSide.Left : PaddingSide.Right,
        };
        return golden.GetProperty("collator").GetString() switch
        {
            "DataCollatorWithPadding" => new DataCollatorWithPadding(padding),
            "default_data_collator" => new DefaultDataCollator(),
            "DataCollatorForTokenClassification" => new DataCollatorForTokenClassification(padding, options.TryGetProperty("label_pad_token_id", out JsonElement label) ? label.GetInt32() : -100),
            "DataCollatorForSeq2Seq" => new DataCollatorForSeq2Seq(padding, options.TryGetProperty("model", out _) ? 2 : null),
            "DataCollatorForMultipleChoice" => new DataCollatorForMultipleChoice(padding),
            "DataCollatorWithFlattening" => new DataCollatorWithFlattening(),
            _ => new DataCollatorForLanguageModeling(padding),
        };
    }

    private static void AssertEqual(JsonElement expected, CollatedTensor actual)
    {
        Assert.Equal(expected.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()), actual.Shape);
        if (expected.GetProperty("dtype").GetString() == "float32")
        {
            Assert.Equal(expected.GetProperty("data").EnumerateArray().Select(value => value.GetSingle()), actual.Numbers!);
        }
        else
        {
            Assert.Equal(Integers(expected), actual.Integers!);
        }
    }

    private static long[] Integers(JsonElement tensor) => [.. tensor.GetProperty("data").EnumerateArray().Select(value => value.GetInt64())];

    private static IEnumerable<JsonElement[]> Rows(JsonElement tensor, int count)
    {
        JsonElement[] data = [.. tensor.GetProperty("data").EnumerateArray()];
        return data.Chunk(data.Length / count);
    }

    private static object? Value(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                RowValues row = [];
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    row[property.Name] = Value(property.Value);
                }

                return row;
            case JsonValueKind.Array:
                return value.EnumerateArray().Select(Value).ToArray();
            case JsonValueKind.String:
                return value.GetString();
            default:
                // Python's collator looks at the type of the label: 0.0 is a number, 0 an integer.
                return value.GetRawText().Contains('.', StringComparison.Ordinal) ? value.GetDouble() : (object)value.GetInt64();
        }
    }
}
