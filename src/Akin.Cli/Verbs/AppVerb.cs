using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Akin.Cli.Searching;
using Akin.Datasets;
using Akin.Pipelines;
using Akin.Search;
using Akin.Server;

namespace Akin.Cli.Verbs;

/// <summary>An application that is ready to run: a file is indexed, and the server is started with a page for it.</summary>
internal abstract class AppVerb : Verb
{
    private const int NameDigits = 8;

    private readonly string _page;
    private readonly Option<string> _input;
    private readonly Option<string?> _index = new("--index") { Description = "Folder of the index; by default one in AKIN_HOME (~/.cache/akin) that holds what the input holds, and no more." };
    private readonly Option<string?> _model = IndexOptions.Model("A folder with a model, or its name on the hub; by default the model that comes with akin.");
    private readonly Option<string?> _urls = SharedOptions.Urls();
    private readonly Option<string?> _title = new("--title") { Description = "The headline of the page; by default the page's own." };

    /// <param name="page">The page, which is also the verb's name.</param>
    /// <param name="description">What it does, in one sentence.</param>
    /// <param name="input">What the input is.</param>
    /// <param name="examples">Whole command lines, shown below its help.</param>
    protected AppVerb(string page, string description, string input, params string[] examples)
        : base(page, description, examples)
    {
        _page = page;
        _input = new Option<string>("--input", "-i") { Description = input, Required = true };
        foreach (Option option in new Option[] { _input, _index, _model, _urls, _title })
        {
            Add(option);
        }
    }

    /// <summary>The documents of the input.</summary>
    protected abstract IEnumerable<Document> Documents(string input, SentenceTransformer model);

    /// <summary>Sets what is this application's own.</summary>
    protected abstract void Configure(AkinServerOptions options, ParseResult arguments, SemanticIndex index, CommandContext context);

    protected sealed override void Execute(ParseResult arguments, CommandContext context)
    {
        string input = arguments.GetRequiredValue(_input);
        string? model = arguments.GetValue(_model), given = arguments.GetValue(_index);
        if (input == InputFile.StandardInput)
        {
            throw new CommandException("--input must be a file: it is read more than once.");
        }

        AkinServerOptions options = AkinServerOptions.Load(Environment.CurrentDirectory);
        string folder = given ?? Path.Combine(AkinHome.Folder, $"{_page}-{NameOf(input, model)}.akin");
        using (SemanticIndex index = IndexModel.OpenOrCreate(context, folder, model))
        {
            Fill(index, input, removesOthers: given is null, folder, context);
            Configure(options, arguments, index, context);
        }

        options.Page = _page;
        options.PageTitle = arguments.GetValue(_title) ?? options.PageTitle;
        options.Urls = arguments.GetValue(_urls) ?? options.Urls;
        options.Indexes = [$"{_page}={folder}"];
        options.DefaultModel ??= DefaultModel.Folder;
        if (model is not null)
        {
            options.Models = [model, .. options.Models];
        }

        ServerRun.UntilStopped(context, options);
    }

    /// <summary>What tells the index of one input and model from others: the same command finds it again.</summary>
    private static string NameOf(string input, string? model) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Path.GetFullPath(input)}\n{model}")))[..NameDigits];

    private void Fill(SemanticIndex index, string input, bool removesOthers, string folder, CommandContext context)
    {
        SentenceTransformer model = (SentenceTransformer)index.Encoder;

        // Everything that can be wrong with the input is found before the first document is embedded.
        HashSet<string> ids = new(StringComparer.Ordinal);
        foreach (Document document in Documents(input, model))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (!ids.Add(document.Id))
            {
                throw new CommandException($"'{input}' holds two entries with the id '{document.Id}'.");
            }
        }

        if (ids.Count == 0)
        {
            throw new CommandException($"'{input}' holds nothing.");
        }

        context.StopNote = () => $"what is done is safe in '{folder}'; the same command goes on from there.";
        using ProgressReport report = context.Progress("Indexing", "entries", ids.Count);
        AddProgress done = index.Add(Documents(input, model), options: null, new Watcher(report), context.Cancellation);
        if (removesOthers)
        {
            index.Store.Delete([.. index.Store.Enumerate().Select(document => document.Id).Where(id => !ids.Contains(id))]);
        }

        SearchFiles.PublishWords(index.Store, context);
        context.Message($"'{folder}' holds {index.Store.Count:N0} entries, {done.Stored:N0} of them new.");
        context.StopNote = null;
    }

    private sealed class Watcher(ProgressReport report) : IProgress<AddProgress>
    {
        public void Report(AddProgress value) => report.Report(value.Total);
    }
}
