using System.Numerics.Tensors;
using Akin.Hub;
using Akin.Kernels;
using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tokenizers;
using Akin.Tokenizers.Models;
using Tensor = Akin.Tensors.Tensor;

namespace Akin.Pipelines;

/// <summary>Finds names and other entities in texts: transformers' <c>token-classification</c> pipeline (<c>ner</c>).</summary>
/// <remarks>
/// Scores are a softmax over the labels. With a WordPiece tokenizer a piece goes on with a word when it is spelled with a prefix; with others, when there
/// is no space before it. A text's entities do not depend on the others. Not thread-safe: each thread needs a pipeline of its own.
/// </remarks>
public sealed class TokenClassificationPipeline
{
    private readonly TokenClassificationModel _model;
    private readonly Tokenizer _tokenizer;
    private readonly TokenClassificationPipelineOptions _options;
    private readonly EncodeOptions _encode;
    private readonly BatchRunner _runner;

    private TokenClassificationPipeline(TokenClassificationModel model, Tokenizer tokenizer, TokenClassificationPipelineOptions options)
    {
        if (options.Stride is not null && options.AggregationStrategy == AggregationStrategy.None)
        {
            throw new ArgumentException($"A stride needs an aggregation strategy: pieces of overlapping windows are not merged. Choose {AggregationStrategy.Simple} or another.", nameof(options));
        }

        (_model, _tokenizer, _options) = (model, tokenizer, options);
        _encode = new EncodeOptions { Truncation = new Truncation(options.LengthFor(model, tokenizer)) { Stride = options.Stride ?? 0 } };
        _runner = new BatchRunner(model, options.Pool);
    }

    /// <summary>The labels in the order of the model's scores.</summary>
    public IReadOnlyList<string> Labels => _model.Config.Labels;

    /// <summary>Loads a model and its tokenizer.</summary>
    /// <param name="pathOrId">A folder, or the name of a repository on the hub.</param>
    /// <param name="options">Strategy, lengths, threads, hub; null for the defaults.</param>
    /// <param name="progress">Told about downloads.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="ArgumentException">There is a stride but no strategy.</exception>
    /// <exception cref="HubException">There is no such folder or repository, or it cannot be fetched.</exception>
    /// <exception cref="ConfigException">The configuration cannot be honoured.</exception>
    /// <exception cref="Akin.Models.Checkpoints.CheckpointException">The weights are damaged, or there is no such head among them.</exception>
    /// <exception cref="TokenizerFileException">The tokenizer is missing, damaged or not supported.</exception>
    public static TokenClassificationPipeline FromPretrained(
        string pathOrId, TokenClassificationPipelineOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new TokenClassificationPipelineOptions();
        (TokenClassificationModel model, Tokenizer tokenizer) = options.Load<TokenClassificationModel>(pathOrId, progress, cancellationToken);
        return new TokenClassificationPipeline(model, tokenizer, options);
    }

    /// <summary>The entities of one text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Ends the work between two layers.</param>
    public IReadOnlyList<RecognizedEntity> Classify(string text, CancellationToken cancellationToken = default) => Classify([text], cancellationToken).Single();

    /// <summary>The entities of texts as they come, in their order: any number of them in the memory of a window.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="cancellationToken">Ends the work between two layers.</param>
    public IEnumerable<IReadOnlyList<RecognizedEntity>> Classify(IEnumerable<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return _runner.Run(texts, Encode, Forward, Entities, cancellationToken);
    }

    private IReadOnlyList<Encoding> Encode(string text)
    {
        Encoding encoding = _tokenizer.Encode(text, options: _encode);
        return _options.Stride is null ? [encoding] : [encoding, .. encoding.Overflowing];
    }

    private IEnumerable<float[][]> Forward(ForwardContext context, RaggedBatch batch)
    {
        Tensor logits = _model.Forward(context, batch).Logits;
        int labels = Labels.Count;
        Softmax.Rows(logits.Span, batch.TokenCount, labels, logits.Span, WorkerPool.Serial);
        for (int text = 0; text < batch.SequenceCount; text++)
        {
            int first = batch.Offsets.Span[text];
            yield return [.. Enumerable.Range(first, batch.Length(text)).Select(token => logits.Row(token).ToArray())];
        }
    }

    private IReadOnlyList<RecognizedEntity> Entities(string text, IReadOnlyList<Encoding> windows, IReadOnlyList<float[][]> scores)
    {
        List<RecognizedEntity> entities = [];
        for (int window = 0; window < windows.Count; window++)
        {
            List<Labelled> pieces = Pieces(text, windows[window], scores[window]);
            entities.AddRange(_options.AggregationStrategy switch
            {
                AggregationStrategy.None => pieces.Select(piece => new RecognizedEntity(Labels[piece.Best], piece.Score, piece.Words[0], piece.Start, piece.End, piece.Index)),
                AggregationStrategy.Simple => Groups(pieces),
                _ => Groups(Words(pieces)),
            });
        }

        IEnumerable<RecognizedEntity> kept = entities.Where(entity => !_options.IgnoreLabels.Contains(entity.Label));
        kept = windows.Count > 1 ? WithoutOverlaps([.. kept.OrderBy(entity => entity.Start)]) : kept;
        TextPlaces places = new(text, _options.OffsetUnit);
        return [.. kept.Select(entity => entity with { Start = places[entity.Start], End = places[entity.End] })];
    }

