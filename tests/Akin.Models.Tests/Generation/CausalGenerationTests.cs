using Akin.Kernels;
using Akin.Models.Generation;
using Akin.Models.Heads;
using Akin.Models.Tests.Architectures;
using Akin.Tensors;

namespace Akin.Models.Tests.Generation;

/// <summary>What a decoder alone writes, against itself: alone, in batches, with and without cache; and what it refuses.</summary>
public sealed class CausalGenerationTests
{
    private static readonly GoldenGeneration Golden = new("gpt2");

    private static readonly CausalLanguageModel Model = AutoModelForCausalLM.FromPretrained(Golden.Folder);

    [Theory]
    [InlineData(1, false)]
    [InlineData(4, false)]
    [InlineData(1, true)]
    public void Generate_WithoutCacheOrAloneOrOnOtherThreads_WritesTheSameTokens(int beamCount, bool samples)
    {
        CausalLanguageModel model = AutoModelForCausalLM.FromConfig(BatchInvarianceTests.Config("gpt2"));
        Random random = new(7);
        int[][] prompts = [.. Enumerable.Range(0, 9).Select(_ => Enumerable.Range(0, random.Next(1, 30)).Select(_ => random.Next(300)).ToArray())];
        GenerationConfig config = new() { MaxNewTokens = 30, NumBeams = beamCount, DoSample = samples, EosTokenId = [17], Seed = 5, NumReturnSequences = samples ? 3 : 1 };
        using WorkerPool two = new(2);
        (int[] Tokens, double? Score)[] together = Run(prompts, config, WorkerPool.Serial);
        Assert.Equal(together, Run(prompts, config with { UseCache = false }, WorkerPool.Serial), Same);
        Assert.Equal(together, Run(prompts, config, two), Same);
        Assert.Equal(together, prompts.SelectMany(prompt => Run([prompt], config, WorkerPool.Serial)), Same);

        (int[] Tokens, double? Score)[] Run(int[][] prompts, GenerationConfig config, WorkerPool pool) =>
            [.. model.Generate(new ForwardContext(pool), prompts, config).SelectMany(row => row).Select(sequence => (sequence.Tokens.ToArray(), sequence.Score))];

        static bool Same((int[] Tokens, double? Score) left, (int[] Tokens, double? Score) right) => left.Tokens.AsSpan().SequenceEqual(right.Tokens) && left.Score == right.Score;
    }

    [Fact]
    public void ScoreNext_WithACache_GivesTheBitsOfTheWholePass()
    {
        CausalLanguageModel model = AutoModelForCausalLM.FromConfig(BatchInvarianceTests.Config("gpt2"));
        int[][] texts = [[.. Enumerable.Range(1, 60)], [5, 6], [.. Enumerable.Range(100, 33)]];
        RaggedBatch whole = model.CreateBatch(), part = model.CreateBatch();
        Array.ForEach(texts, text => whole.Add(text));
        ForwardContext context = new();
        Tensor expected = model.Forward(context, whole).Logits;
        DecoderCache cache = model.CreateCache()!;
        int[] read = new int[texts.Length];
        Random random = new(3);
        while (read.Zip(texts).Any(pair => pair.First < pair.Second.Length))
        {
            part.Clear();
            int[] counts = [.. texts.Select((text, i) => Math.Min(random.Next(1, 9), text.Length - read[i]))];
            for (int i = 0; i < texts.Length; i++)
            {
                part.AddContinuation(read[i], texts[i].AsSpan(read[i], counts[i]));
                read[i] += counts[i];
            }

            if (counts.All(count => count > 0))
            {
                Tensor scores = model.ScoreNext(context, part, cache);
                for (int i = 0; i < texts.Length; i++)
                {
                    Assert.Equal(expected.Row(whole.Offsets.Span[i] + read[i] - 1).ToArray(), scores.Row(i).ToArray());
                }
            }
            else
            {
                // A text that is finished leaves; the others go on.
                int[] order = [.. Enumerable.Range(0, texts.Length).Where(i => counts[i] > 0)];
                cache.Select(order);
                (texts, read) = ([.. order.Select(i => texts[i])], [.. order.Select(i => read[i] - counts[i])]);
                whole.Clear();
                Array.ForEach(texts, text => whole.Add(text));
                expected = model.Forward(context, whole).Logits;
            }
        }
    }

