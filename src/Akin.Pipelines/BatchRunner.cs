using System.Runtime.ExceptionServices;
using Akin.Kernels;
using Akin.Models;
using Akin.Tensors;
using Akin.Tokenizers;

namespace Akin.Pipelines;

/// <summary>
/// Runs a model over any number of inputs: a window of them is tokenized in parallel, run in ragged batches of about equally long texts, and given back
/// in order. What every pipeline has in common; its own are the tokens of an input, the model's pass, and the result.
/// </summary>
/// <remarks>An input's result does not depend on the others. Not thread-safe.</remarks>
/// <param name="model">The model.</param>
/// <param name="pool">Threads; null for <see cref="WorkerPool.Shared"/>.</param>
/// <param name="windowSize">Inputs that are in memory at a time.</param>
internal sealed class BatchRunner(PretrainedModel model, WorkerPool? pool, int windowSize = 1024)
{
    private const int BatchTokens = 4096;

    private readonly ForwardContext _context = new(pool ?? WorkerPool.Shared);

    /// <summary>Runs inputs that are one text each.</summary>
    /// <param name="inputs">Read as results are asked for.</param>
    /// <param name="encode">The tokens of an input; called from several threads.</param>
    /// <param name="forward">Runs the model on a batch and gives one result for each of its texts, in order; tensors live until the last was taken.</param>
    /// <param name="cancellationToken">Ends the work between two layers.</param>
    public IEnumerable<TResult> Run<TInput, TResult>(
        IEnumerable<TInput> inputs,
        Func<TInput, Encoding> encode,
        Func<ForwardContext, RaggedBatch, IEnumerable<TResult>> forward,
        CancellationToken cancellationToken) =>
        Run(inputs, input => [encode(input)], forward, (_, _, results) => results[0], cancellationToken);

    /// <summary>Runs inputs that are several texts each, such as windows of a long one, or choices.</summary>
    /// <param name="inputs">Read as results are asked for.</param>
    /// <param name="encode">The texts of an input; called from several threads.</param>
    /// <param name="forward">Runs the model on a batch and gives one part for each of its texts, in order; tensors live until the last was taken.</param>
    /// <param name="combine">Makes the result of an input of its texts and their parts.</param>
    /// <param name="cancellationToken">Ends the work between two layers.</param>
    public IEnumerable<TResult> Run<TInput, TPart, TResult>(
        IEnumerable<TInput> inputs,
        Func<TInput, IReadOnlyList<Encoding>> encode,
        Func<ForwardContext, RaggedBatch, IEnumerable<TPart>> forward,
        Func<TInput, IReadOnlyList<Encoding>, IReadOnlyList<TPart>, TResult> combine,
        CancellationToken cancellationToken)
    {
        foreach (TInput[] window in inputs.Chunk(windowSize))
        {
            IReadOnlyList<Encoding>[] texts = Encode(window, encode, cancellationToken);
            TPart[][] parts = Forward(texts, forward, cancellationToken);
            for (int i = 0; i < window.Length; i++)
            {
                yield return combine(window[i], texts[i], parts[i]);
            }
        }
    }

    private static IReadOnlyList<Encoding>[] Encode<TInput>(TInput[] inputs, Func<TInput, IReadOnlyList<Encoding>> encode, CancellationToken cancellationToken)
    {
        IReadOnlyList<Encoding>[] texts = new IReadOnlyList<Encoding>[inputs.Length];
        try
        {
            Parallel.For(0, inputs.Length, new ParallelOptions { CancellationToken = cancellationToken }, i => texts[i] = encode(inputs[i]));
        }
        catch (AggregateException problems)
        {
            ExceptionDispatchInfo.Throw(problems.InnerExceptions[0]);
        }

        return texts;
    }

    private TPart[][] Forward<TPart>(
        IReadOnlyList<Encoding>[] texts, Func<ForwardContext, RaggedBatch, IEnumerable<TPart>> forward, CancellationToken cancellationToken)
    {
        _context.CancellationToken = cancellationToken;
        TPart[][] parts = [.. texts.Select(some => new TPart[some.Count])];
        (int Input, int Text)[] order =
        [
            .. texts.SelectMany((some, input) => Enumerable.Range(0, some.Count).Select(text => (Input: input, Text: text)))
                .OrderByDescending(place => texts[place.Input][place.Text].Length),
        ];
        RaggedBatch batch = model.CreateBatch();
        for (int done = 0; done < order.Length;)
        {
            int first = done;
            batch.Clear();
            do
            {
                Encoding text = Text(done++);
                batch.Add(text.Ids, text.TypeIds);
            }
            while (done < order.Length && batch.TokenCount + Text(done).Length <= BatchTokens);

            using ForwardScope scope = _context.Scope();
            foreach (TPart part in forward(_context, batch))
            {
                (int input, int text) = order[first++];
                parts[input][text] = part;
            }
        }

        return parts;

        Encoding Text(int place) => texts[order[place].Input][order[place].Text];
    }
}
