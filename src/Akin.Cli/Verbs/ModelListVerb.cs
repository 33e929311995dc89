using System.CommandLine;
using Akin.Hub;

namespace Akin.Cli.Verbs;

/// <summary><c>akin model list</c>: what is in the cache, or what the hub has.</summary>
internal sealed class ModelListVerb : Verb
{
    private const int DefaultLimit = 20;
    private const int ShortCommit = 8;

    private readonly Option<bool> _online = new("--online") { Description = "List models of the hub instead of the cache, best known first; any of the filters below implies it." };
    private readonly Option<string?> _search = new("--search") { Description = "Words in the name." };
    private readonly Option<string?> _author = new("--author") { Description = "The owner, as sentence-transformers." };
    private readonly Option<string?> _task = new("--task") { Description = "The task, as sentence-similarity or text-ranking." };
    private readonly Option<string?> _language = new("--language") { Description = "The language, as ko." };
    private readonly Option<string?> _library = new("--library") { Description = "The library, as sentence-transformers." };
    private readonly Option<int?> _limit = SharedOptions.Positive("--limit", $"The most models of the hub to list; {DefaultLimit} by default.");

    public ModelListVerb()
        : base(
            "list",
            "List the models in the cache that Akin shares with Python, or models of the hub.",
            "akin model list",
            "akin model list --task sentence-similarity --language ko --limit 10",
            "akin model list --online --json")
    {
        foreach (Option option in new Option[] { _online, _search, _author, _task, _language, _library, _limit })
        {
            Add(option);
        }
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        bool isFiltered = new Option[] { _search, _author, _task, _language, _library, _limit }.Any(option => arguments.GetResult(option) is { Implicit: false });
        if (isFiltered || arguments.GetValue(_online))
        {
            ListHub(arguments, context);
        }
        else
        {
            ListCache(context);
        }
    }

    private void ListHub(ParseResult arguments, CommandContext context)
    {
        ModelQuery query = new()
        {
            Text = arguments.GetValue(_search),
            Author = arguments.GetValue(_author),
            Task = arguments.GetValue(_task),
            Language = arguments.GetValue(_language),
            Library = arguments.GetValue(_library),
            Limit = arguments.GetValue(_limit) ?? DefaultLimit,
        };
        IReadOnlyList<ModelSummary> models = new ModelHub().SearchAsync(query, context.Cancellation).GetAwaiter().GetResult();
        if (context.Json)
        {
            JsonOutput.Write(context, models);
            return;
        }

        ModelText.WriteColumns(context.Output, models.Select(model => new[] { model.Id, model.Task ?? "", model.Library ?? "", $"{model.Downloads:N0} downloads" }));
        if (models.Count == 0)
        {
            context.Message("The hub has no such models.");
        }
    }

    private static void ListCache(CommandContext context)
    {
        IReadOnlyList<CachedModel> models = new ModelCache().List();
        if (context.Json)
        {
            JsonOutput.Write(context, models);
            return;
        }

        ModelText.WriteColumns(context.Output, models.Select(model => new[]
        {
            model.Id, ModelText.Size(model.SizeBytes), string.Join(", ", model.Revisions.Select(NameOf)), $"{model.LastModified:yyyy-MM-dd}",
        }));
        if (models.Count == 0)
        {
            context.Message($"No models in '{new ModelHub().CacheFolder}': 'akin model download ORG/NAME' fetches one.");
        }
    }

    private static string NameOf(CachedRevision revision) => revision.References.Count > 0 ? string.Join(" = ", revision.References) : revision.Commit[..ShortCommit];
}
