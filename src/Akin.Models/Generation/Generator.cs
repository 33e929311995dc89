using System.Runtime.CompilerServices;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tokenizers;

namespace Akin.Models.Generation;

/// <summary>Writes token by token with a model.</summary>
/// <remarks>
/// Texts of any length are written side by side without padding, and leave when they are finished: what is written for one does not depend on the others,
/// bit for bit. <see cref="ForwardContext.CancellationToken"/> stops between tokens.
/// </remarks>
public static class Generator
{
    /// <summary>Continues texts.</summary>
    /// <param name="model">The model.</param>
    /// <param name="context">Lends memory and threads.</param>
    /// <param name="prompts">The tokens of every text, at least one each.</param>
    /// <param name="config">How to write.</param>
    /// <param name="tokenizer">The model's, for stop strings.</param>
    /// <returns>For every text the sequences, the best first.</returns>
    /// <exception cref="GenerationException">Options do not go together, or a text is empty or too long.</exception>
    /// <exception cref="OperationCanceledException">The context's token was cancelled.</exception>
    public static IReadOnlyList<IReadOnlyList<GeneratedSequence>> Generate(
        this CausalLanguageModel model, ForwardContext context, IReadOnlyList<IReadOnlyList<int>> prompts, GenerationConfig config, Tokenizer? tokenizer = null) =>
        Finish(Begin(model, prompts, config, tokenizer), context);

    /// <summary>Reads texts and writes others.</summary>
    /// <param name="model">The model.</param>
    /// <param name="context">Lends memory and threads.</param>
    /// <param name="inputs">The tokens of every text to read, at least one each.</param>
    /// <param name="config">How to write.</param>
    /// <param name="tokenizer">The model's, for stop strings.</param>
    /// <param name="prefixes">How every written text begins; the decoder's start is put before it where it is missing. Default: with that start alone.</param>
    /// <returns>For every text the sequences, the best first.</returns>
    /// <exception cref="GenerationException">Options do not go together, or a text is empty or too long.</exception>
    /// <exception cref="OperationCanceledException">The context's token was cancelled.</exception>
    public static IReadOnlyList<IReadOnlyList<GeneratedSequence>> Generate(
        this Seq2SeqLanguageModel model, ForwardContext context, IReadOnlyList<IReadOnlyList<int>> inputs, GenerationConfig config, Tokenizer? tokenizer = null,
        IReadOnlyList<IReadOnlyList<int>>? prefixes = null) =>
        Finish(Begin(model, context, inputs, config, tokenizer, prefixes), context);

    /// <summary>Reads a text and gives every token of another as soon as it is written.</summary>
    /// <param name="model">The model.</param>
    /// <param name="context">Lends memory and threads; used until the enumeration ends.</param>
    /// <param name="input">The tokens of the text to read.</param>
    /// <param name="config">How to write: greedily or by draws, one sequence.</param>
    /// <param name="tokenizer">The model's, for stop strings.</param>
    /// <param name="cancellationToken">Stops between tokens.</param>
    /// <exception cref="GenerationException">Options do not go together, or a text is empty or too long.</exception>
    public static IAsyncEnumerable<int> StreamAsync(
        this Seq2SeqLanguageModel model, ForwardContext context, IReadOnlyList<int> input, GenerationConfig config, Tokenizer? tokenizer = null,
        CancellationToken cancellationToken = default) =>
        StreamAsync(() => Begin(model, context, [input], config, tokenizer, prefixes: null), context, config, cancellationToken);

    /// <summary>Continues one text and gives every token as soon as it is written.</summary>
    /// <param name="model">The model.</param>
    /// <param name="context">Lends memory and threads; used until the enumeration ends.</param>
    /// <param name="prompt">The tokens of the text.</param>
    /// <param name="config">How to write: greedily or by draws, one sequence.</param>
    /// <param name="tokenizer">The model's, for stop strings.</param>
    /// <param name="cancellationToken">Stops between tokens.</param>
    /// <inheritdoc cref="Generate(CausalLanguageModel, ForwardContext, IReadOnlyList{IReadOnlyList{int}}, GenerationConfig, Tokenizer?)"/>
    public static IAsyncEnumerable<int> StreamAsync(
        this CausalLanguageModel model, ForwardContext context, IReadOnlyList<int> prompt, GenerationConfig config, Tokenizer? tokenizer = null,
        CancellationToken cancellationToken = default) =>
        StreamAsync(() => Begin(model, [prompt], config, tokenizer), context, config, cancellationToken);

