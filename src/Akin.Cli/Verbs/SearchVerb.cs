using System.CommandLine;
using Akin.Cli.Searching;
using Akin.Datasets;
using Akin.Pipelines;
using Akin.Search;
using Akin.Search.Evaluation;
using Akin.Search.Lexical;
using Akin.Search.Passages;
using Akin.Search.Postgres;
using Akin.Search.Ranking;
using Akin.Search.Storage;

namespace Akin.Cli.Verbs;

/// <summary><c>akin search</c>: finds documents by meaning or by words.</summary>
internal sealed class SearchVerb : Verb
{
    private const int DefaultTop = 10;
    private const int DefaultBatchTop = 100;
    private const int BatchQueries = 512;
    private const string RunTag = "akin";

    private readonly Argument<string?> _query = new("query") { Description = "What to look for.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string> _index = IndexOptions.Index();
    private readonly Option<string?> _mode = SharedOptions.OneOf(
        "--mode", "dense, the default, finds what is near in meaning; bm25 finds words, and a query may say +must -mustnot \"a phrase\" AND OR NOT ( ); hybrid finds both.", "dense", "bm25", "hybrid");

    private readonly Bm25Flags _bm25 = new();
    private readonly Option<double?> _meaning = HybridFlags.Meaning();
    private readonly Option<string?> _rerank = new("--rerank") { Description = "A cross-encoder, a folder or its name on the hub, that puts the best documents in an order of its own." };
    private readonly Option<int?> _rerankTop = SharedOptions.Positive("--rerank-top", $"How many documents --rerank reads, {HitReranking.DefaultDepth} by default.");
    private readonly Option<string?> _group = SharedOptions.OneOf(
        "--group", "Where documents were cut into passages: show each document once, with its best passage, scored by its best passages' max, mean or sum.", "max", "mean", "sum");

    private readonly SelectionFlags _selection = new();
    private readonly Option<int?> _top = SharedOptions.Positive("--top", $"How many documents to find, {DefaultTop} by default ({DefaultBatchTop} with --batch).");
    private readonly Option<string?> _precision = SharedOptions.OneOf(
        "--precision", "What is read: float32, int8 (a quarter of the memory) or binary; the best are scored again in float32. What the index was made for by default.", "float32", "int8", "binary");

    private readonly Option<int?> _ef = SharedOptions.Positive(
        "--ef", $"In an index with a graph: how many of the nearest documents a search keeps, {VectorSearchOptions.Default.EfSearch} by default; more find more, more slowly.");

    private readonly Option<string?> _model = IndexOptions.Model("Where the index's model lies now, if not where it was when the index was made.");
    private readonly Option<bool> _interactive = new("--interactive") { Description = "Ask for queries until an empty line or Ctrl-D." };
    private readonly Option<string?> _batch = new("--batch") { Description = "Queries: .jsonl (fields id or _id, text), .csv, .tsv or .txt, each also .gz; - is standard input." };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "With --batch: the run file to write, as trec_eval reads it (also .gz)." };

