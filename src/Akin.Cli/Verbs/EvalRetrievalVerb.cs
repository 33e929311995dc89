using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Akin.Pipelines;
using Akin.Search.Evaluation;
using Akin.Search.Hybrid;
using Akin.Search.Lexical;

namespace Akin.Cli.Verbs;

/// <summary><c>akin eval retrieval</c>: how well a model, or the words alone, find the judged documents of a test collection.</summary>
internal sealed class EvalRetrievalVerb : Verb
{
    private readonly Option<string?> _model = EncoderOptions.Model();
    private readonly Option<string?> _mode = SharedOptions.OneOf("--mode", "dense, the default, compares the vectors of a model; bm25 compares words and needs no model; hybrid does both.", "dense", "bm25", "hybrid");
    private readonly Option<double?> _meaning = HybridFlags.Meaning();
    private readonly Bm25Flags _bm25 = new();
    private readonly Option<string> _data = new("--data", "-d")
    {
        Description = "A folder as BEIR has them: corpus.jsonl, queries.jsonl, and qrels/SPLIT.tsv or qrels.tsv, each also .gz.",
        Required = true,
    };
    private readonly Option<string> _split = new("--split") { Description = "Which judgements, test by default.", DefaultValueFactory = _ => "test" };
    private readonly Option<string?> _rerank = new("--rerank")
    {
        Description = "A cross-encoder, a folder or its name on the hub, that puts the first documents found for a query in an order of its own.",
    };

    private readonly Option<int?> _rerankTop = SharedOptions.Positive("--rerank-top", $"How many documents of a query --rerank reads, {RetrievalFigures.Depth} by default and at most.");
    private readonly Option<string?> _run = new("--run") { Description = "A file to write the ranking into, in TREC's format (.gz is packed)." };

    public EvalRetrievalVerb()
        : base(
            "retrieval",
            "Search a test collection exactly and measure the ranking as trec_eval does.",
            "akin eval retrieval --model ./all-MiniLM-L6-v2 --data ./scifact",
            "akin eval retrieval --model ./all-MiniLM-L6-v2 --data ./scifact --split dev --run scifact.trec --json",
            "akin eval retrieval --model ./all-MiniLM-L6-v2 --data ./scifact --rerank ./my-reranker --rerank-top 20",
            "akin eval retrieval --mode bm25 --analyzer english --data ./scifact",
            "akin eval retrieval --mode hybrid --model ./all-MiniLM-L6-v2 --data ./scifact")
    {
        foreach (Option option in (Option[])[_model, _data, _split, _mode, .. _bm25.All, _meaning, _rerank, _rerankTop, _run])
        {
            Add(option);
        }
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        BeirCollection collection = BeirCollection.Read(arguments.GetRequiredValue(_data), arguments.GetRequiredValue(_split), context.Cancellation);
        (string? reranker, int rerankTop) = (arguments.GetValue(_rerank), arguments.GetValue(_rerankTop) ?? RetrievalFigures.Depth);
        if (rerankTop > RetrievalFigures.Depth || (reranker is null && arguments.GetValue(_rerankTop) is not null))
        {
            throw new CommandException($"--rerank-top goes with --rerank, and is {RetrievalFigures.Depth} at most: more documents are not kept for a query.");
        }

        long start = Stopwatch.GetTimestamp();
        string mode = arguments.GetValue(_mode) ?? "dense";
        if (mode != "hybrid" && arguments.GetValue(_meaning) is not null)
        {
            throw new CommandException("--meaning goes with --mode hybrid.");
        }

        HybridWeights? weights = null;
        RetrievalRun run;
        if (mode == "hybrid")
        {
            (run, weights) = SearchBoth(arguments, collection, context);
        }
        else
        {
            run = mode == "bm25" ? SearchWords(arguments, collection, context) : SearchVectors(arguments, collection, context);
        }

        if (reranker is not null)
        {
            // Raw scores: a sigmoid would make the best ones equal.
            CrossEncoder crossEncoder = CrossEncoderFlags.Load(context, reranker, new CrossEncoderOptions { Activation = ScoreActivation.Identity });
            using ProgressReport report = context.Progress("Reranking", "pairs", run.Queries.Sum(query => Math.Min(rerankTop, run[query].Count)));
            run = Reranking.Run(collection, run, crossEncoder, rerankTop, report, context.Cancellation);
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (arguments.GetValue(_run) is { } path)
        {
            run.Write(path, "akin");
        }

        IReadOnlyList<KeyValuePair<string, double>> figures = RetrievalFigures.Of(collection.Judgements, run);
        if (context.Json)
        {
            JsonObject result = [];
            foreach ((string name, double value) in figures)
            {
                result[name] = value;
            }

            if (weights is not null)
            {
                result["meaning"] = weights.Meaning;
            }

            result["queries"] = collection.Queries.Count;
            result["documents"] = collection.Documents.Count;
            result["seconds"] = seconds;
            JsonOutput.Write(context, result);
            return;
        }

        context.Output.WriteLine($"{collection.Queries.Count:N0} queries, {collection.Documents.Count:N0} documents, {seconds:F1} s");
        foreach ((string name, double value) in figures)
        {
            context.Output.WriteLine($"{name,-11}{value:F4}");
        }

        if (weights is not null)
        {
            context.Message($"Meaning counted {weights.Meaning:P0}, words {weights.Words:P0}.");
        }
    }

    private (RetrievalRun Run, HybridWeights Weights) SearchBoth(ParseResult arguments, BeirCollection collection, CommandContext context)
    {
        Bm25Options words = _bm25.Read(arguments);
        SentenceTransformer model = ModelLoading.SentenceTransformer(context, DefaultModel.Or(arguments.GetValue(_model)));
        using ProgressReport report = context.Progress("Embedding", "texts", collection.Documents.Count + collection.Queries.Count);
        return HybridRetrieval.Run(collection, model, words, HybridFlags.Weights(arguments, _meaning), progress: report, cancellationToken: context.Cancellation);
    }

    private RetrievalRun SearchVectors(ParseResult arguments, BeirCollection collection, CommandContext context)
    {
        if (_bm25.AnyIn(arguments))
        {
            throw new CommandException($"{string.Join(", ", _bm25.All.Select(option => option.Name))} go with --mode bm25 or hybrid.");
        }

        SentenceTransformer model = ModelLoading.SentenceTransformer(context, DefaultModel.Or(arguments.GetValue(_model)));
        using ProgressReport report = context.Progress("Embedding", "texts", collection.Documents.Count + collection.Queries.Count);
        return DenseRetrieval.Run(collection, model, RetrievalFigures.Depth, progress: report, cancellationToken: context.Cancellation);
    }

    private RetrievalRun SearchWords(ParseResult arguments, BeirCollection collection, CommandContext context)
    {
        if (arguments.GetValue(_model) is not null)
        {
            throw new CommandException("--mode bm25 uses no model: leave --model out.");
        }

        Bm25Options options = _bm25.Read(arguments);
        using ProgressReport report = context.Progress("Searching", "queries", collection.Queries.Count);
        return LexicalRetrieval.Run(collection, options, progress: report, cancellationToken: context.Cancellation);
    }
}
