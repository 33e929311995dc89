using System.Numerics;
using Akin.Kernels;
using Akin.Pipelines.Modules;
using Akin.Tensors;

namespace Akin.Pipelines;

/// <summary>
/// The memory one call of <c>Encode</c> works in, kept for the next call: ids of a window of texts, ragged batches, activations. Texts of a window are
/// tokenized on all threads, ordered by length, and computed in batches of about as many tokens; every result goes to the row of its text. Texts of a
/// window with the same tokens are computed once.
/// </summary>
/// <remarks>
/// Each thread computes batches of its own through all layers: no thread waits for another one, and activations stay in the caches of its core. Only
/// when there are few texts do all threads share each one.
/// </remarks>
internal sealed class EncodeSession
{
    /// <summary>Texts of a window, unless they may be so long that <see cref="WindowTokens"/> is less.</summary>
    private const int WindowTexts = 4096;

    /// <summary>Room for ids in a window: 4 MB.</summary>
    private const int WindowTokens = 1 << 20;

    /// <summary>With fewer texts than this for each thread, batches of whole texts would leave threads without work.</summary>
    private const int LeastTextsPerThread = 4;

    /// <summary>Tokens of a batch. What a small model computes for so few nearly fits a second-level cache; weights are read once for each batch.</summary>
    private const int DefaultBatchTokens = 192;

    private readonly SentenceTransformer _model;
    private readonly TransformerModule _transformer;
    private readonly WorkerPool _pool;
    private readonly Lane _shared;
    private readonly Stack<Lane> _lanes;
    private readonly Lock _progressLock = new();
    private readonly int[] _ids;
    private readonly int[] _lengths;
    private readonly long[] _keys;
    private readonly int[] _order;
    private readonly int[] _nextEqual;
    private readonly int[] _batchEnds;

    public EncodeSession(SentenceTransformer model, TransformerModule transformer, WorkerPool pool)
    {
        _transformer = transformer;
        _model = model;
        _pool = pool;
        _shared = new Lane(transformer, pool);
        _lanes = new Stack<Lane>(Enumerable.Range(0, pool.ThreadCount).Select(_ => new Lane(transformer, WorkerPool.Serial)));
        int windowTexts = Math.Clamp(WindowTokens / transformer.MaxSequenceLength, 1, WindowTexts);
        _ids = new int[windowTexts * transformer.MaxSequenceLength];
        _lengths = new int[windowTexts];
        _keys = new long[windowTexts];
        _order = new int[windowTexts];
        _nextEqual = new int[windowTexts];
        _batchEnds = new int[windowTexts];
    }

    /// <summary>The threads it works with.</summary>
    public WorkerPool Pool => _pool;

    /// <summary>Embeds every text.</summary>
    /// <returns>The tokens of all of them.</returns>
    public long Encode(IReadOnlyList<string> texts, string prompt, in EncodeTarget target, int? batchTokens, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        int leftOut = _model.CountLeftOut(prompt);
        long tokenCount = 0;
        for (int start = 0; start < texts.Count; start += _lengths.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(_lengths.Length, texts.Count - start);
            TokenizeBody body = new(this, texts, start, prompt);
            _pool.For(count, ref body);
            foreach (int length in _lengths.AsSpan(0, count))
            {
                tokenCount += length;
            }

            EncodeWindow(start, count, leftOut, target, batchTokens, progress, cancellationToken);
        }

        return tokenCount;
    }

    /// <summary>Embeds every sequence of token ids, cut like a text that is too long.</summary>
    public void Encode(IReadOnlyList<int[]> sequences, int leftOut, in EncodeTarget target, int? batchTokens, IProgress<int>? progress, CancellationToken cancellationToken)
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

