using Akin.Hub;
using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tokenizers;

namespace Akin.Pipelines;

/// <summary>Finds the answers to questions in texts: transformers' <c>question-answering</c> pipeline.</summary>
/// <remarks>
/// A long context is read in overlapping windows. In each of them the probabilities of start and end are a softmax over the context and the first special
/// token, which means "no answer". Answers are those of all windows, the best first; one that lies in two windows, or that two spans of tokens are moved to
/// by whole words, comes twice, as in transformers 4.52. A question's answers do not depend on the others. Not thread-safe: each thread needs a pipeline
/// of its own.
/// </remarks>
public sealed class QuestionAnsweringPipeline
{
    private const int UsualLength = 384;
    private const int UsualStride = 128;
    private const int WindowQuestions = 64; // a question may have many windows

    private readonly QuestionAnsweringModel _model;
    private readonly QuestionEncoder _encoder;
    private readonly QuestionAnsweringPipelineOptions _options;
    private readonly BatchRunner _runner;
    private readonly int? _noAnswerId;

    private QuestionAnsweringPipeline(QuestionAnsweringModel model, Tokenizer tokenizer, QuestionAnsweringPipelineOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxAnswerLength, 1);
        int length = options.LengthFor(model, tokenizer, UsualLength);
        _model = model;
        _encoder = new QuestionEncoder(tokenizer, length, options.DocStride ?? Math.Min(length / 2, UsualStride));
        _options = options;
        _runner = new BatchRunner(model, options.Pool, WindowQuestions);
        _noAnswerId = tokenizer.ClassificationId;
    }

    /// <summary>Loads a model and its tokenizer.</summary>
    /// <param name="pathOrId">A folder, or the name of a repository on the hub.</param>
    /// <param name="options">Lengths, threads, hub; null for the defaults.</param>
    /// <param name="progress">Told about downloads.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is out of bounds, or windows would overlap completely.</exception>
    /// <exception cref="HubException">There is no such folder or repository, or it cannot be fetched.</exception>
    /// <exception cref="ConfigException">The configuration cannot be honoured.</exception>
    /// <exception cref="Models.Checkpoints.CheckpointException">The weights are damaged, or there is no question answering head among them.</exception>
    /// <exception cref="TokenizerFileException">The tokenizer is missing, damaged or not supported.</exception>
    public static QuestionAnsweringPipeline FromPretrained(
        string pathOrId, QuestionAnsweringPipelineOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new QuestionAnsweringPipelineOptions();
        (QuestionAnsweringModel model, Tokenizer tokenizer) = options.Load<QuestionAnsweringModel>(pathOrId, progress, cancellationToken);
        return new QuestionAnsweringPipeline(model, tokenizer, options);
    }

    /// <summary>The best answer to one question.</summary>
    /// <param name="question">The question.</param>
    /// <param name="context">The text that may hold the answer.</param>
    /// <param name="cancellationToken">Ends the work between two layers.</param>
    /// <returns>The answer; an empty one with score 0 when the context has no tokens.</returns>
    /// <exception cref="ArgumentException">The question or the context is empty.</exception>
    /// <exception cref="QuestionTooLongException">The question leaves no room for the context.</exception>
    public ExtractedAnswer Answer(string question, string context, CancellationToken cancellationToken = default) =>
        Answer([(question, context)], topK: 1, cancellationToken).Single().FirstOrDefault(new ExtractedAnswer("", 0, 0, 0));

    /// <summary>Answers questions as they come, in their order: any number of them in the memory of a few.</summary>
    /// <param name="questions">Questions, each with its context.</param>
    /// <param name="topK">How many answers a question gets, at least 1; fewer when its context has fewer spans.</param>
    /// <param name="cancellationToken">Ends the work between two layers.</param>
    /// <returns>For every question its answers, the best first.</returns>
    /// <exception cref="ArgumentException">A question or a context is empty.</exception>
    /// <exception cref="QuestionTooLongException">A question leaves no room for its context.</exception>
    public IEnumerable<IReadOnlyList<ExtractedAnswer>> Answer(
        IEnumerable<(string Question, string Context)> questions, int topK = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(questions);
        ArgumentOutOfRangeException.ThrowIfLessThan(topK, 1);
        return _runner.Run(questions, Encode, Forward, (question, windows, logits) => Decode(question.Context, windows, logits, topK), cancellationToken);
    }

    private IReadOnlyList<Encoding> Encode((string Question, string Context) question)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(question.Question, nameof(question));
        ArgumentException.ThrowIfNullOrWhiteSpace(question.Context, "context");
        return _encoder.Encode(question.Question, question.Context);
    }

    private IEnumerable<(float[] Starts, float[] Ends)> Forward(ForwardContext context, RaggedBatch batch)
    {
        QuestionAnsweringOutput output = _model.Forward(context, batch);
        for (int window = 0; window < batch.SequenceCount; window++)
        {
            Range tokens = batch.Offsets.Span[window]..batch.Offsets.Span[window + 1];
            yield return (output.StartLogits.Span[tokens].ToArray(), output.EndLogits.Span[tokens].ToArray());
        }
    }

    private ExtractedAnswer[] Decode(string context, IReadOnlyList<Encoding> windows, IReadOnlyList<(float[] Starts, float[] Ends)> logits, int topK)
    {
        List<ExtractedAnswer> answers = [];
        double noAnswer = double.PositiveInfinity;
        for (int i = 0; i < windows.Count; i++)
        {
            Encoding window = windows[i];
            (float[] starts, float[] ends) = logits[i];
            double normalizer = LogSumOfExponentials(window, starts) + LogSumOfExponentials(window, ends);
            noAnswer = Math.Min(noAnswer, Math.Exp((double)starts[0] + ends[0] - normalizer));
            foreach (TokenSpan span in TokenSpan.FindBest(starts, ends, QuestionEncoder.ContextTokens(window), topK, _options.MaxAnswerLength))
            {
                answers.Add(AnswerOf(context, window, span, (float)Math.Exp(span.Score - normalizer)));
            }
        }

        if (_options.HandleImpossibleAnswer)
        {
            answers.Add(new ExtractedAnswer("", (float)noAnswer, 0, 0));
        }

        TextPlaces places = new(context, _options.OffsetUnit);
        return [.. answers.OrderByDescending(answer => answer.Score).Take(topK).Select(answer => answer with { Start = places[answer.Start], End = places[answer.End] })];
    }

    /// <summary>The normalizer of a softmax over the tokens that can be a start or an end: those of the context, and the one that means "no answer".</summary>
    private double LogSumOfExponentials(Encoding window, float[] logits)
    {
        double[] open = [.. logits.Where((_, token) => window.SequenceIds[token] == 1 || window.Ids[token] == _noAnswerId).Select(logit => (double)logit)];
        double largest = open.DefaultIfEmpty().Max();
        return largest + Math.Log(open.Sum(logit => Math.Exp(logit - largest)));
    }

    private ExtractedAnswer AnswerOf(string context, Encoding window, TokenSpan span, float score)
    {
        (int start, int end) = (window.Offsets[span.Start].Start, window.Offsets[span.End].End);
        if (_options.AlignToWords && window.WordIds[span.Start] is { } firstWord && window.WordIds[span.End] is { } lastWord)
        {
            (start, end) = (window.WordToChars(firstWord, sequence: 1)!.Value.Start, window.WordToChars(lastWord, sequence: 1)!.Value.End);
        }

        return new ExtractedAnswer(context[start..end], score, start, end);
    }
}
