using System.CommandLine;
using Akin.Hub;

namespace Akin.Cli.Verbs;

/// <summary><c>akin model remove</c>: removes models from the cache.</summary>
internal sealed class ModelRemoveVerb : Verb
{
    private readonly Argument<string[]> _ids = new("models") { Description = "Names of models in the cache, as org/name.", Arity = ArgumentArity.OneOrMore };

    public ModelRemoveVerb()
        : base(
            "remove",
            "Remove models with all their revisions from the cache that Akin shares with Python.",
            "akin model remove sentence-transformers/all-MiniLM-L6-v2") => Add(_ids);

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        ModelCache cache = new();
        string[] ids = arguments.GetRequiredValue(_ids);
        if (ids.FirstOrDefault(id => cache.Find(id) is null) is { } unknown)
        {
            throw new CommandException($"'{unknown}' is not in the cache, so nothing was removed: 'akin model list' shows what is.");
        }

        CachedModel[] removed = [.. ids.Distinct().Select(cache.Remove)];
        if (context.Json)
        {
            JsonOutput.Write(context, removed.Select(model => new { model.Id, model.SizeBytes, model.FileCount }));
            return;
        }

        foreach (CachedModel model in removed)
        {
            context.Output.WriteLine($"Removed {model.Id}: {ModelText.Size(model.SizeBytes)} in {model.FileCount} files.");
        }
    }
}
