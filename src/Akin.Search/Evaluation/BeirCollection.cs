using System.Text.Json;

namespace Akin.Search.Evaluation;

/// <summary>A retrieval test collection in the folder form of BEIR: documents, queries and judgements.</summary>
public sealed class BeirCollection
{
    private BeirCollection(IReadOnlyList<Document> documents, IReadOnlyList<KeyValuePair<string, string>> queries, Judgements judgements)
    {
        Documents = documents;
        Queries = queries;
        Judgements = judgements;
    }

    /// <summary>The documents in file order.</summary>
    public IReadOnlyList<Document> Documents { get; }

    /// <summary>Identifier and text of the queries that have judgements, in file order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Queries { get; }

    /// <summary>The judgements.</summary>
    public Judgements Judgements { get; }

    /// <summary>
    /// Reads <c>corpus.jsonl</c> (<c>_id</c> or <c>id</c>, <c>title</c>, <c>text</c>), <c>queries.jsonl</c> and <c>qrels/SPLIT.tsv</c> or <c>qrels.tsv</c>, each
    /// also with .gz.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="split">Which judgements.</param>
    /// <param name="cancellationToken">Stops between documents.</param>
    /// <exception cref="EvaluationFileException">A file is missing or a line is not what it should be.</exception>
    public static BeirCollection Read(string folder, string split = "test", CancellationToken cancellationToken = default)
    {
        string corpus = Find(folder, "corpus.jsonl");
        string queries = Find(folder, "queries.jsonl");
        string qrels = Find(folder, Path.Combine("qrels", split + ".tsv"), "qrels.tsv");
        List<Document> documents = [];
        HashSet<string> ids = [];
        foreach ((int number, Document document) in ReadRecords(corpus, cancellationToken))
        {
            if (!ids.Add(document.Id))
            {
                throw new EvaluationFileException(corpus, number, $"document '{document.Id}' is there twice");
            }

            documents.Add(document);
        }

        Judgements judgements = Judgements.Read(qrels);
        List<KeyValuePair<string, string>> judged = [];
        foreach ((_, Document query) in ReadRecords(queries, cancellationToken))
        {
            if (judgements[query.Id].Count > 0)
            {
                judged.Add(new(query.Id, query.Text));
            }
        }

        return new BeirCollection(documents, judged, judgements);
    }

    /// <summary>Every query with each of its relevant documents (title and text), queries in file order: what a model is trained on.</summary>
    public IEnumerable<(string Query, string Document)> RelevantPairs()
    {
        Dictionary<string, string> texts = Documents.ToDictionary(document => document.Id, document => document.EmbeddingText);
        return
            from query in Queries
            from judgement in Judgements[query.Key]
            where judgement.Value > 0 && texts.ContainsKey(judgement.Key)
            select (query.Value, texts[judgement.Key]);
    }

    private static IEnumerable<(int Number, Document Record)> ReadRecords(string path, CancellationToken cancellationToken)
    {
        foreach ((int number, string text) in TextLines.Read(path))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!string.IsNullOrWhiteSpace(text))
            {
                yield return (number, Parse(path, number, text));
            }
        }
    }

    private static Document Parse(string path, int number, string line)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(line);
            JsonElement record = json.RootElement;
            if (record.ValueKind != JsonValueKind.Object)
            {
                throw new EvaluationFileException(path, number, $"it is a JSON {record.ValueKind}, not an object");
            }

            string id = Field(record, "_id") ?? Field(record, "id") ?? throw new EvaluationFileException(path, number, "it has neither '_id' nor 'id'");
            string? title = Field(record, "title");
            return new Document(id, Field(record, "text") ?? "") { Title = string.IsNullOrEmpty(title) ? null : title };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escape of half a surrogate pair.
            throw new EvaluationFileException(path, number, $"it is not JSON ({error.Message})", error);
        }

        string? Field(JsonElement record, string name) => !record.TryGetProperty(name, out JsonElement field) ? null : field.ValueKind switch
        {
            JsonValueKind.String => field.GetString(),
            JsonValueKind.Number => field.GetRawText(),
            JsonValueKind.Null => null,
            _ => throw new EvaluationFileException(path, number, $"'{name}' is a JSON {field.ValueKind}, not a string"),
        };
    }

    private static string Find(string folder, params string[] names) =>
        names.SelectMany(name => new[] { Path.Combine(folder, name), Path.Combine(folder, name + ".gz") }).FirstOrDefault(File.Exists)
        ?? throw new EvaluationFileException(folder, 0, $"it holds no {string.Join(" or ", names)} (or .gz): a BEIR folder has corpus.jsonl, queries.jsonl and qrels");
}