    private List<Labelled> Pieces(string text, Encoding encoding, float[][] scores)
    {
        bool marksWords = _tokenizer.Model is WordPiece { ContinuingSubwordPrefix.Length: > 0 };
        List<Labelled> pieces = [];
        for (int token = 0; token < encoding.Length; token++)
        {
            if (encoding.SpecialTokensMask[token] != 0)
            {
                continue;
            }

            (int start, int end) = (encoding.Offsets[token].Start, encoding.Offsets[token].End);
            bool isUnknown = encoding.Ids[token] == _tokenizer.UnknownId;
            bool continues = !isUnknown && (marksWords
                ? encoding.Tokens[token].Length != end - start
                : start > 0 && !text.AsSpan(start - 1, Math.Min(2, text.Length - start + 1)).Contains(' '));
            pieces.Add(new Labelled([isUnknown ? text[start..end] : encoding.Tokens[token]], scores[token], start, end, continues, token));
        }

        return pieces;
    }

    /// <summary>Joins pieces to words.</summary>
    private IEnumerable<Labelled> Words(List<Labelled> pieces)
    {
        for (int first = 0; first < pieces.Count;)
        {
            int next = first + 1;
            while (next < pieces.Count && pieces[next].Continues)
            {
                next++;
            }

            Labelled[] word = [.. pieces[first..next]];
            float[] scores = _options.AggregationStrategy switch
            {
                AggregationStrategy.First => word[0].Scores,
                AggregationStrategy.Max => word.MaxBy(piece => piece.Score)!.Scores,
                _ => Mean(word),
            };
            yield return new Labelled([Spelled(word)], scores, word[0].Start, word[^1].End, Continues: false, word[0].Index);
            first = next;
        }
    }

    /// <summary>Joins neighbours of one label to entities; <c>B-</c> begins another one.</summary>
    private IEnumerable<RecognizedEntity> Groups(IEnumerable<Labelled> pieces)
    {
        List<Labelled> group = [];
        foreach (Labelled piece in pieces)
        {
            (bool begins, string tag) = TagOf(Labels[piece.Best]);
            if (group.Count > 0 && (begins || tag != TagOf(Labels[group[^1].Best]).Tag))
            {
                yield return Entity(group);
                group.Clear();
            }

            group.Add(piece);
        }

        if (group.Count > 0)
        {
            yield return Entity(group);
        }
    }

    private RecognizedEntity Entity(List<Labelled> group)
    {
        string label = Labels[group[0].Best];
        int dash = label.IndexOf('-', StringComparison.Ordinal);
        return new RecognizedEntity(label[(dash + 1)..], (float)group.Average(piece => (double)piece.Score), Spelled(group), group[0].Start, group[^1].End);
    }

    private string Spelled(IReadOnlyList<Labelled> pieces)
    {
        IEnumerable<string> words = pieces.SelectMany(piece => piece.Words);
        return _tokenizer.Decoder?.Decode(words) ?? string.Join(' ', words);
    }

    private static (bool Begins, string Tag) TagOf(string label) =>
        label.StartsWith("B-", StringComparison.Ordinal) ? (true, label[2..]) : (false, label.StartsWith("I-", StringComparison.Ordinal) ? label[2..] : label);

    private static float[] Mean(Labelled[] pieces)
    {
        float[] mean = new float[pieces[0].Scores.Length];
        foreach (Labelled piece in pieces)
        {
            TensorPrimitives.Add(mean, piece.Scores, mean);
        }

        TensorPrimitives.Divide(mean, pieces.Length, mean);
        return mean;
    }

    /// <summary>Of entities that overlap, because windows do, the longest stays, and of equally long ones the surest.</summary>
    private static IEnumerable<RecognizedEntity> WithoutOverlaps(RecognizedEntity[] entities)
    {
        RecognizedEntity? last = null;
        foreach (RecognizedEntity entity in entities)
        {
            if (last is null || entity.Start >= last.End)
            {
                if (last is not null)
                {
                    yield return last;
                }

                last = entity;
                continue;
            }

            (int length, int lastLength) = (entity.End - entity.Start, last.End - last.Start);
            last = length > lastLength || (length == lastLength && entity.Score > last.Score) ? entity : last;
        }

        if (last is not null)
        {
            yield return last;
        }
    }

    /// <summary>A piece or a word with its scores.</summary>
    private sealed record Labelled(string[] Words, float[] Scores, int Start, int End, bool Continues, int Index)
    {
        public int Best { get; } = TensorPrimitives.IndexOfMax<float>(Scores);

        public float Score => Scores[Best];
    }
}
