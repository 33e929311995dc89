using System.CommandLine;
using Akin.Cli.Searching;
using Akin.Datasets;
using Akin.Pipelines;
using Akin.Search;
using Akin.Search.Graph;
using Akin.Search.Passages;
using Akin.Search.Postgres;
using Akin.Tokenizers;

namespace Akin.Cli.Verbs;

/// <summary><c>akin index add</c>: embeds documents and stores them.</summary>
internal sealed class IndexAddVerb : Verb
{
    private readonly Option<string> _index = IndexOptions.Index();
    private readonly Option<string[]> _input = new("--input", "-i")
    {
        Description = "Documents: .jsonl (fields id or _id, title, text; others become metadata), .csv and .tsv with a header, .txt (one a line), each also .gz; - is standard input.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _model = IndexOptions.Model("Folder or hub name of the model that embeds them; an index that exists knows its model, a new one has the model that comes with akin.");
    private readonly Option<string?> _format = SharedOptions.OneOf("--format", "Format of the input, where its name does not tell.", "txt", "jsonl", "csv", "tsv");
    private readonly Option<string> _textField = new("--text-field") { Description = "Field or column that holds the text.", DefaultValueFactory = _ => "text" };
    private readonly Option<int?> _batchSize = SharedOptions.Positive(
        "--batch-size", "Documents stored at a time, the most that an interruption costs; about as many as take a second by default.");

    private readonly Option<string?> _kind = SharedOptions.OneOf(
        "--kind", "exact compares every vector, hnsw walks a graph; a new index is exact, one that exists stays as it is.", "exact", "hnsw");

    private readonly Option<string?> _precision = SharedOptions.OneOf(
        "--precision", "What a search reads unless it says otherwise: float32, int8 or (hnsw only) binary; the best are scored again in float32.", "float32", "int8", "binary");

    private readonly Option<int?> _m = SharedOptions.Positive("--m", $"With hnsw: links of a document on each level, {HnswOptions.Default.M} by default.");
    private readonly Option<int?> _efConstruction = SharedOptions.Positive(
        "--ef-construction", $"With hnsw: how many of the nearest documents a new one chooses its links from, {HnswOptions.Default.EfConstruction} by default.");

    private readonly Option<int?> _passages = SharedOptions.Positive("--passages", "Cut documents into passages of at most so many of the model's tokens, at sentences; a search then points at the place.");
    private readonly Option<int?> _overlap = SharedOptions.Positive("--overlap", "With --passages: tokens that a passage repeats of the one before, at most; none by default.");

    public IndexAddVerb()
        : base(
            "add",
            "Embed documents and store them; a document with an id that is there replaces it. Stopped at any moment, the same command goes on where it was.",
            "akin index add --model sentence-transformers/all-MiniLM-L6-v2 --input corpus.jsonl --index corpus.akin",
            "akin index add --input more.csv even-more.tsv.gz --index corpus.akin",
            "akin index add --input corpus.jsonl --index corpus.akin --kind hnsw --precision int8",
            "akin index add --input books.jsonl --index books.akin --passages 200 --overlap 40",
            "zcat dump.jsonl.gz | akin index add --input - --format jsonl --index corpus.akin")
    {
        foreach (Option option in new Option[] { _index, _input, _model, _format, _textField, _batchSize, _passages, _overlap, _kind, _precision, _m, _efConstruction })
        {
            Add(option);
        }
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string folder = arguments.GetRequiredValue(_index);
        string[] inputs = arguments.GetRequiredValue(_input);
        TextFormat format = arguments.GetValue(_format) is { } extension ? TextRecords.Format($".{extension}") : TextFormat.ByExtension;
        TextRecordOptions reading = new() { Format = format, TextField = arguments.GetRequiredValue(_textField) };
        AddOptions adding = new() { BatchSize = arguments.GetValue(_batchSize) };

        // Everything that can be wrong with the input is found before the first document is embedded.
        long? total = Count(inputs, reading, context);
        if (PostgresAddress.IsOne(folder))
        {
            if (arguments.GetValue(_passages) is not null || arguments.GetValue(_overlap) is not null)
            {
                throw new CommandException("--passages is for an index in a folder: leave it out, or split the documents before.");
            }

            AddToServer(arguments, folder, Documents(inputs, reading, splitter: null, []), adding, total, context);
            return;
        }

        using SemanticIndex index = IndexModel.OpenOrCreate(context, folder, arguments.GetValue(_model));
        index.Vectors.Configure(SettingsOf(arguments, index.Vectors.Settings));
        PassageSplitter? splitter = SplitterOf(arguments, ((SentenceTransformer)index.Encoder).Tokenizer);
        Dictionary<string, int> counts = [];
        AddProgress done = default;
        context.StopNote = () => $"{done.Total:N0} documents are safe in '{folder}'; the same command goes on from there.";
        using (ProgressReport report = context.Progress("Indexing", "documents", total))
        {
            using ProgressReport linking = context.Progress("Linking", "documents");
            adding = adding with { GraphProgress = linking };
            done = index.Add(Documents(inputs, reading, splitter, counts), adding, new Watcher(progress => report.Report((done = progress).Total)), context.Cancellation);
        }

        foreach ((string document, int count) in counts)
        {
            PassageSplitter.RemoveFormer(index.Store, document, count);
        }

        SearchFiles.PublishWords(index.Store, context);
        Print(context, folder, index.Store.Facts.Model, done, index.Store.Count);
    }

    private void AddToServer(ParseResult arguments, string address, IEnumerable<Document> documents, AddOptions adding, long? total, CommandContext context)
    {
        IndexFacts? facts = null;
        try
        {
            using PostgresVectorStore present = PostgresVectorStore.Open(address);
            facts = present.Facts;
        }
        catch (IndexNotFoundException)
        {
            // It is made now.
        }

        string place = PostgresAddress.Parse(address).Place;
        SentenceTransformer encoder = IndexModel.Load(context, arguments.GetValue(_model), facts, place);
        PostgresStoreOptions options = new() { Vectors = SettingsOf(arguments, PostgresStoreOptions.Default.Vectors) };
        using PostgresVectorStore store = PostgresVectorStore.OpenOrCreate(address, IndexFacts.For(encoder, facts?.Metric ?? IndexModel.MetricOf(encoder)), options);
        AddProgress done = default;
        context.StopNote = () => $"{done.Total:N0} documents are safe in '{place}'; the same command goes on from there.";
        using (ProgressReport report = context.Progress("Indexing", "documents", total))
        {
            done = store.Add(encoder, documents, adding, new Watcher(progress => report.Report((done = progress).Total)), context.Cancellation);
        }

        if (store.HasPlainArrays)
        {
            context.Message("The server has no pgvector, so vectors are kept as plain arrays, and every search reads all of them.");
        }

        Print(context, place, store.Facts.Model, done, store.Info(context.Cancellation).Documents);
    }

    private static void Print(CommandContext context, string index, string model, AddProgress done, long documents)
    {
        if (context.Json)
        {
            JsonOutput.Write(context, new { Index = index, Model = model, done.Stored, done.Unchanged, Documents = documents });
        }
        else
        {
            string unchanged = done.Unchanged > 0 ? $" ({done.Unchanged:N0} were there unchanged)" : "";
            context.Output.WriteLine($"Stored {done.Stored:N0} documents{unchanged}; '{index}' now holds {documents:N0}.");
        }
    }

    /// <summary>Reads all inputs once, to know how many documents there are and that every line can be read; null where one can be read only once.</summary>
    private static long? Count(string[] inputs, TextRecordOptions reading, CommandContext context)
    {
        if (inputs.Count(input => input == InputFile.StandardInput) > 1)
        {
            throw new CommandException("--input names standard input more than once.");
        }

        using ProgressReport report = context.Progress("Reading", "documents");
        long? count = 0;
        long read = 0;
        foreach (string input in inputs)
        {
            if (!IsReadableTwice(input))
            {
                count = null;
                continue;
            }

            foreach (TextRecord _ in TextRecords.Read(input, reading))
            {
                context.Cancellation.ThrowIfCancellationRequested();
                report.Report(++read);
                count++;
            }
        }

        return count;
    }

    private static bool IsReadableTwice(string input)
    {
        if (input == InputFile.StandardInput)
        {
            return false;
        }

        if (!File.Exists(input))
        {
            return true; // reading says what is wrong
        }

        using FileStream file = new(input, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return file.CanSeek;
    }

    /// <summary>The documents, or the passages of each, which are counted.</summary>
    private static IEnumerable<Document> Documents(string[] inputs, TextRecordOptions reading, PassageSplitter? splitter, Dictionary<string, int> counts)
    {
        foreach (TextRecord record in inputs.SelectMany(input => TextRecords.Read(input, reading)))
        {
            Document document = new(record.Id, record.Text) { Title = record.Title, Metadata = record.Metadata?.ToJsonString() };
            if (splitter is null)
            {
                yield return document;
                continue;
            }

            Document[] passages = [.. splitter.Split(document)];
            counts[document.Id] = passages.Length;
            foreach (Document passage in passages)
            {
                yield return passage;
            }
        }
    }

    private PassageSplitter? SplitterOf(ParseResult arguments, Tokenizer tokenizer)
    {
        (int? length, int? overlap) = (arguments.GetValue(_passages), arguments.GetValue(_overlap));
        if (length is null)
        {
            return overlap is null ? null : throw new CommandException("--overlap goes with --passages.");
        }

        if (overlap >= length)
        {
            throw new CommandException($"--overlap {overlap} would repeat all of a passage of {length} tokens.");
        }

        EncodeOptions options = new() { AddSpecialTokens = false };
        return new PassageSplitter(text => tokenizer.Encode(text, options: options).Offsets, new PassageOptions { Length = length.Value, Overlap = overlap ?? 0 });
    }

    private VectorIndexSettings SettingsOf(ParseResult arguments, VectorIndexSettings present)
    {
        VectorIndexSettings settings = new()
        {
            Kind = arguments.GetValue(_kind) is { } kind ? Enum.Parse<VectorIndexKind>(kind, ignoreCase: true) : present.Kind,
            Precision = arguments.GetValue(_precision) is { } precision ? Enum.Parse<VectorPrecision>(precision, ignoreCase: true) : present.Precision,
            M = arguments.GetValue(_m) ?? present.M,
            EfConstruction = arguments.GetValue(_efConstruction) ?? present.EfConstruction,
        };
        if (settings.Kind == VectorIndexKind.Exact && (settings.Precision == VectorPrecision.Binary || arguments.GetValue(_m) is not null || arguments.GetValue(_efConstruction) is not null))
        {
            throw new CommandException("--precision binary, --m and --ef-construction are for a graph: add --kind hnsw.");
        }

        if (settings.EfConstruction > HnswOptions.MostEfConstruction)
        {
            throw new CommandException($"--ef-construction is 1 to {HnswOptions.MostEfConstruction}, not {settings.EfConstruction}.");
        }

        if (settings.M is < HnswOptions.LeastM or > HnswOptions.MostM)
        {
            throw new CommandException($"--m is {HnswOptions.LeastM} to {HnswOptions.MostM}, not {settings.M}.");
        }

        return settings;
    }

    private sealed class Watcher(Action<AddProgress> watch) : IProgress<AddProgress>
    {
        public void Report(AddProgress value) => watch(value);
    }
}
