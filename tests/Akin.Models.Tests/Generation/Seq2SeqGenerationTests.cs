using Akin.Kernels;
using Akin.Models.Generation;
using Akin.Models.Heads;
using Akin.Models.Tests.Architectures;
using Akin.Tensors;

namespace Akin.Models.Tests.Generation;

/// <summary>What a decoder beside an encoder writes, against itself, and what it refuses.</summary>
public sealed class Seq2SeqGenerationTests
{
    [Theory]
    [InlineData("bart", 1)]
    [InlineData("marian", 3)]
    [InlineData("t5", 1)]
    [InlineData("t5", 3)]
    public void Generate_WithoutCacheOrAloneOrOnOtherThreads_WritesTheSameTokens(string modelType, int beamCount)
    {
        Seq2SeqLanguageModel model = AutoModelForSeq2SeqLM.FromConfig(BatchInvarianceTests.Config(modelType));
        Random random = new(7);
        int[][] inputs = [.. Enumerable.Range(0, 5).Select(_ => Enumerable.Range(0, random.Next(1, 50)).Select(_ => random.Next(3, 300)).ToArray())];
        GenerationConfig config = new() { MaxNewTokens = 25, NumBeams = beamCount, EosTokenId = [17] };
        using WorkerPool two = new(2);
        (int[] Tokens, double? Score)[] together = Run(inputs, config, WorkerPool.Serial);
        Assert.Equal(together, Run(inputs, config with { UseCache = false }, WorkerPool.Serial), Same);
        Assert.Equal(together, Run(inputs, config, two), Same);
        Assert.Equal(together, inputs.SelectMany(input => Run([input], config, WorkerPool.Serial)), Same);

        (int[] Tokens, double? Score)[] Run(int[][] inputs, GenerationConfig config, WorkerPool pool) =>
            [.. model.Generate(new ForwardContext(pool), inputs, config).SelectMany(row => row).Select(sequence => (sequence.Tokens.ToArray(), sequence.Score))];

        static bool Same((int[] Tokens, double? Score) left, (int[] Tokens, double? Score) right) => left.Tokens.AsSpan().SequenceEqual(right.Tokens) && left.Score == right.Score;
    }

    [Theory]
    [InlineData("bart")]
    [InlineData("marian")]
    [InlineData("t5")]
    public void ScoreNext_WithACache_GivesTheBitsOfTheWholePass(string modelType)
    {
        Seq2SeqLanguageModel model = AutoModelForSeq2SeqLM.FromConfig(BatchInvarianceTests.Config(modelType));
        RaggedBatch inputs = model.CreateBatch(), written = model.CreateBatch(), part = model.CreateBatch();
        int[][] texts = [[.. Enumerable.Range(1, 40)], [5, 6, 7], [.. Enumerable.Range(100, 33)]];
        Array.ForEach(texts, text => inputs.Add(text));
        Array.ForEach(texts, _ => written.Add([.. Enumerable.Range(50, 12)]));
        ForwardContext context = new();
        Tensor expected = model.Forward(context, inputs, written).Logits;
        DecoderCache cache = model.CreateCache(context, inputs);
        for (int read = 0; read < 12;)
        {
            int count = read == 0 ? 5 : 1;
            part.Clear();
            Array.ForEach(texts, _ => part.AddContinuation(read, [.. Enumerable.Range(50 + read, count)]));
            Tensor scores = model.ScoreNext(context, part, cache);
            read += count;
            for (int text = 0; text < texts.Length; text++)
            {
                Assert.Equal(expected.Row((12 * text) + read - 1).ToArray(), scores.Row(text).ToArray());
            }
        }
    }

    [Fact]
    public async Task StreamAsync_OfAText_GivesTheTokensOneByOne()
    {
        GoldenGeneration golden = new("bart");
        Seq2SeqLanguageModel model = (Seq2SeqLanguageModel)golden.Model;
        GenerationConfig config = new() { MaxNewTokens = 9 };
        List<int> streamed = [];
        await foreach (int token in model.StreamAsync(new ForwardContext(), golden.Inputs[0], config))
        {
            streamed.Add(token);
        }

        Assert.Equal(model.Generate(new ForwardContext(), [golden.Inputs[0]], config)[0][0].NewTokens, streamed);
    }

    [Fact]
    public void Generate_OfATextThatIsTooLong_SaysSo()
    {
        Seq2SeqLanguageModel model = (Seq2SeqLanguageModel)new GoldenGeneration("bart").Model;
        int[] text = [.. Enumerable.Repeat(5, 65)];
        Assert.Contains("reads 64", Assert.Throws<GenerationException>(() => model.Generate(new ForwardContext(), [text], new())).Message, StringComparison.Ordinal);
        Assert.Contains("no token", Assert.Throws<GenerationException>(() => model.Generate(new ForwardContext(), [[]], new())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Forward_WithMoreTextsToWriteThanToRead_SaysSo()
    {
        Seq2SeqLanguageModel model = (Seq2SeqLanguageModel)new GoldenGeneration("t5").Model;
        RaggedBatch one = model.CreateBatch(), two = model.CreateBatch();
        one.Add([1]);
        two.Add([1]);
        two.Add([2]);
        Assert.Contains("1 texts to read and 2 to write", Assert.Throws<InvalidBatchException>(() => model.Forward(new ForwardContext(), one, two)).Message, StringComparison.Ordinal);
    }
}