    public SearchVerb()
        : base(
            "search",
            "Find the documents of an index that are nearest in meaning to a query, or share its words, or both.",
            "akin search --index corpus.akin \"Vitamin D deficiency raises mortality\" --top 5",
            "akin search --index corpus.akin --mode bm25 \"+refund -gift shipping\"",
            "akin search --index corpus.akin --mode hybrid \"parcel arrived broken\" --rerank ./my-reranker --rerank-top 50",
            "akin search --index corpus.akin \"winter coat\" --filter '{\"lang\":\"ko\",\"price\":{\"$lt\":50}}' --fields title,price --facet maker",
            "akin search --index corpus.akin --interactive",
            "akin search --index corpus.akin --batch queries.jsonl --output run.trec")
    {
        Add(_query);
        foreach (Option option in (Option[])[_index, _mode, .. _bm25.All, _meaning, _top, .. _selection.All, _group, _rerank, _rerankTop, _precision, _ef, _model, _interactive, _batch, _output])
        {
            Add(option);
        }
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string? query = arguments.GetValue(_query), batch = arguments.GetValue(_batch), output = arguments.GetValue(_output);
        bool isInteractive = arguments.GetValue(_interactive);
        if ((query is not null ? 1 : 0) + (isInteractive ? 1 : 0) + (batch is not null ? 1 : 0) != 1)
        {
            throw new CommandException("Say what to look for: a query, --interactive, or --batch with a file of queries (one of the three).");
        }

        if ((batch is null) != (output is null))
        {
            throw new CommandException("--batch and --output go together: the queries, and the run file to write.");
        }

        if (query is not null && string.IsNullOrWhiteSpace(query))
        {
            throw new CommandException("The query is empty.");
        }

        string folder = arguments.GetRequiredValue(_index);
        using DocumentStore? store = PostgresAddress.IsOne(folder) ? null : DocumentStore.Open(folder);
        List<TextRecord> queries = batch is null ? [] : [.. TextRecords.Read(batch)];
        int top = arguments.GetValue(_top) ?? (batch is null ? DefaultTop : DefaultBatchTop);
        SearchOptions selection = _selection.Read(arguments);
        string[] fields = _selection.Fields(arguments), facets = _selection.Facets(arguments);
        if (batch is not null && (fields.Length > 0 || facets.Length > 0))
        {
            throw new CommandException("--fields and --facet have no place in a run file: leave them out with --batch.");
        }

        using Finder finder = FinderOf(arguments, context, store, folder, top, selection);
        void Answer(string query) => Write(
            new Answer(
                finder,
                query,
                finder.Find(query, context.Cancellation),
                selection.Offset + 1,
                fields,
                [.. facets.Select(facet => (facet, finder.Facet(query, facet, context.Cancellation)))]),
            context);
        if (isInteractive)
        {
            Converse(Answer, context);
        }
        else if (query is not null)
        {
            Answer(query);
        }
        else
        {
            WriteRun(finder, queries, output!, context);
        }

        if (finder.Finish() is { } notice)
        {
            context.Message(notice);
        }
    }

    private ServerFinder ServerFinderOf(ParseResult arguments, CommandContext context, string address, int top, SearchOptions selection)
    {
        if (arguments.GetValue(_mode) == "hybrid")
        {
            throw new CommandException("--mode hybrid is for an index in a folder; one on a server is searched by dense or bm25.");
        }

        if (_bm25.AnyIn(arguments) || arguments.GetValue(_precision) is not null)
        {
            throw new CommandException($"An index on a server has one way to weigh words and keeps float32: leave {string.Join(", ", _bm25.All.Select(option => option.Name))} and --precision out.");
        }

        PostgresVectorStore store = PostgresVectorStore.Open(address);
        IEncoder? model = arguments.GetValue(_mode) == "bm25" ? null : IndexModel.Load(context, arguments.GetValue(_model), store.Facts, store.Place);
        return new ServerFinder(store, model, top, new VectorSearchOptions
        {
            EfSearch = arguments.GetValue(_ef) ?? VectorSearchOptions.Default.EfSearch,
            Filter = selection.Filter,
            Offset = selection.Offset,
        });
    }

    private Finder FinderOf(ParseResult arguments, CommandContext context, DocumentStore? store, string folder, int top, SearchOptions selection)
    {
        if (arguments.GetValue(_group) is not { } score)
        {
            return RankedFinderOf(arguments, context, store, folder, top, selection);
        }

        int depth = (int)Math.Min((long)PassageGroup.PassagesPerDocument * (top + selection.Offset), Array.MaxLength);
        return new GroupingFinder(
            RankedFinderOf(arguments, context, store, folder, depth, selection with { Offset = 0 }), Enum.Parse<PassageScore>(score, ignoreCase: true), top, selection);
    }

    private Finder RankedFinderOf(ParseResult arguments, CommandContext context, DocumentStore? store, string folder, int top, SearchOptions selection)
    {
        int? rerankTop = arguments.GetValue(_rerankTop);
        if (arguments.GetValue(_rerank) is not { } reranker)
        {
            return rerankTop is null ? FirstFinderOf(arguments, context, store, folder, top, selection) : throw new CommandException("--rerank-top goes with --rerank: name a cross-encoder.");
        }

        // Raw scores: a sigmoid would make the best ones equal.
        CrossEncoder scorer = CrossEncoderFlags.Load(context, reranker, new CrossEncoderOptions { Activation = ScoreActivation.Identity });
        int depth = Math.Max(rerankTop ?? HitReranking.DefaultDepth, top + selection.Offset);
        return new RerankingFinder(FirstFinderOf(arguments, context, store, folder, depth, selection with { Offset = 0 }), scorer, top, selection);
    }

