using System.Runtime.ExceptionServices;
using Akin.Datasets;
using Akin.Pipelines;
using Akin.Tokenizers;
using Akin.Training.Metrics.Answers;
using Akin.Training.Tasks;

namespace Akin.Training.FineTuning;

/// <summary>The questions of a SQuAD file as windows of tokens: an example for each window, and what turns the predictions of all into answers.</summary>
/// <remarks>For a trainer of your own: <see cref="Examples"/> go to <see cref="QuestionAnsweringTask"/>, its predictions to <see cref="Answer"/>. Immutable.</remarks>
public sealed class QuestionSet
{
    private readonly Question[] _questions;
    private readonly Window[] _windows;

    private QuestionSet(string path, Question[] questions, Window[] windows) => (Path, _questions, _windows) = (path, questions, windows);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>All windows in order. The place of an answer that a window does not hold is its first token; that of one that the context has not does not count.</summary>
    public IReadOnlyList<QuestionAnsweringExample> Examples => field ??= [.. _windows.Select(window => window.Example)];

    /// <summary>How many questions there are.</summary>
    public int QuestionCount => _questions.Length;

    /// <summary>Whether a question has no answer.</summary>
    public bool HasUnanswerable => _questions.Any(question => question.Answers.Length == 0);

    /// <summary>What is odd about the file: answers that stand elsewhere than it says, or nowhere; a sentence each.</summary>
    public IEnumerable<string> Notes
    {
        get
        {
            Question[] moved = [.. _questions.Where(question => question is { IsMoved: true })];
            if (moved.Length > 0)
            {
                yield return $"'{Path}': the answers of {moved.Length} questions do not stand where answer_start says; the nearest place where they stand was taken (first: question '{moved[0].Id}').";
            }

            Question[] absent = [.. _questions.Where(question => question.IsAbsent)];
            if (absent.Length > 0)
            {
                yield return $"'{Path}': the answers of {absent.Length} questions do not stand in their contexts; nothing is learned from them (first: question '{absent[0].Id}').";
            }
        }
    }

    /// <summary>Reads a file in the layout of SQuAD (also KorQuAD 1.0, CMRC 2018, XQuAD).</summary>
    /// <param name="path">A .json file, also with .gz.</param>
    /// <param name="encoder">Makes windows.</param>
    /// <param name="encoding">What the file is written in, where no byte-order mark tells; <see langword="null"/>: UTF-8.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DataFormatException">The file is not of this layout, holds no question, or has one that is empty, too long or without a context.</exception>
    public static QuestionSet Load(string path, QuestionEncoder encoder, string? encoding = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return Encode(path, Question.Read(path, encoding, cancellationToken), encoder, cancellationToken);
    }

    /// <summary>Makes windows of questions.</summary>
    /// <param name="path">Where the questions are from, for messages.</param>
    /// <param name="questions">The questions.</param>
    /// <param name="encoder">Makes windows.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DataFormatException">A question leaves no room for its context.</exception>
    internal static QuestionSet Encode(string path, Question[] questions, QuestionEncoder encoder, CancellationToken cancellationToken)
    {
        Window[][] windows = new Window[questions.Length][];
        try
        {
            Parallel.For(
                0, questions.Length, new ParallelOptions { CancellationToken = cancellationToken }, i => windows[i] = [.. WindowsOf(questions[i], i, path, encoder)]);
        }
        catch (AggregateException problems)
        {
            ExceptionDispatchInfo.Throw(problems.InnerExceptions[0]);
        }

        return new QuestionSet(path, questions, [.. windows.SelectMany(some => some)]);
    }

    /// <summary>The examples that something can be learned from: all but those of questions whose answers do not stand in their contexts.</summary>
    /// <exception cref="DataFormatException">There are none.</exception>
    public IReadOnlyList<QuestionAnsweringExample> Learnable()
    {
        QuestionAnsweringExample[] examples = [.. _windows.Where(window => !_questions[window.Question].IsAbsent).Select(window => window.Example)];
        return examples.Length > 0
            ? examples
            : throw new DataFormatException(Path, 0, $"none of the answers stands in its context (first: question '{_questions[0].Id}'): there is nothing to learn from.");
    }