    private static TokenSearch Begin(CausalLanguageModel model, IReadOnlyList<IReadOnlyList<int>> prompts, GenerationConfig config, Tokenizer? tokenizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(config);
        config.Validate(tokenizer is not null, model.Backbone.WordEmbeddings.Table.Shape[0]);
        DecoderCache? cache = config.UseCache ? model.CreateCache() : null;
        DecoderRun run = new(model.CreateBatch(), cache, keepsTokens: cache is not null, (context, batch) => model.ScoreNext(context, batch, cache));
        return Search(run, [.. prompts.Select((prompt, i) => Task(config, i, prompt, [], model.Config.MaxTokenCount, tokenizer))], config);
    }

    private static TokenSearch Begin(
        Seq2SeqLanguageModel model, ForwardContext context, IReadOnlyList<IReadOnlyList<int>> inputs, GenerationConfig config, Tokenizer? tokenizer,
        IReadOnlyList<IReadOnlyList<int>>? prefixes)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(config);
        config.Validate(tokenizer is not null, model.Config.VocabularySize);
        int positionCount = model.Config.MaxTokenCount;
        int start = config.DecoderStartTokenId ?? model.Config.DecoderStartId;
        RaggedBatch batch = model.CreateBatch();
        List<WritingTask> tasks = [];
        for (int i = 0; i < inputs.Count; i++)
        {
            if (inputs[i].Count == 0 || inputs[i].Count > positionCount)
            {
                throw new GenerationException(inputs[i].Count == 0
                    ? $"Text {i} has no token: there is nothing to read."
                    : $"Text {i} has {inputs[i].Count} tokens: the model reads {positionCount}. Truncate it.");
            }

            batch.Add([.. inputs[i]]);
            IReadOnlyList<int> prefix = prefixes?[i] ?? [];
            tasks.Add(Task(config, i, prefix.Count > 0 && prefix[0] == start ? prefix : [start, .. prefix], inputs[i], positionCount, tokenizer));
        }

        DecoderCache cache = model.CreateCache(context, batch);
        return Search(new DecoderRun(model.CreateBatch(), cache, config.UseCache, (context, written) => model.ScoreNext(context, written, cache)), tasks, config);
    }

    private static TokenSearch Search(DecoderRun run, IReadOnlyList<WritingTask> tasks, GenerationConfig config) =>
        config.NumBeams > 1 ? new BeamSearch(run, tasks, config) : new SingleSearch(run, tasks, config);

    private static WritingTask Task(
        GenerationConfig config, int number, IReadOnlyList<int> prompt, IReadOnlyList<int> encoderTokens, int positionCount, Tokenizer? tokenizer)
    {
        if (prompt.Count == 0)
        {
            throw new GenerationException($"Text {number} has no token: a model continues at least one, such as the token that begins a text.");
        }

        int longest = config.LongestFrom(prompt.Count, positionCount);
        if (longest <= prompt.Count)
        {
            throw new GenerationException($"Text {number} has {prompt.Count} tokens, and max_length is {longest}: there is no room for a new one. Give max_new_tokens instead.");
        }

        // The last token is written, but not read.
        return longest - 1 <= positionCount
            ? new WritingTask(config, prompt, longest, encoderTokens, tokenizer)
            : throw new GenerationException(
                $"Text {number} has {prompt.Count} tokens and may grow to {longest}: the model has {positionCount} positions. Shorten the text or lower max_new_tokens.");
    }

    private static IReadOnlyList<IReadOnlyList<GeneratedSequence>> Finish(TokenSearch search, ForwardContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        while (search.Step(context))
        {
        }

        return search.Results();
    }

    private static async IAsyncEnumerable<int> StreamAsync(
        Func<TokenSearch> begin, ForwardContext context, GenerationConfig config, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (begin() is not SingleSearch search || config.NumReturnSequences != 1)
        {
            throw new GenerationException($"Tokens can be given at once only where there is one way to go: num_beams is {config.NumBeams}, num_return_sequences {config.NumReturnSequences}.");
        }

        int count = search.First.Count;
        bool hasMore = true;
        while (hasMore)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hasMore = await System.Threading.Tasks.Task.Run(() => search.Step(context), cancellationToken).ConfigureAwait(false);
            for (; count < search.First.Count; count++)
            {
                yield return search.First[count];
            }
        }
    }
}
