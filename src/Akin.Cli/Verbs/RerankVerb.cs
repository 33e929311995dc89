using System.CommandLine;
using System.Text.Json;
using Akin.Datasets;
using Akin.Pipelines;

namespace Akin.Cli.Verbs;

/// <summary><c>akin rerank</c>: puts documents in the order in which they answer a query, by reading both at once.</summary>
internal sealed class RerankVerb : Verb
{
    private readonly Argument<string> _query = new("query") { Description = "What the documents should answer." };
    private readonly Option<string> _model = CrossEncoderFlags.Model("--model", "-m");
    private readonly Option<string> _input = new("--input", "-i")
    {
        Description = "Documents: .txt (one a line), .jsonl (id, title, text), .csv or .tsv with a header, each also .gz; - for lines on standard input.",
        Required = true,
    };

    private readonly Option<int?> _top = SharedOptions.Positive("--top", "How many documents to give, all by default.");
    private readonly Option<string?> _activation = SharedOptions.OneOf(
        "--activation", "What becomes of raw scores: sigmoid (0 to 1) or identity (as they are); by default what the model says.", "sigmoid", "identity");

    private readonly Option<int?> _maxLength = SharedOptions.Positive("--max-length", "Tokens read of query and document together, by default what the model takes.");

    public RerankVerb()
        : base(
            "rerank",
            "Put documents in the order in which they answer a query, with a cross-encoder.",
            "akin rerank \"How do I reset my password?\" --model cross-encoder/ms-marco-MiniLM-L6-v2 --input answers.txt --top 3",
            "akin rerank \"vitamin D and mortality\" --model ./my-reranker --input found.jsonl --json",
            "cat answers.txt | akin rerank \"opening hours\" --model ./my-reranker --input -")
    {
        Add(_query);
        foreach (Option option in new Option[] { _model, _input, _top, _activation, _maxLength })
        {
            Add(option);
        }
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string query = arguments.GetRequiredValue(_query);
        if (string.IsNullOrWhiteSpace(query))
        {
            throw new CommandException("The query is empty.");
        }

        TextRecord[] documents = [.. TextRecords.Read(arguments.GetRequiredValue(_input))];
        CrossEncoder model = CrossEncoderFlags.Load(context, arguments.GetRequiredValue(_model), new CrossEncoderOptions
        {
            Activation = arguments.GetValue(_activation) switch
            {
                "sigmoid" => ScoreActivation.Sigmoid,
                "identity" => ScoreActivation.Identity,
                _ => null,
            },
            MaxLength = arguments.GetValue(_maxLength),
        });
        IReadOnlyList<RankedDocument> ranked = model.Rank(
            query, [.. documents.Select(document => document.FullText)], arguments.GetValue(_top), cancellationToken: context.Cancellation);
        if (context.Json)
        {
            using JsonLineWriter json = new(context.Output);
            json.Write(ranked, (writer, found) => Write(writer, found, documents));
            return;
        }

        for (int i = 0; i < ranked.Count; i++)
        {
            TextRecord document = documents[ranked[i].CorpusId];
            context.Output.WriteLine($"{i + 1,3}  {ranked[i].Score:0.0000}  {document.Id}");
            context.Output.WriteLine($"     {TextSnippet.Of(document.FullText, length: 200)}");
        }
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<RankedDocument> ranked, TextRecord[] documents)
    {
        json.WriteStartArray();
        foreach (RankedDocument found in ranked)
        {
            TextRecord document = documents[found.CorpusId];
            json.WriteStartObject();
            json.WriteString("id", document.Id);
            json.WriteNumber("score", found.Score);
            json.WriteString("text", document.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