    [Fact]
    public void Generate_ByDraws_DependsOnTheSeedAlone()
    {
        GenerationConfig config = new() { MaxNewTokens = 20, DoSample = true, NumReturnSequences = 4, Temperature = 2, Seed = 1 };
        int[][] Draw(ulong seed) => [.. Model.Generate(new ForwardContext(), Golden.Inputs, config with { Seed = seed }).SelectMany(row => row).Select(sequence => sequence.Tokens.ToArray())];
        int[][] first = Draw(1);
        Assert.Equal(first, Draw(1));
        Assert.NotEqual(first, Draw(2));
        Assert.Equal(12, first.Distinct(new Tokens()).Count());
    }

    [Fact]
    public void Generate_ByManyDraws_FollowsTheProbabilities()
    {
        const int DrawCount = 2000;
        GenerationConfig config = new() { MaxNewTokens = 1, DoSample = true, NumReturnSequences = DrawCount, TopK = 3 };
        ForwardContext context = new();
        RaggedBatch batch = Model.CreateBatch();
        batch.Add(Golden.Inputs[2]);
        float[] probabilities = Model.ScoreNext(context, batch).ToArray();
        new TopKLogitsWarper(3).Process(new GenerationStep { Tokens = [] }, probabilities);
        Softmax.Rows(probabilities, 1, probabilities.Length, probabilities, WorkerPool.Serial);
        var counts = Model.Generate(new ForwardContext(), [Golden.Inputs[2]], config)[0].CountBy(sequence => sequence.Tokens[^1]).ToDictionary();
        Assert.Equal(3, counts.Count);
        Assert.All(counts, count => Assert.InRange(count.Value / (double)DrawCount, probabilities[count.Key] - 0.04, probabilities[count.Key] + 0.04)); // 3.5 deviations
    }

    [Fact]
    public async Task StreamAsync_OfAText_GivesTheTokensOneByOne()
    {
        GenerationConfig config = new() { MaxNewTokens = 12 };
        List<int> streamed = [];
        await foreach (int token in Model.StreamAsync(new ForwardContext(), Golden.Inputs[0], config))
        {
            streamed.Add(token);
        }

        Assert.Equal(Model.Generate(new ForwardContext(), [Golden.Inputs[0]], config)[0][0].NewTokens, streamed);
        using CancellationTokenSource source = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (int token in Model.StreamAsync(new ForwardContext(), Golden.Inputs[0], config, cancellationToken: source.Token))
            {
                await source.CancelAsync();
            }
        });
    }

    [Fact]
    public void Generate_WithPrefixConstraints_WritesWhatIsAllowed()
    {
        GenerationConfig config = new() { MaxNewTokens = 3, NumBeams = 2, PrefixAllowedTokens = tokens => tokens[^1] == 40 ? [41] : [40] };
        Assert.Equal([40, 41, 40], Model.Generate(new ForwardContext(), [[1, 2]], config)[0][0].NewTokens);
    }

    [Fact]
    public void Generate_WhenCancelled_Stops() =>
        Assert.Throws<OperationCanceledException>(() => Model.Generate(new ForwardContext { CancellationToken = new CancellationToken(true) }, Golden.Inputs, new GenerationConfig()));

    [Fact]
    public void Generate_OfWhatDoesNotGoTogether_SaysSo()
    {
        void Refuses(GenerationConfig config, string message, params int[] prompt) => Assert.Contains(
            message, Assert.Throws<GenerationException>(() => Model.Generate(new ForwardContext(), [prompt], config)).Message, StringComparison.Ordinal);

        Refuses(new() { DoSample = true, NumBeams = 2 }, "do not go together", 1);
        Refuses(new() { NumReturnSequences = 2 }, "num_return_sequences is 2", 1);
        Refuses(new() { StopStrings = ["a"] }, "tokenizer", 1);
        Refuses(new() { MaxLength = 2, MinLength = 3 }, "min_length is 3", 1);
        Refuses(new() { EosTokenId = [1000] }, "eos_token_id has token 1000", 1);
        Refuses(new() { MaxLength = 3 }, "no room", 1, 2, 3);
        Refuses(new() { MaxNewTokens = 100 }, "64 positions", 1);
        Refuses(new(), "no token");
        Assert.ThrowsAny<GenerationException>(() => Model.StreamAsync(new ForwardContext(), [1], new() { NumBeams = 2 }).ToBlockingEnumerable().ToList());
    }

    private sealed class Tokens : IEqualityComparer<int[]>
    {
        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] obj) => obj[^1];
    }
}
