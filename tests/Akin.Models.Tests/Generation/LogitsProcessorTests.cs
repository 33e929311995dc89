using System.Text.Json;
using Akin.Models.Checkpoints;
using Akin.Models.Generation;

namespace Akin.Models.Tests.Generation;

/// <summary>Every logits processor against transformers'.</summary>
public sealed class LogitsProcessorTests
{
    /// <summary>From the goldens' README.</summary>
    private const float Tolerance = 1e-6f;

    private static readonly JsonElement[] Cases =
        [.. JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("models", "generation", "processors.json"))).RootElement.GetProperty("cases").EnumerateArray()];

    public static TheoryData<int, string> Numbered
    {
        get
        {
            TheoryData<int, string> data = [];
            for (int i = 0; i < Cases.Length; i++)
            {
                data.Add(i, string.Join(" ", Cases[i].GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("name").GetString())));
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Numbered))]
    public void Process_OfTheReferencesScores_GivesItsScores(int number, string names)
    {
        using Checkpoint tensors = Checkpoint.Open(Repository.Golden("models", "generation", "processors.safetensors"));
        JsonElement[] steps = [.. Cases[number].GetProperty("steps").EnumerateArray()];
        if (Cases[number].GetProperty("tensor").ValueKind == JsonValueKind.Null)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => steps.Select(Make).ToArray()); // what the reference refuses
            return;
        }

        LogitsProcessor[] processors = [.. steps.Select(Make)];
        float[][] logits = Rows(tensors, "logits"), scores = Rows(tensors, "logits");
        int[][] tokens = Integers(tensors, "input_ids"), encoder = Integers(tensors, "encoder_input_ids");
        float[][] expected = Rows(tensors, Cases[number].GetProperty("tensor").GetString()!);
        for (int row = 0; row < scores.Length; row++)
        {
            foreach (LogitsProcessor processor in processors)
            {
                processor.Process(new GenerationStep { Tokens = tokens[row], EncoderTokens = encoder[row], PromptLength = 8 }, scores[row]);
            }

            // PyTorch's sort is not stable: which ones of equal tokens top-p keeps is chance there, how many is not.
            bool ordersTies = names.Contains("TopP", StringComparison.Ordinal);
            AssertEqual(ordersTies ? Ordered(expected[row], logits[row]) : expected[row], ordersTies ? Ordered(scores[row], logits[row]) : scores[row], $"{names}, row {row}");
        }

        if (tensors.Tensors.ContainsKey($"{number}/probabilities"))
        {
            float[][] probabilities = Rows(tensors, $"{number}/probabilities");
            for (int row = 0; row < scores.Length; row++)
            {
                float[] found = new float[scores[row].Length];
                Kernels.Softmax.Rows(scores[row], 1, found.Length, found, Kernels.WorkerPool.Serial);
                AssertEqual(Ordered(probabilities[row], logits[row]), Ordered(found, logits[row]), $"probabilities of row {row}");
            }
        }
    }

    [Fact]
    public void ForcedBOS_AfterTheStartAlone_LeavesOneToken()
    {
        using Checkpoint tensors = Checkpoint.Open(Repository.Golden("models", "generation", "processors.safetensors"));
        float[][] scores = Rows(tensors, "logits"), expected = Rows(tensors, "forced_bos_first_step");
        int[][] tokens = Integers(tensors, "input_ids");
        for (int row = 0; row < scores.Length; row++)
        {
            new ForcedBOSTokenLogitsProcessor(4).Process(new GenerationStep { Tokens = tokens[row].AsSpan(0, 1) }, scores[row]);
            AssertEqual(expected[row], scores[row], $"row {row}");
        }
    }

    [Fact]
    public void Process_OfARealRun_GivesTheScoresThatSamplingDrawsFrom()
    {
        JsonElement json = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("models", "generation", "sampling_gpt2.json"))).RootElement;
        using Checkpoint tensors = Checkpoint.Open(Repository.Golden("models", "generation", "sampling_gpt2.safetensors"));
        LogitsProcessor[] processors =
        [
            new RepetitionPenaltyLogitsProcessor(1.2f), new NoRepeatNGramLogitsProcessor(2), new MinNewTokensLengthLogitsProcessor(2, 0), new TemperatureLogitsWarper(0.8f),
            new TopKLogitsWarper(30), new TopPLogitsWarper(0.9), new MinPLogitsWarper(0.01f), new TypicalLogitsWarper(0.95f),
        ];
        Assert.Equal(json.GetProperty("order").EnumerateArray().Select(name => name.GetString()), processors.Select(processor => processor.GetType().Name));

        int promptLength = json.GetProperty("input_ids")[0].GetArrayLength();
        long[] shape = tensors.Tensors["logits"].Shape;
        float[] logits = tensors.Read("logits"), expected = tensors.Read("scores");
        int[][] sequences = Integers(tensors, "sequences");
        int width = (int)shape[2];
        for (int step = 0; step < shape[0]; step++)
        {
            for (int row = 0; row < shape[1]; row++)
            {
                int at = (int)((step * shape[1]) + row) * width;
                float[] scores = logits[at..(at + width)];
                foreach (LogitsProcessor processor in processors)
                {
                    processor.Process(new GenerationStep { Tokens = sequences[row].AsSpan(0, promptLength + step), PromptLength = promptLength }, scores);
                }

                AssertEqual(expected[at..(at + width)], scores, $"step {step}, row {row}");
            }
        }
    }

    [Fact]
    public void PrefixConstrained_KeepsWhatIsAllowed()
    {
        float[] scores = [1, 2, 3, 4];
        new PrefixConstrainedLogitsProcessor(tokens => tokens[^1] == 7 ? [0, 2] : [3]).Process(new GenerationStep { Tokens = [5, 7] }, scores);
        Assert.Equal([1, float.NegativeInfinity, 3, float.NegativeInfinity], scores);
        float[] others = [1, 2];
        Assert.Throws<InvalidOperationException>(() => new PrefixConstrainedLogitsProcessor(_ => []).Process(new GenerationStep { Tokens = [5] }, others));
    }

    private static LogitsProcessor Make(JsonElement step)
    {
        JsonElement options = step.GetProperty("options");
        float Number(string name) => options.GetProperty(name).GetSingle();
        int Whole(string name, int otherwise = 1) => options.TryGetProperty(name, out JsonElement value) ? value.GetInt32() : otherwise;
        int[] List(string name) => options.GetProperty(name) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray().Select(item => item.GetInt32())] : [Whole(name)];
        return step.GetProperty("name").GetString() switch
        {
            "TemperatureLogitsWarper" => new TemperatureLogitsWarper(Number("temperature")),
            "TopKLogitsWarper" => new TopKLogitsWarper(Whole("top_k"), Whole("min_tokens_to_keep")),
            "TopPLogitsWarper" => new TopPLogitsWarper(options.GetProperty("top_p").GetDouble(), Whole("min_tokens_to_keep")),
            "TypicalLogitsWarper" => new TypicalLogitsWarper(Number("mass"), Whole("min_tokens_to_keep")),
            "MinPLogitsWarper" => new MinPLogitsWarper(Number("min_p"), Whole("min_tokens_to_keep")),
            "EpsilonLogitsWarper" => new EpsilonLogitsWarper(Number("epsilon"), Whole("min_tokens_to_keep")),
            "EtaLogitsWarper" => new EtaLogitsWarper(Number("epsilon"), Whole("min_tokens_to_keep")),
            "RepetitionPenaltyLogitsProcessor" => new RepetitionPenaltyLogitsProcessor(Number("penalty")),
            "EncoderRepetitionPenaltyLogitsProcessor" => new EncoderRepetitionPenaltyLogitsProcessor(Number("penalty")),
            "EncoderNoRepeatNGramLogitsProcessor" => new EncoderNoRepeatNGramLogitsProcessor(Whole("encoder_ngram_size")),
            "NoRepeatNGramLogitsProcessor" => new NoRepeatNGramLogitsProcessor(Whole("ngram_size")),
            "MinLengthLogitsProcessor" => new MinLengthLogitsProcessor(Whole("min_length"), List("eos_token_id")),
            "MinNewTokensLengthLogitsProcessor" => new MinNewTokensLengthLogitsProcessor(Whole("min_new_tokens"), List("eos_token_id")),
            "NoBadWordsLogitsProcessor" => new NoBadWordsLogitsProcessor(
                options.GetProperty("bad_words_ids").EnumerateArray().Select(word => (int[])[.. word.EnumerateArray().Select(token => token.GetInt32())]), List("eos_token_id")),
            "SequenceBiasLogitsProcessor" => new SequenceBiasLogitsProcessor(
                options.GetProperty("sequence_bias").EnumerateArray().Select(bias => ((IReadOnlyList<int>)[.. bias[0].EnumerateArray().Select(token => token.GetInt32())], bias[1].GetSingle()))),
            "ForcedBOSTokenLogitsProcessor" => new ForcedBOSTokenLogitsProcessor(Whole("bos_token_id")),
            "ForcedEOSTokenLogitsProcessor" => new ForcedEOSTokenLogitsProcessor(Whole("max_length"), List("eos_token_id")),
            "SuppressTokensLogitsProcessor" => new SuppressTokensLogitsProcessor(List("suppress_tokens")),
            "SuppressTokensAtBeginLogitsProcessor" => new SuppressTokensAtBeginLogitsProcessor(List("begin_suppress_tokens"), Whole("begin_index")),
            "InfNanRemoveLogitsProcessor" => new InfNanRemoveLogitsProcessor(),
            string other => throw new NotSupportedException(other),
            null => throw new NotSupportedException(),
        };
    }

    /// <summary>Numbers of tokens, those of tokens with equal scores in ascending order.</summary>
    private static float[] Ordered(float[] numbers, float[] scores) => [.. numbers.Zip(scores).OrderBy(pair => pair.Second).ThenBy(pair => pair.First).Select(pair => pair.First)];

    private static void AssertEqual(float[] expected, float[] found, string what)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                expected[i] == found[i] || Math.Abs(expected[i] - found[i]) <= Tolerance * Math.Max(1, Math.Abs(expected[i])), $"{what}, token {i}: {found[i]}, expected {expected[i]}.");
        }
    }

    private static float[][] Rows(Checkpoint tensors, string name) => [.. tensors.Read(name).Chunk((int)tensors.Tensors[name].Shape[^1])];

    private static int[][] Integers(Checkpoint tensors, string name) => [.. Rows(tensors, name).Select(row => Array.ConvertAll(row, number => (int)number))];
}