    private Finder FirstFinderOf(ParseResult arguments, CommandContext context, DocumentStore? store, string folder, int top, SearchOptions selection)
    {
        if (store is null)
        {
            return ServerFinderOf(arguments, context, folder, top, selection);
        }

        string mode = arguments.GetValue(_mode) ?? "dense";
        bool hasVectors = mode != "bm25", hasWords = mode != "dense";
        if (!hasWords && _bm25.AnyIn(arguments))
        {
            throw new CommandException($"{string.Join(", ", _bm25.All.Select(option => option.Name))} go with --mode bm25 or hybrid.");
        }

        if (mode != "hybrid" && arguments.GetValue(_meaning) is not null)
        {
            throw new CommandException("--meaning goes with --mode hybrid.");
        }

        if (!hasVectors && (arguments.GetValue(_model) is not null || arguments.GetValue(_precision) is not null || arguments.GetValue(_ef) is not null))
        {
            throw new CommandException("--mode bm25 uses no vectors: leave --model, --precision and --ef out.");
        }

        LexicalOptions? words = hasWords ? new LexicalOptions { Scoring = _bm25.Read(arguments) } : null;
        if (!hasVectors)
        {
            return new WordFinder(store, words!, top, selection);
        }

        SemanticIndex index = new(store, IndexModel.Load(context, arguments.GetValue(_model), store.Facts, folder));
        VectorSearchOptions options = new()
        {
            Precision = arguments.GetValue(_precision) is { } precision ? Enum.Parse<VectorPrecision>(precision, ignoreCase: true) : null,
            EfSearch = arguments.GetValue(_ef) ?? VectorSearchOptions.Default.EfSearch,
            Filter = selection.Filter,
            Offset = selection.Offset,
        };
        Finder finder = words is null ? new MeaningFinder(index, top, options) : new HybridFinder(index, words, HybridFlags.Weights(arguments, _meaning), top, options);
        _ = Task.Run(index.Vectors.WarmUp); // beside the first query's way through the model; what goes wrong here the search meets again
        return finder;
    }

    private static void Converse(Action<string> answer, CommandContext context)
    {
        bool isPerson = !Console.IsInputRedirected;
        while (true)
        {
            if (isPerson)
            {
                Console.Error.Write("search: ");
            }

            // Reading cannot be cancelled, waiting for it can.
            string? query = Task.Run(Console.In.ReadLine).WaitAsync(context.Cancellation).GetAwaiter().GetResult();
            if (string.IsNullOrWhiteSpace(query))
            {
                if (isPerson && query is null)
                {
                    Console.Error.WriteLine(); // Ctrl-D leaves the cursor behind the prompt
                }

                return;
            }

            answer(query);
            context.Output.Flush();
        }
    }

    private static void WriteRun(Finder finder, List<TextRecord> queries, string output, CommandContext context)
    {
        RetrievalRun run = new();
        HashSet<string> ids = [];
        if (queries.FirstOrDefault(query => !ids.Add(query.Id)) is { } repeated)
        {
            throw new CommandException($"Query '{repeated.Id}' occurs twice (again on line {repeated.Line}): a run needs different ids.");
        }

        using ProgressReport report = context.Progress("Searching", "queries", queries.Count);
        foreach (TextRecord[] part in queries.Chunk(BatchQueries))
        {
            IReadOnlyList<SearchHit>[] answers = finder.FindMany([.. part.Select(query => query.FullText)], context.Cancellation);
            foreach ((TextRecord query, IReadOnlyList<SearchHit> hits) in part.Zip(answers))
            {
                run.Add(query.Id, [.. hits.Select(hit => new ScoredDocument(hit.Document.Id, hit.Score))]);
            }

            report.Report(run.Queries.Count);
        }

        run.Write(output, RunTag);
        if (context.Json)
        {
            JsonOutput.Write(context, new { Queries = queries.Count, Output = output });
        }
        else
        {
            context.Message($"Wrote the answers to {queries.Count:N0} queries to '{output}'.");
        }
    }

    private static void Write(Answer answer, CommandContext context)
    {
        if (context.Json)
        {
            using JsonLineWriter json = new(context.Output);
            json.Write(answer, Searching.Answer.Write);
        }
        else
        {
            answer.Show(context);
        }
    }
}
