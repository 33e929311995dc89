using System.CommandLine;
using System.Globalization;
using Akin.Datasets;
using Akin.Datasets.Tasks;
using Akin.Pipelines;
using Akin.Training.FineTuning;

namespace Akin.Cli.Predictions;

/// <summary>The part of its context that answers a question.</summary>
/// <param name="shared">The options it shares with others.</param>
internal sealed class QuestionAnsweringPredictor(PredictionOptions shared) : Predictor
{
    private readonly Option<string> _question = new("--question") { Description = "The column of the question.", DefaultValueFactory = _ => "question" };
    private readonly Option<string> _context = new("--context") { Description = "The column of the text that may hold the answer.", DefaultValueFactory = _ => "context" };
    private readonly Option<int?> _stride = new("--doc-stride") { Description = "Tokens that windows of a long context overlap by (128, at most half a window)." };
    private readonly Option<int?> _maxAnswerLength = SharedOptions.Positive("--max-answer-length", "Tokens of the longest answer (30).");
    private readonly Option<bool> _noAnswer = new("--allow-no-answer") { Description = "A question may have no answer: an empty text is given then." };

    public override string ArchitectureSuffix => "ForQuestionAnswering";

    public override IReadOnlyList<Option> Options => [_question, _context, shared.MaxLength, _stride, _maxAnswerLength, _noAnswer, shared.Encoding];

    public override IReadOnlyList<string> Columns => ["answer", "score", "start", "end"];

    public override string Unit => "questions";

    public override IEnumerable<PredictedRow> Predict(string folder, string input, ParseResult arguments, CancellationToken cancellationToken)
    {
        QuestionAnsweringPipelineOptions options = new()
        {
            MaxLength = arguments.GetValue(shared.MaxLength),
            DocStride = arguments.GetValue(_stride),
            MaxAnswerLength = arguments.GetValue(_maxAnswerLength) ?? 30,
            HandleImpossibleAnswer = arguments.GetValue(_noAnswer),
            AlignToWords = false, // as akin train qa measures
        };
        QuestionAnsweringPipeline pipeline;
        try
        {
            pipeline = QuestionAnsweringPipeline.FromPretrained(folder, options, cancellationToken: cancellationToken);
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw new CommandException($"{error.ParamName} is {error.ActualValue}: windows need a length above 0 and an overlap below it.");
        }

        Queue<string?> ids = []; // of the questions that were read and not yet answered
        IEnumerable<(string, string)> questions = Questions(input, arguments, cancellationToken).Select(question =>
        {
            ids.Enqueue(question.Id);
            return (question.Text, question.Context);
        });
        return pipeline.Answer(questions, topK: 1, cancellationToken).Select(answers => Row(ids.Dequeue(), answers.FirstOrDefault(new ExtractedAnswer("", 0, 0, 0))));
    }

    private IEnumerable<(string? Id, string Text, string Context)> Questions(string input, ParseResult arguments, CancellationToken cancellationToken)
    {
        string? encoding = arguments.GetValue(shared.Encoding);
        if (InputFile.FormatExtension(input) == ".json")
        {
            return SquadFiles.LoadFile(input, encoding, cancellationToken).Select(row =>
                (row.Get<string?>("id"), NotEmpty(row.Get<string>("question"), "question"), NotEmpty(row.Get<string>("context"), "context")));

            string NotEmpty(string text, string name) => string.IsNullOrWhiteSpace(text)
                ? throw new DataFormatException(InputFile.DisplayName(input), 0, $"there is an empty {name}.")
                : text;
        }

        (string question, string context) = (arguments.GetRequiredValue(_question), arguments.GetRequiredValue(_context));
        return ExampleTable.Read(input, encoding).Select(row => (row.Columns.Contains("id") ? row.Text("id") : null, Text(row, question), Text(row, context)));

        static string Text(ExampleRow row, string column) => string.IsNullOrWhiteSpace(row.Text(column)) ? throw row.Error($"column '{column}' is empty.") : row.Text(column);
    }

    private static PredictedRow Row(string? id, ExtractedAnswer answer)
    {
        object json = id is null
            ? new { Answer = answer.Text, answer.Score, answer.Start, answer.End }
            : new { Id = id, Answer = answer.Text, answer.Score, answer.Start, answer.End };
        CultureInfo culture = CultureInfo.InvariantCulture;
        return new PredictedRow(json, answer.Text, answer.Score.ToString("F6", culture), answer.Start.ToString(culture), answer.End.ToString(culture));
    }
}
