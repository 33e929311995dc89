using System.CommandLine;
using System.Text.Json;
using Akin.Search;
using Akin.Search.Storage;

namespace Akin.Cli.Verbs;

/// <summary><c>akin index list</c>: the documents of an index.</summary>
internal sealed class IndexListVerb : Verb
{
    private readonly Option<string> _index = IndexOptions.Index();
    private readonly Option<int?> _limit = SharedOptions.Positive("--limit", "The most documents to list; all by default.");

    public IndexListVerb()
        : base(
            "list",
            "List the documents of an index; with --json an object a line, which 'akin index add' reads again.",
            "akin index list --index corpus.akin --limit 20",
            "akin index list --index corpus.akin --json > corpus.jsonl")
    {
        Add(_index);
        Add(_limit);
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        using DocumentStore store = DocumentStore.Open(arguments.GetRequiredValue(_index));
        using JsonLineWriter json = new(context.Output);
        foreach (Document document in store.Enumerate().Take(arguments.GetValue(_limit) ?? int.MaxValue))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (context.Json)
            {
                json.Write(document, Write);
            }
            else
            {
                context.Output.WriteLine($"{document.Id}\t{TextSnippet.Of(document.EmbeddingText)}");
            }
        }
    }

    private static void Write(Utf8JsonWriter json, Document document)
    {
        json.WriteStartObject();
        json.WriteString("id", document.Id);
        if (document.Title is not null)
        {
            json.WriteString("title", document.Title);
        }

        json.WriteString("text", document.Text);
        if (document.Metadata is not null)
        {
            using JsonDocument metadata = JsonDocument.Parse(document.Metadata);
            foreach (JsonProperty property in metadata.RootElement.EnumerateObject())
            {
                property.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }
}
