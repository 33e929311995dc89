using System.CommandLine;
using Akin.Search;
using Akin.Search.Storage;

namespace Akin.Cli.Verbs;

/// <summary><c>akin index delete</c>: removes documents from an index.</summary>
internal sealed class IndexDeleteVerb : Verb
{
    private readonly Option<string> _index = IndexOptions.Index();
    private readonly Argument<string[]> _ids = new("ids") { Description = "Ids of documents.", Arity = ArgumentArity.OneOrMore };

    public IndexDeleteVerb()
        : base(
            "delete",
            "Remove documents from an index by their ids; ids that it does not hold are told, and the command ends with code 1.",
            "akin index delete --index corpus.akin 4983 5836")
    {
        Add(_index);
        Add(_ids);
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string folder = arguments.GetRequiredValue(_index);
        string[] ids = [.. arguments.GetRequiredValue(_ids).Distinct()];
        using DocumentStore store = DocumentStore.Open(folder);
        string[] missing = [.. ids.Where(id => store.Get(id) is null)];
        int deleted = store.Delete(ids);
        using VectorIndex vectors = new(store);
        vectors.Publish(context.Cancellation);
        if (context.Json)
        {
            JsonOutput.Write(context, new { Deleted = deleted, Missing = missing, Documents = store.Count });
        }
        else
        {
            context.Output.WriteLine($"Deleted {deleted:N0} documents; '{folder}' now holds {store.Count:N0}.");
        }

        if (missing.Length > 0)
        {
            throw new CommandException($"'{folder}' holds no {string.Join(", ", missing.Take(10).Select(id => $"'{id}'"))}{(missing.Length > 10 ? " …" : "")}.");
        }
    }
}
