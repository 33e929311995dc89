using System.CommandLine;
using Akin.Search;
using Akin.Search.Lexical;
using Akin.Search.Postgres;
using Akin.Search.Storage;

namespace Akin.Cli.Verbs;

/// <summary><c>akin index info</c>: what an index is made of and how much it holds.</summary>
internal sealed class IndexInfoVerb : Verb
{
    private readonly Option<string> _index = IndexOptions.Index();
    private readonly Option<bool> _verify = new("--verify") { Description = "Read and check everything that is stored." };

    public IndexInfoVerb()
        : base(
            "info",
            "Show the model of an index, how it compares, and how much it holds.",
            "akin index info --index corpus.akin",
            "akin index info --index corpus.akin --verify --json")
    {
        Add(_index);
        Add(_verify);
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string folder = arguments.GetRequiredValue(_index);
        if (PostgresAddress.IsOne(folder))
        {
            TellOfServer(folder, context);
            return;
        }

        using DocumentStore store = DocumentStore.Open(folder);
        using VectorIndex vectors = new(store);
        IndexInfo info = vectors.Info();
        VectorIndexSettings settings = vectors.Settings;
        if (arguments.GetValue(_verify))
        {
            vectors.Verify(context.Cancellation);
        }

        IReadOnlyList<PostingsCheck> postings = LexicalIndex.Check(store);
        foreach (string damage in new[] { vectors.Damage }.Concat(postings.Select(file => file.Damage)).OfType<string>())
        {
            context.Message(damage);
        }

        int words = postings.Select(file => file.Documents).DefaultIfEmpty().Max();
        if (context.Json)
        {
            JsonOutput.Write(context, new
            {
                Index = folder,
                info.Facts.Model,
                info.Facts.ModelFingerprint,
                info.Facts.Dimension,
                Metric = info.Facts.Metric.ToString().ToLowerInvariant(),
                Kind = settings.Kind.ToString().ToLowerInvariant(),
                Precision = settings.Precision.ToString().ToLowerInvariant(),
                info.Documents,
                info.ScannedDocuments,
                WordDocuments = words,
                info.SizeBytes,
                info.FormatVersion,
                Verified = arguments.GetValue(_verify),
            });
            return;
        }

        ModelText.WriteColumns(context.Output,
        [
            ["index", Path.GetFullPath(folder)],
            ["model", info.Facts.Model],
            ["weights", info.Facts.ModelFingerprint ?? "unknown"],
            ["vectors", $"{info.Facts.Dimension} floats, compared by {info.Facts.Metric.ToString().ToLowerInvariant()}"],
            ["found by", settings.Kind == VectorIndexKind.Hnsw ? $"hnsw, M {settings.M}, ef-construction {settings.EfConstruction}, {settings.Precision.ToString().ToLowerInvariant()}" : $"exact, {settings.Precision.ToString().ToLowerInvariant()}"],
            ["documents", $"{info.Documents:N0}"],
            ["files", $"of vectors for {info.ScannedDocuments:N0} documents, of words for {words:N0}; the others are read from the database"],
            ["size", ModelText.Size(info.SizeBytes)],
            ["format", $"{info.FormatVersion}"],
        ]);
        if (arguments.GetValue(_verify))
        {
            context.Message("Everything stored is whole.");
        }
    }

    private static void TellOfServer(string address, CommandContext context)
    {
        using PostgresVectorStore store = PostgresVectorStore.Open(address);
        VectorStoreInfo info = store.Info(context.Cancellation);
        string metric = store.Facts.Metric.ToString().ToLowerInvariant();
        if (context.Json)
        {
            JsonOutput.Write(context, new { Index = store.Place, store.Facts.Model, store.Facts.ModelFingerprint, store.Facts.Dimension, Metric = metric, info.Method, info.Documents, info.SizeBytes });
            return;
        }

        ModelText.WriteColumns(context.Output,
        [
            ["index", store.Place],
            ["model", store.Facts.Model],
            ["weights", store.Facts.ModelFingerprint ?? "unknown"],
            ["vectors", $"{store.Facts.Dimension} floats, compared by {metric}"],
            ["found by", info.Method],
            ["documents", $"{info.Documents:N0}"],
            ["size", ModelText.Size(info.SizeBytes)],
        ]);
    }
}
