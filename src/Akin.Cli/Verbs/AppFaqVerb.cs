using System.CommandLine;
using System.Text.Json.Nodes;
using Akin.Datasets;
using Akin.Kernels;
using Akin.Pipelines;
using Akin.Search;
using Akin.Server;

namespace Akin.Cli.Verbs;

/// <summary><c>akin app faq</c>: a list of questions and answers as a page that one asks.</summary>
internal sealed class AppFaqVerb : AppVerb
{
    private const string QuestionField = "question";
    private const string AnswerField = "answer";

    private readonly Option<double?> _threshold = new("--threshold")
    {
        Description = "How near a question of the list must be, or the page says that it does not know, 0 to 1; by default told by how near different questions of the list are to each other.",
    };

    public AppFaqVerb()
        : base(
            "faq",
            "Answer questions from a list of questions and answers, on a page in the browser; what is not in the list is said not to be known.",
            "Questions and answers: .csv or .tsv with the columns question and answer, or .jsonl with these fields; others are kept beside them.",
            "akin app faq --input faq.csv",
            "akin app faq --input faq.csv --title \"City library\" --urls http://127.0.0.1:9000") => Add(_threshold);

    protected override IEnumerable<Document> Documents(string input, SentenceTransformer model)
    {
        // Questions are compared with questions: what is embedded is the question, and the answer is kept beside it.
        foreach (TextRecord record in TextRecords.Read(input, new TextRecordOptions { TextField = QuestionField }))
        {
            JsonObject fields = record.Metadata ?? [];
            if (fields[AnswerField] is not JsonValue answer || answer.GetValueKind() != System.Text.Json.JsonValueKind.String)
            {
                throw new CommandException($"{input}, line {record.Line}: there is no text '{AnswerField}'; an entry has a '{QuestionField}' and an '{AnswerField}'.");
            }

            if (string.IsNullOrWhiteSpace(record.Text))
            {
                throw new CommandException($"{input}, line {record.Line}: the question is empty.");
            }

            if (record.Title is { } title)
            {
                fields["title"] = title; // not embedded: a headline says less than the question
            }

            yield return new Document(record.Id, record.Text) { Metadata = fields.ToJsonString() };
        }
    }

    protected override void Configure(AkinServerOptions options, ParseResult arguments, SemanticIndex index, CommandContext context)
    {
        if (index.Store.Facts.Metric != VectorMetric.Cosine)
        {
            throw new CommandException($"Model '{index.Store.Facts.Model}' compares by {index.Store.Facts.Metric}; a list of questions needs one that compares by Cosine, whose scores are 0 to 1.");
        }

        options.PageThreshold = arguments.GetValue(_threshold) ?? Math.Clamp(Math.Round(AnswerThreshold.Calibrate(index, cancellationToken: context.Cancellation), 2), 0, 1);
        context.Message($"An answer must score at least {options.PageThreshold:0.00}; the page can change that.");
    }
}
