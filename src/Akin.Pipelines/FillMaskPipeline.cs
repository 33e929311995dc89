using Akin.Hub;
using Akin.Kernels;
using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tokenizers;

namespace Akin.Pipelines;

/// <summary>Finds words for the masks in texts: transformers' <c>fill-mask</c> pipeline.</summary>
/// <remarks>Scores are a softmax over the whole vocabulary, also with targets. Not thread-safe: each thread needs a pipeline of its own.</remarks>
public sealed class FillMaskPipeline
{
    private readonly MaskedLanguageModel _model;
    private readonly Tokenizer _tokenizer;
    private readonly int _maskId;
    private readonly int _topK;
    private readonly int[]? _targets;
    private readonly EncodeOptions _encode;
    private readonly BatchRunner _runner;

    private FillMaskPipeline(MaskedLanguageModel model, Tokenizer tokenizer, string name, FillMaskPipelineOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.TopK, 1);
        (_model, _tokenizer, _topK) = (model, tokenizer, options.TopK);
        _maskId = tokenizer.MaskId ?? throw new NotSupportedException($"The tokenizer of '{name}' has no mask token: take a model that was trained with masked words, such as BERT.");
        _targets = options.Targets is null ? null : [.. options.Targets.Select(FirstPiece).Distinct()];
        _encode = new EncodeOptions { Truncation = new Truncation(options.LengthFor(model, tokenizer)) };
        _runner = new BatchRunner(model, options.Pool);
    }

    /// <summary>How a mask is written in a text, such as <c>[MASK]</c>.</summary>
    public string MaskToken => _tokenizer.Settings.SpecialTokens.Mask!;

    /// <summary>Loads a model and its tokenizer.</summary>
    /// <param name="pathOrId">A folder, or the name of a repository on the hub.</param>
    /// <param name="options">Number of answers, targets, length, threads, hub; null for the defaults.</param>
    /// <param name="progress">Told about downloads.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="ArgumentException">A target has no piece at all.</exception>
    /// <exception cref="NotSupportedException">The tokenizer has no mask token, or the architecture no such model.</exception>
    /// <exception cref="HubException">There is no such folder or repository, or it cannot be fetched.</exception>
    /// <exception cref="ConfigException">The configuration cannot be honoured.</exception>
    /// <exception cref="Models.Checkpoints.CheckpointException">The weights are damaged, or there is no such head among them.</exception>
    /// <exception cref="TokenizerFileException">The tokenizer is missing, damaged or not supported.</exception>
    public static FillMaskPipeline FromPretrained(
        string pathOrId, FillMaskPipelineOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new FillMaskPipelineOptions();
        (MaskedLanguageModel model, Tokenizer tokenizer) = options.Load<MaskedLanguageModel>(pathOrId, progress, cancellationToken);
        return new FillMaskPipeline(model, tokenizer, pathOrId, options);
    }

    /// <summary>Finds words for the masks of one text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Ends the work between two layers.</param>
    /// <returns>For every mask the likeliest pieces, the best first.</returns>
    /// <exception cref="NoMaskException">The text has no mask.</exception>
    public IReadOnlyList<IReadOnlyList<FilledMask>> Fill(string text, CancellationToken cancellationToken = default) => Fill([text], cancellationToken).Single();

    /// <summary>Finds words for the masks of texts as they come, in their order: any number of them in the memory of a window.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="cancellationToken">Ends the work between two layers.</param>
    /// <returns>For every text and every mask the likeliest pieces, the best first.</returns>
    /// <exception cref="NoMaskException">A text has no mask.</exception>
    public IEnumerable<IReadOnlyList<IReadOnlyList<FilledMask>>> Fill(IEnumerable<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return _runner.Run(texts, text => [Encode(text)], Forward, (_, encodings, scores) => Results(encodings[0], scores[0]), cancellationToken);
    }

    private Encoding Encode(string text)
    {
        Encoding encoding = _tokenizer.Encode(text, options: _encode);
        return encoding.Ids.Contains(_maskId) ? encoding : throw new NoMaskException(text, MaskToken);
    }

    /// <summary>For every text of a batch the best ids and their scores, mask by mask.</summary>
    private IEnumerable<(int Id, float Score)[][]> Forward(ForwardContext context, RaggedBatch batch)
    {
        ReadOnlyMemory<int> ids = batch.InputIds;
        int[] masks = [.. Enumerable.Range(0, batch.TokenCount).Where(token => ids.Span[token] == _maskId)];
        Tensor scores = _model.Forward(context, batch, masks).Logits;
        Softmax.Rows(scores.Span, masks.Length, scores.Shape[1], scores.Span, WorkerPool.Serial);
        int next = 0;
        for (int text = 0; text < batch.SequenceCount; text++)
        {
            int first = next;
            while (next < masks.Length && masks[next] < batch.Offsets.Span[text + 1])
            {
                next++;
            }

            yield return [.. Enumerable.Range(first, next - first).Select(row => Best(scores.Row(row).ToArray()))];
        }
    }

    private (int Id, float Score)[] Best(float[] scores) =>
        [.. (_targets ?? Enumerable.Range(0, scores.Length)).OrderByDescending(id => scores[id]).Take(_topK).Select(id => (id, scores[id]))];

    private IReadOnlyList<IReadOnlyList<FilledMask>> Results(Encoding encoding, (int Id, float Score)[][] best)
    {
        int[] places = [.. Enumerable.Range(0, encoding.Length).Where(token => encoding.Ids[token] == _maskId)];
        return
        [
            .. best.Select((answers, mask) => (IReadOnlyList<FilledMask>)
            [
                .. answers.Select(answer =>
                {
                    int[] filled = [.. encoding.Ids];
                    filled[places[mask]] = answer.Id;
                    return new FilledMask(answer.Score, answer.Id, _tokenizer.Decode([answer.Id], skipSpecialTokens: false), _tokenizer.Decode(filled, skipSpecialTokens: best.Length == 1));
                }),
            ]),
        ];
    }

    private int FirstPiece(string target)
    {
        int[] pieces = _tokenizer.TokenToId(target) is { } id ? [id] : _tokenizer.Encode(target, options: new EncodeOptions { AddSpecialTokens = false }).Ids;
        return pieces.Length > 0 ? pieces[0] : throw new ArgumentException($"The target '{target}' has no piece in the vocabulary.", nameof(target));
    }
}
