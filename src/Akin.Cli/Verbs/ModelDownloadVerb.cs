using System.CommandLine;
using Akin.Hub;

namespace Akin.Cli.Verbs;

/// <summary><c>akin model download</c>: fetches a model into the cache, or into a folder.</summary>
internal sealed class ModelDownloadVerb : Verb
{
    private readonly Argument<string> _id = ModelOptions.Id();
    private readonly Option<string> _revision = ModelOptions.Revision();
    private readonly Option<bool> _all = new("--all") { Description = "Every file of the repository, not only what Akin needs." };
    private readonly Option<bool> _noWeights = new("--no-weights") { Description = "Configuration and tokenizer only." };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "A folder to put all files of the repository into, instead of the cache." };

    public ModelDownloadVerb()
        : base(
            "download",
            "Fetch a model into the cache that Akin shares with Python and print its folder; an interrupted download is continued.",
            "akin model download sentence-transformers/all-MiniLM-L6-v2",
            "akin model download BAAI/bge-m3 --revision refs/pr/2 --no-weights",
            "akin model download klue/roberta-base --output ./klue")
    {
        Add(_id);
        Add(_revision);
        Add(_all);
        Add(_noWeights);
        Add(_output);
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string id = arguments.GetRequiredValue(_id);
        bool all = arguments.GetValue(_all), noWeights = arguments.GetValue(_noWeights);
        string? output = arguments.GetValue(_output);
        if (noWeights && (all || output is not null))
        {
            throw new CommandException("--no-weights chooses files, --all and --output take every file: give one of them.");
        }

        ModelHub hub = new(new HubOptions { Revision = arguments.GetRequiredValue(_revision), IncludeWeights = !noWeights });
        using DownloadReport report = new(context);
        string folder = Task.Run(() =>
            output is not null ? hub.DownloadToFolderAsync(id, output, progress: report, cancellationToken: context.Cancellation)
            : all ? hub.DownloadSnapshotAsync(id, progress: report, cancellationToken: context.Cancellation)
            : hub.DownloadModelAsync(id, report, context.Cancellation)).GetAwaiter().GetResult();
        if (context.Json)
        {
            JsonOutput.Write(context, new { Id = id, Folder = folder });
        }
        else
        {
            context.Output.WriteLine(folder);
        }
    }
}
