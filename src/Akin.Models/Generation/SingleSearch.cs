using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Akin.Tensors;
using Tensor = Akin.Tensors.Tensor;

namespace Akin.Models.Generation;

/// <summary>Greedy search and sampling: every text goes one way, by the best token or by a draw.</summary>
internal sealed class SingleSearch : TokenSearch
{
    private readonly GenerationConfig _config;
    private readonly List<Text> _texts = [];
    private List<Text> _running;
    private bool _isFirst = true; // a prompt is read once for all its draws

    public SingleSearch(DecoderRun run, IReadOnlyList<WritingTask> tasks, GenerationConfig config)
        : base(run, tasks)
    {
        _config = config;
        for (int task = 0; task < tasks.Count; task++)
        {
            for (int number = 0; number < config.NumReturnSequences; number++)
            {
                _texts.Add(new Text(tasks[task], task, [.. tasks[task].Prompt], new CounterRandom(config.Seed, (ulong)number)));
            }
        }

        _running = [.. _texts];
    }

    /// <summary>The tokens of the first text so far.</summary>
    public IReadOnlyList<int> First => _texts[0].Tokens;

    public override IReadOnlyList<IReadOnlyList<GeneratedSequence>> Results() =>
        [.. _texts.Chunk(_config.NumReturnSequences).Select(texts => texts.Select(text => new GeneratedSequence(text.Tokens, text.Task.Prompt.Count, Score: null)).ToArray())];

    protected override IEnumerable<List<int>> Rows() =>
        _running.Where((_, i) => !_isFirst || i % _config.NumReturnSequences == 0).Select(text => text.Tokens);

    protected override int[] Choose(Tensor scores, ForwardContext context)
    {
        float[] changed = new float[scores.ColumnCount];
        List<int> order = [];
        List<Text> running = [];
        for (int i = 0; i < _running.Count; i++)
        {
            Text text = _running[i];
            int row = _isFirst ? text.Number : i;
            scores.Row(row).CopyTo(changed);
            text.Task.Process(CollectionsMarshal.AsSpan(text.Tokens), changed);
            text.Tokens.Add(_config.DoSample ? Draw(changed, text) : TensorPrimitives.IndexOfMax(changed));
            if (!text.Task.IsEnd(text.Tokens))
            {
                order.Add(row);
                running.Add(text);
            }
        }

        _running = running;
        _isFirst = false;
        return [.. order];
    }

    /// <summary>A token by its probability: the place of a number between 0 and 1 among their sums. The number depends on seed, place and draw alone.</summary>
    private static int Draw(float[] scores, Text text)
    {
        float[] probabilities = ScoreFilter.Probabilities(scores);
        double sum = 0;
        foreach (float probability in probabilities)
        {
            sum += probability;
        }

        double left = text.Random.Uniform((ulong)text.Tokens.Count) * sum;
        int last = -1;
        for (int token = 0; token < probabilities.Length && left >= 0; token++)
        {
            if (probabilities[token] > 0)
            {
                left -= probabilities[token];
                last = token;
            }
        }

        return last >= 0
            ? last
            : throw new GenerationException($"No token is left to draw after {text.Tokens.Count} tokens: every one is ruled out, or scores are no numbers (temperature too near to 0?).");
    }

    private sealed record Text(WritingTask Task, int Number, List<int> Tokens, CounterRandom Random);
}