            EncodeWindow(start, count, leftOut, target, batchTokens, progress, cancellationToken);
        }
    }

    private void EncodeWindow(
        int start, int count, int leftOut, in EncodeTarget target, int? batchTokens, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        ReadOnlySpan<int> order = _order.AsSpan(0, OrderDistinct(count));
        int wantedTokens = batchTokens ?? DefaultBatchTokens;
        bool isShared = order.Length < LeastTextsPerThread * _pool.ThreadCount;
        int batchCount = isShared ? SplitShared(order, wantedTokens) : Split(order, wantedTokens);
        BatchBody body = new(this, start, order, leftOut, target, isShared, progress, cancellationToken);
        (isShared ? WorkerPool.Serial : _pool).For(batchCount, ref body);
    }

    /// <summary>
    /// Orders the texts of the window, the longest first so that what is left at the end is small; of those with the same tokens only one is
    /// kept, and leads to the others by <see cref="_nextEqual"/>.
    /// </summary>
    /// <returns>How many are left.</returns>
    private int OrderDistinct(int count)
    {
        for (int i = 0; i < count; i++)
        {
            uint hash = 0;
            foreach (int id in Ids(i))
            {
                hash = (BitOperations.RotateLeft(hash, 5) ^ (uint)id) * 0x9E37_79B9;
            }

            _keys[i] = ((long)-_lengths[i] << 32) | hash;
            _order[i] = i;
        }

        Array.Sort(_keys, _order, 0, count);
        int distinct = 0;
        for (int i = 0; i < count; i++)
        {
            int text = _order[i];
            bool isRepeated = i > 0 && _keys[i] == _keys[i - 1] && Ids(text).SequenceEqual(Ids(_order[distinct - 1]));
            _nextEqual[text] = isRepeated ? _order[distinct - 1] : -1;
            _order[isRepeated ? distinct - 1 : distinct++] = text;
        }

        return distinct;
    }

    private ReadOnlySpan<int> Ids(int text) => _ids.AsSpan(text * _transformer.MaxSequenceLength, _lengths[text]);

    /// <summary>Cuts the ordered texts into batches of nearly as many tokens each, a multiple of the number of threads.</summary>
    private int Split(ReadOnlySpan<int> order, int batchTokens)
    {
        long total = TokenCount(order);
        int threadCount = _pool.ThreadCount;
        long wanted = Math.Max(1, (total + batchTokens - 1) / batchTokens);
        int batchCount = (int)Math.Min((wanted + threadCount - 1) / threadCount * threadCount, order.Length);

        // A text belongs to the batch in whose share of all tokens its middle lies.
        long before = 0;
        int used = 0;
        long current = 0;
        for (int i = 0; i < order.Length; i++)
        {
            long length = _lengths[order[i]];
            long batch = total == 0 ? 0 : Math.Min(batchCount - 1, (2 * before + length) * batchCount / (2 * total));
            if (i > 0 && batch != current)
            {
                _batchEnds[used++] = i;
            }

            current = batch;
            before += length;
        }

        _batchEnds[used++] = order.Length;
        return used;
    }

    /// <summary>Cuts a few texts into batches that all threads compute together.</summary>
    private int SplitShared(ReadOnlySpan<int> order, int batchTokens)
    {
        long limit = (long)batchTokens * _pool.ThreadCount;
        int used = 0;
        long tokens = 0;
        for (int i = 0; i < order.Length; i++)
        {
            tokens += _lengths[order[i]];
            if (i > 0 && tokens > limit)
            {
                _batchEnds[used++] = i;
                tokens = _lengths[order[i]];
            }
        }

        _batchEnds[used++] = order.Length;
        return used;
    }

    private long TokenCount(ReadOnlySpan<int> texts)
    {
        long count = 0;
        foreach (int text in texts)
        {
            count += _lengths[text];
        }

        return count;
    }

    /// <returns>The number of texts that are done, with those that have the same tokens.</returns>
    private int EncodeBatch(Lane lane, int start, ReadOnlySpan<int> texts, int leftOut, in EncodeTarget target, CancellationToken cancellationToken)
    {
        lane.Batch.Clear();
        foreach (int text in texts)
        {
            lane.Batch.Add(Ids(text));
        }

        ForwardContext context = lane.Context;
        context.CancellationToken = cancellationToken;
        using ForwardScope scope = context.Scope();
        Tensor embeddings = _model.Forward(context, lane.Batch, leftOut);
        int done = 0;
        for (int i = 0; i < texts.Length; i++)
        {
            for (int text = texts[i]; text >= 0; text = _nextEqual[text])
            {
                Span<float> row = target.Row(start + text);
                embeddings.Row(i)[..row.Length].CopyTo(row);
                if (target.Normalizes)
                {
                    Normalize.Rows(row, 1, row.Length, Normalize.DefaultEpsilon, row, WorkerPool.Serial);
                }

                done++;
            }
        }

        return done;
    }

    /// <summary>What one thread computes a batch with.</summary>
    private sealed class Lane(TransformerModule transformer, WorkerPool pool)
    {
        public ForwardContext Context { get; } = new(pool);

        public RaggedBatch Batch { get; } = transformer.Encoder.CreateBatch();
    }

    /// <summary>Computes one batch of the window.</summary>
    private ref struct BatchBody(
        EncodeSession session,
        int start,
        ReadOnlySpan<int> order,
        int leftOut,
        in EncodeTarget target,
        bool isShared,
        IProgress<int>? progress,
        CancellationToken cancellationToken) : IParallelBody
    {
        private readonly ReadOnlySpan<int> _order = order;
        private readonly EncodeTarget _target = target;
        private int _done;

        public void Execute(int taskIndex)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int first = taskIndex == 0 ? 0 : session._batchEnds[taskIndex - 1];
            ReadOnlySpan<int> texts = _order[first..session._batchEnds[taskIndex]];
            Lane lane = isShared ? session._shared : session.TakeLane();
            int done = session.EncodeBatch(lane, start, texts, leftOut, _target, cancellationToken);
            if (!isShared)
            {
                session.GiveBack(lane);
            }

            if (progress is not null)
            {
                lock (session._progressLock)
                {
                    _done += done;
                    progress.Report(start + _done);
                }
            }
        }
    }

    private Lane TakeLane()
    {
        lock (_lanes)
        {
            return _lanes.Pop();
        }
    }

    private void GiveBack(Lane lane)
    {
        lock (_lanes)
        {
            _lanes.Push(lane);
        }
    }

    /// <summary>Tokenizes one text of the window into its own piece of the id buffer.</summary>
    private readonly struct TokenizeBody(EncodeSession session, IReadOnlyList<string> texts, int start, string prompt) : IParallelBody
    {
        public void Execute(int taskIndex)
        {
            int maximum = session._transformer.MaxSequenceLength;
            string text = texts[start + taskIndex] ?? throw new ArgumentException($"Text {start + taskIndex} is null.");
            session._lengths[taskIndex] = session._transformer.EncodeIds(prompt, text, session._ids.AsSpan(taskIndex * maximum, maximum));
        }
    }
}
