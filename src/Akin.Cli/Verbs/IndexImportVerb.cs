using System.CommandLine;
using Akin.Cli.Searching;
using Akin.Datasets;
using Akin.Search;
using Akin.Search.Storage;

namespace Akin.Cli.Verbs;

/// <summary><c>akin index import</c>: stores an export.</summary>
internal sealed class IndexImportVerb : Verb
{
    private readonly Option<string> _index = IndexOptions.Index();
    private readonly Option<string> _input = new("--input", "-i") { Description = "An export, .jsonl or .jsonl.gz; - is standard input.", Required = true };
    private readonly Option<string?> _model = IndexOptions.Model("Embeds an export without vectors; by default the model of the index, or the one that the export names.");

    public IndexImportVerb()
        : base(
            "import",
            "Store what 'akin index export' has written, embedding it again only where there are no vectors. Stopped at any moment, the same command goes on where it was.",
            "akin index import --index corpus.akin --input corpus.jsonl.gz",
            "akin index import --index other.akin --input corpus.jsonl --model intfloat/multilingual-e5-small")
    {
        Add(_index);
        Add(_input);
        Add(_model);
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string folder = arguments.GetRequiredValue(_index), input = arguments.GetRequiredValue(_input);
        string? model = arguments.GetValue(_model);
        using Stream stream = InputFile.Open(input);
        using IndexImport import = new(stream, InputFile.DisplayName(input));
        if (import.Header.HasVectors && model is not null)
        {
            throw new CommandException($"'{input}' has vectors, so nothing is embedded: leave --model out.");
        }

        AddProgress done = default;
        context.StopNote = () => $"{done.Total:N0} documents are safe in '{folder}'; the same command goes on from there.";
        using ProgressReport report = context.Progress("Importing", "documents", import.Header.Documents);
        Watcher watcher = new(progress => report.Report((done = progress).Total));
        long documents;
        if (import.Header.HasVectors)
        {
            using DocumentStore store = DocumentStore.OpenOrCreate(folder, import.Header.Facts);
            done = import.StoreInto(store, progress: watcher, cancellationToken: context.Cancellation);
            SearchFiles.Publish(store, context);
            documents = store.Count;
        }
        else
        {
            using SemanticIndex index = IndexModel.OpenOrCreate(context, folder, model, import.Header.Facts);
            done = index.Add(import.Documents(), AddOptions.Default, watcher, context.Cancellation);
            SearchFiles.PublishWords(index.Store, context);
            documents = index.Store.Count;
        }

        if (context.Json)
        {
            JsonOutput.Write(context, new { Index = folder, done.Stored, done.Unchanged, Documents = documents });
        }
        else
        {
            string unchanged = done.Unchanged > 0 ? $" ({done.Unchanged:N0} were there unchanged)" : "";
            context.Output.WriteLine($"Stored {done.Stored:N0} documents{unchanged}; '{folder}' now holds {documents:N0}.");
        }
    }

    private sealed class Watcher(Action<AddProgress> watch) : IProgress<AddProgress>
    {
        public void Report(AddProgress value) => watch(value);
    }
}
