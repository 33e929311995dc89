using System.CommandLine;
using Akin.Search;
using Akin.Search.Storage;

namespace Akin.Cli.Verbs;

/// <summary><c>akin index compact</c>: makes an index as small as it can be.</summary>
internal sealed class IndexCompactVerb : Verb
{
    private readonly Option<string> _index = IndexOptions.Index();

    public IndexCompactVerb()
        : base(
            "compact",
            "Give the room of deleted and replaced documents back, and write the files of vectors, graph and words anew. Searches go on meanwhile.",
            "akin index compact --index corpus.akin")
    {
        Add(_index);
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string folder = arguments.GetRequiredValue(_index);
        using DocumentStore store = DocumentStore.Open(folder);
        long before, after;
        using (ProgressReport linking = context.Progress("Linking", "documents"))
        {
            (before, after) = IndexCompaction.Run(store, linking, pool: null, context.Cancellation);
        }

        if (context.Json)
        {
            JsonOutput.Write(context, new { Index = folder, Documents = store.Count, BytesBefore = before, BytesAfter = after });
        }
        else
        {
            context.Output.WriteLine($"'{folder}' took {ModelText.Size(before)} and takes {ModelText.Size(after)}.");
        }
    }
}
