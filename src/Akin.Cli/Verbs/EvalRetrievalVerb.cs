using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Akin.Pipelines;
using Akin.Search.Evaluation;

namespace Akin.Cli.Verbs;

/// <summary><c>akin eval retrieval</c>: how well a model finds the judged documents of a test collection.</summary>
internal sealed class EvalRetrievalVerb : Verb
{
    /// <summary>Documents kept for a query: what the deepest measure looks at.</summary>
    private const int Depth = 100;

    private static readonly (string Name, RetrievalMeasure Measure)[] Measures =
    [
        ("ndcg@10", RetrievalMeasure.NdcgAt(10)),
        ("recall@100", RetrievalMeasure.RecallAt(Depth)),
        ("map@100", RetrievalMeasure.MapAt(Depth)),
        ("mrr@10", RetrievalMeasure.ReciprocalRankAt(10)),
    ];

    private readonly Option<string> _model = EncoderOptions.Model();
    private readonly Option<string> _data = new("--data", "-d")
    {
        Description = "A folder as BEIR has them: corpus.jsonl, queries.jsonl, and qrels/SPLIT.tsv or qrels.tsv, each also .gz.",
        Required = true,
    };
    private readonly Option<string> _split = new("--split") { Description = "Which judgements, test by default.", DefaultValueFactory = _ => "test" };
    private readonly Option<string?> _run = new("--run") { Description = "A file to write the ranking into, in TREC's format (.gz is packed)." };

    public EvalRetrievalVerb()
        : base(
            "retrieval",
            "Search a test collection exactly and measure the ranking as trec_eval does.",
            "akin eval retrieval --model ./all-MiniLM-L6-v2 --data ./scifact",
            "akin eval retrieval --model ./all-MiniLM-L6-v2 --data ./scifact --split dev --run scifact.trec --json")
    {
        foreach (Option option in new Option[] { _model, _data, _split, _run })
        {
            Add(option);
        }
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        BeirCollection collection = BeirCollection.Read(arguments.GetRequiredValue(_data), arguments.GetRequiredValue(_split), context.Cancellation);
        SentenceTransformer model = ModelLoading.SentenceTransformer(context, arguments.GetRequiredValue(_model));
        long start = Stopwatch.GetTimestamp();
        RetrievalRun run;
        using (ProgressReport report = context.Progress("Embedding", "texts", collection.Documents.Count + collection.Queries.Count))
        {
            run = DenseRetrieval.Run(collection, model, Depth, progress: report, cancellationToken: context.Cancellation);
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (arguments.GetValue(_run) is { } path)
        {
            run.Write(path, "akin");
        }

        IReadOnlyDictionary<string, double> means = RetrievalEvaluation.Of(collection.Judgements, run, [.. Measures.Select(measure => measure.Measure)]).Means;
        if (context.Json)
        {
            JsonObject result = [];
            foreach ((string name, RetrievalMeasure measure) in Measures)
            {
                result[name] = means[measure.Name];
            }

            result["queries"] = collection.Queries.Count;
            result["documents"] = collection.Documents.Count;
            result["seconds"] = seconds;
            JsonOutput.Write(context, result);
            return;
        }

        context.Output.WriteLine($"{collection.Queries.Count:N0} queries, {collection.Documents.Count:N0} documents, {seconds:F1} s");
        foreach ((string name, RetrievalMeasure measure) in Measures)
        {
            context.Output.WriteLine($"{name,-11}{means[measure.Name]:F4}");
        }
    }
}
