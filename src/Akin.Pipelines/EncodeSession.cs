using System.Buffers;
using Akin.Kernels;
using Akin.Models.Heads;
using Akin.Pipelines.Modules;
using Akin.Tensors;

namespace Akin.Pipelines;

/// <summary>
/// The memory one call of <c>Encode</c> works in, kept for the next call: ids of a window of texts, a ragged batch, activations. Texts of a window are
/// tokenized on all threads, ordered by length, and computed in batches of about as many tokens; every result goes to the row of its text.
/// </summary>
internal sealed class EncodeSession
{
    /// <summary>Texts of a window, unless they may be so long that <see cref="WindowTokens"/> is less.</summary>
    private const int WindowTexts = 1024;

    /// <summary>Room for ids in a window: 4 MB.</summary>
    private const int WindowTokens = 1 << 20;

    private readonly TransformerModule _transformer;
    private readonly PoolingModule _pooling;
    private readonly IReadOnlyList<IEmbeddingModule> _modules;
    private readonly ForwardContext _context;
    private readonly RaggedBatch _batch;
    private readonly int[] _ids;
    private readonly int[] _lengths;
    private readonly int[] _keys;
    private readonly int[] _order;

    public EncodeSession(TransformerModule transformer, PoolingModule pooling, IReadOnlyList<IEmbeddingModule> modules, WorkerPool pool)
    {
        _transformer = transformer;
        _pooling = pooling;
        _modules = modules;
        _context = new ForwardContext(pool);
        _batch = transformer.Encoder.CreateBatch();
        int windowTexts = Math.Clamp(WindowTokens / transformer.MaxSequenceLength, 1, WindowTexts);
        _ids = new int[windowTexts * transformer.MaxSequenceLength];
        _lengths = new int[windowTexts];
        _keys = new int[windowTexts];
        _order = new int[windowTexts];
    }

    /// <summary>Embeds every text.</summary>
    public void Encode(IReadOnlyList<string> texts, string prompt, in EncodeTarget target, int batchTokens, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        int promptLength = prompt.Length > 0 && !_pooling.IncludesPrompt ? PromptLength(prompt) : 0;
        for (int start = 0; start < texts.Count; start += _lengths.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(_lengths.Length, texts.Count - start);
            TokenizeBody body = new(this, texts, start, prompt);
            _context.Pool.For(count, ref body);
            EncodeWindow(start, count, promptLength, target, batchTokens, progress, cancellationToken);
        }
    }

    /// <summary>Embeds every sequence of token ids, cut like a text that is too long.</summary>
    public void Encode(IReadOnlyList<int[]> sequences, in EncodeTarget target, int batchTokens, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        int maximum = _transformer.MaxSequenceLength;
        for (int start = 0; start < sequences.Count; start += _lengths.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(_lengths.Length, sequences.Count - start);
            for (int i = 0; i < count; i++)
            {
                int[] sequence = sequences[start + i];
                _lengths[i] = Math.Min(sequence.Length, maximum);
                sequence.AsSpan(0, _lengths[i]).CopyTo(_ids.AsSpan(i * maximum));
            }

            EncodeWindow(start, count, promptLength: 0, target, batchTokens, progress, cancellationToken);
        }
    }

    /// <summary>How many tokens in front of a text belong to the prompt: those of the prompt alone, without the special token that closes it.</summary>
    private int PromptLength(string prompt)
    {
        Tokenizers.Encoding encoding = _transformer.Tokenizer.Encode(_transformer.LowersCase ? prompt.ToLowerInvariant() : prompt);
        return encoding.Length - (encoding.Length > 0 && encoding.SpecialTokensMask[^1] == 1 ? 1 : 0);
    }

    private void EncodeWindow(
        int start, int count, int promptLength, in EncodeTarget target, int batchTokens, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        Span<int> order = _order.AsSpan(0, count);
        for (int i = 0; i < count; i++)
        {
            _keys[i] = -_lengths[i];
            order[i] = i;
        }

        // Long texts first: the threads share what is left more evenly.
        _keys.AsSpan(0, count).Sort(order);
        int maximum = _transformer.MaxSequenceLength;
        for (int first = 0; first < count;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _batch.Clear();
            int next = first;
            do
            {
                int text = order[next];
                _batch.Add(_ids.AsSpan(text * maximum, _lengths[text]));
                next++;
            }
            while (next < count && _batch.TokenCount + _lengths[order[next]] <= batchTokens);

            EncodeBatch(start, order[first..next], promptLength, target, cancellationToken);
            first = next;
            progress?.Report(start + next);
        }
    }

    private void EncodeBatch(int start, ReadOnlySpan<int> texts, int promptLength, in EncodeTarget target, CancellationToken cancellationToken)
    {
        _context.CancellationToken = cancellationToken;
        using ForwardScope scope = _context.Scope();
        EncoderOutput output = _transformer.Encoder.Forward(_context, _batch);
        Tensor embeddings = _pooling.Forward(_context, output.LastHiddenState, _batch, promptLength);
        for (int i = 0; i < _modules.Count; i++)
        {
            embeddings = _modules[i].Forward(_context, embeddings);
        }

        for (int i = 0; i < texts.Length; i++)
        {
            Span<float> row = target.Row(start + texts[i]);
            embeddings.Row(i)[..row.Length].CopyTo(row);
            if (target.Normalizes)
            {
                Normalize.Rows(row, 1, row.Length, Normalize.DefaultEpsilon, row, WorkerPool.Serial);
            }
        }
    }

    /// <summary>Tokenizes one text of the window into its own piece of the id buffer.</summary>
    private readonly struct TokenizeBody(EncodeSession session, IReadOnlyList<string> texts, int start, string prompt) : IParallelBody
    {
        public void Execute(int taskIndex)
        {
            int maximum = session._transformer.MaxSequenceLength;
            string text = texts[start + taskIndex] ?? throw new ArgumentException($"Text {start + taskIndex} is null.");
            Span<int> ids = session._ids.AsSpan(taskIndex * maximum, maximum);
            if (prompt.Length == 0 && !session._transformer.LowersCase)
            {
                session._lengths[taskIndex] = session._transformer.Tokenizer.EncodeIds(text.AsSpan().Trim(), ids);
                return;
            }

            int length = prompt.Length + text.Length;
            char[] buffer = ArrayPool<char>.Shared.Rent(2 * length);
            Span<char> input = buffer.AsSpan(0, length);
            prompt.CopyTo(input);
            text.CopyTo(input[prompt.Length..]);
            if (session._transformer.LowersCase)
            {
                Span<char> lowered = buffer.AsSpan(length, length);
                MemoryExtensions.ToLowerInvariant(input, lowered);
                input = lowered;
            }

            session._lengths[taskIndex] = session._transformer.Tokenizer.EncodeIds(((ReadOnlySpan<char>)input).Trim(), ids);
            ArrayPool<char>.Shared.Return(buffer);
        }
    }
}
