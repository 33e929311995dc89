using System.CommandLine;
using Akin.Hub;

namespace Akin.Cli.Verbs;

/// <summary><c>akin model info</c>: what the hub tells about a model, its files, and what of it is in the cache.</summary>
internal sealed class ModelInfoVerb : Verb
{
    private readonly Argument<string> _id = ModelOptions.Id();
    private readonly Option<string> _revision = ModelOptions.Revision();

    public ModelInfoVerb()
        : base(
            "info",
            "Show what the hub tells about a model, its files, and what of it is in the cache.",
            "akin model info sentence-transformers/all-MiniLM-L6-v2",
            "HF_HUB_OFFLINE=1 akin model info sentence-transformers/all-MiniLM-L6-v2 --json")
    {
        Add(_id);
        Add(_revision);
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string id = arguments.GetRequiredValue(_id);
        ModelHub hub = new(new HubOptions { Revision = arguments.GetRequiredValue(_revision) });
        CachedModel? cached = new ModelCache().Find(id);
        ModelSummary? summary = null;
        IReadOnlyList<RepositoryFile> files = [];
        try
        {
            files = hub.ListFilesAsync(id, context.Cancellation).GetAwaiter().GetResult();
            summary = hub.GetSummaryAsync(id, context.Cancellation).GetAwaiter().GetResult();
        }
        catch (HubException error) when (cached is not null && error is not RevisionNotFoundException)
        {
            context.Message(error.Message);
        }

        if (context.Json)
        {
            JsonOutput.Write(context, new { Id = id, Hub = summary, Files = files, Cache = cached });
            return;
        }

        Write(context.Output, id, summary, files, cached);
    }

    private static void Write(TextWriter output, string id, ModelSummary? summary, IReadOnlyList<RepositoryFile> files, CachedModel? cached)
    {
        List<string[]> rows = [["model", id]];
        if (summary is not null)
        {
            rows.Add(["commit", summary.Commit ?? ""]);
            rows.Add(["task", summary.Task ?? ""]);
            rows.Add(["library", summary.Library ?? ""]);
            rows.Add(["tags", string.Join(", ", summary.Tags)]);
            rows.Add(["downloads", $"{summary.Downloads:N0}"]);
            rows.Add(["changed", $"{summary.LastModified:yyyy-MM-dd}"]);
            rows.Add(["access", summary.IsPrivate ? "private" : summary.IsGated ? "gated" : "open"]);
        }

        rows.Add(["cached", cached is null ? "no" : $"{ModelText.Size(cached.SizeBytes)} in {cached.Folder}"]);
        foreach (CachedRevision revision in cached?.Revisions ?? [])
        {
            rows.Add(["", $"{revision.Commit} {string.Join(" = ", revision.References)} ({revision.Files.Count} files, {ModelText.Size(revision.SizeBytes)})"]);
        }

        ModelText.WriteColumns(output, rows.Where(row => row[1].Length > 0));
        output.WriteLine();
        ModelText.WriteColumns(output, files.Select(file => new[] { file.Path, ModelText.Size(file.SizeBytes), file.ETag }));
    }
}
