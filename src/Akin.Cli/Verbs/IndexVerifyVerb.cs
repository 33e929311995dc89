using System.CommandLine;
using Akin.Search;
using Akin.Search.Lexical;
using Akin.Search.Storage;

namespace Akin.Cli.Verbs;

/// <summary><c>akin index verify</c>: checks everything that an index stores.</summary>
internal sealed class IndexVerifyVerb : Verb
{
    private readonly Option<string> _index = IndexOptions.Index();

    public IndexVerifyVerb()
        : base(
            "verify",
            "Read and check everything that an index stores: the database, every document and vector, and the files that are derived from it, with the graph's links and the words.",
            "akin index verify --index corpus.akin",
            "akin index verify --index corpus.akin --json") =>
        Add(_index);

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string folder = arguments.GetRequiredValue(_index);
        using DocumentStore store = DocumentStore.Open(folder);
        using VectorIndex vectors = new(store);
        VectorIndexCheck check = vectors.Verify(context.Cancellation);
        IReadOnlyList<PostingsCheck> postings = LexicalIndex.Check(store);
        string?[] damages = [check.Damage, .. postings.Select(file => file.Damage)];
        string? damage = damages.Any(finding => finding is not null) ? string.Join(' ', damages.Where(finding => finding is not null)) : null;
        if (context.Json)
        {
            JsonOutput.Write(context, new
            {
                Index = folder,
                Documents = store.Count,
                check.ScannedDocuments,
                check.GraphDocuments,
                check.UnreachableDocuments,
                WordDocuments = postings.Select(file => file.Documents).DefaultIfEmpty().Max(),
                Damage = damage,
            });
            return;
        }

        context.Output.WriteLine($"The {store.Count:N0} documents of '{folder}' are whole.");
        if (check.GraphDocuments > 0)
        {
            context.Output.WriteLine($"The graph holds {check.GraphDocuments:N0} of them; {check.UnreachableDocuments:N0} cannot be reached in it.");
        }

        if (damage is not null)
        {
            context.Message(damage);
        }
    }
}