    /// <summary>The answer to every question: the best span of all its windows.</summary>
    /// <param name="predictions">Logits of every one of <see cref="Examples"/>, as <see cref="QuestionAnsweringTask"/> gives them.</param>
    /// <param name="maxAnswerLength">Tokens of the longest answer.</param>
    /// <returns>
    /// Answers; <see cref="QuestionAnswer.NoAnswerProbability"/> is how much better "no answer" scores than the span: the least of all windows less the best span.
    /// </returns>
    /// <exception cref="ArgumentException">There are not as many predictions as windows.</exception>
    public IReadOnlyList<QuestionAnswer> Answer(IReadOnlyList<Prediction> predictions, int maxAnswerLength)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        if (predictions.Count != _windows.Length)
        {
            throw new ArgumentException($"There are {predictions.Count} predictions for {_windows.Length} windows: every window needs one.", nameof(predictions));
        }

        Best[] best = new Best[_questions.Length];
        Array.Fill(best, new Best("", double.NegativeInfinity, double.PositiveInfinity));
        foreach ((Window window, Prediction prediction) in _windows.Zip(predictions))
        {
            ref Best answer = ref best[window.Question];
            ReadOnlySpan<float> starts = prediction.Row(0), ends = prediction.Row(1);
            answer = answer with { NoAnswer = Math.Min(answer.NoAnswer, (double)starts[0] + ends[0]) };
            Range context = window.FirstToken..(window.FirstToken + window.Offsets.Length);
            foreach (TokenSpan span in TokenSpan.FindBest(starts, ends, context, count: 1, maxAnswerLength))
            {
                if (span.Score > answer.Score)
                {
                    (int start, int end) = (window.Offsets[span.Start - window.FirstToken].Start, window.Offsets[span.End - window.FirstToken].End);
                    answer = answer with { Text = _questions[window.Question].Context[start..end], Score = span.Score };
                }
            }
        }

        return [.. _questions.Zip(best, (question, answer) => new QuestionAnswer(question.Answers, answer.Text, answer.NoAnswer - answer.Score))];
    }

    private static IEnumerable<Window> WindowsOf(Question question, int index, string path, QuestionEncoder encoder)
    {
        IReadOnlyList<Encoding> encodings;
        try
        {
            encodings = encoder.Encode(question.Text, question.Context);
        }
        catch (QuestionTooLongException problem)
        {
            throw new DataFormatException(path, 0, $"question '{question.Id}': {problem.Message}", problem);
        }

        foreach (Encoding encoding in encodings)
        {
            Range tokens = QuestionEncoder.ContextTokens(encoding);
            TextSpan[] offsets = encoding.Offsets[tokens];
            (int start, int end) = question.IsAbsent ? (encoding.Length, encoding.Length) : PlaceIn(offsets, tokens.Start.Value, question.Place);
            yield return new Window(index, tokens.Start.Value, offsets, new QuestionAnsweringExample(EncodedText.From(encoding), start, end));
        }
    }

    /// <summary>The first and the last token of an answer; the first token of all when the window does not hold the whole answer.</summary>
    private static (int Start, int End) PlaceIn(TextSpan[] offsets, int firstToken, TextSpan? answer)
    {
        if (answer is not { } place || offsets.Length == 0 || place.Start < offsets[0].Start || place.End > offsets[^1].End)
        {
            return (0, 0);
        }

        int start = Array.FindIndex(offsets, token => token.End > place.Start), end = Array.FindLastIndex(offsets, token => token.Start < place.End);
        return start <= end ? (firstToken + start, firstToken + end) : (0, 0);
    }

    /// <summary>One window of a question.</summary>
    /// <param name="Question">The question's index.</param>
    /// <param name="FirstToken">The first token of the context.</param>
    /// <param name="Offsets">Where the tokens of the context stand in it.</param>
    /// <param name="Example">What a model reads, and the place of the answer.</param>
    private sealed record Window(int Question, int FirstToken, TextSpan[] Offsets, QuestionAnsweringExample Example);

    private readonly record struct Best(string Text, double Score, double NoAnswer);
}
