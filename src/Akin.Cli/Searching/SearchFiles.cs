using Akin.Search;
using Akin.Search.Lexical;
using Akin.Search.Storage;

namespace Akin.Cli.Searching;

/// <summary>The files that let searches begin at once: vectors, graph, words.</summary>
internal static class SearchFiles
{
    /// <summary>Brings all of them up to date, where enough has changed.</summary>
    public static void Publish(DocumentStore store, CommandContext context)
    {
        using (ProgressReport linking = context.Progress("Linking", "documents"))
        {
            using VectorIndex vectors = new(store);
            vectors.Publish(linking, context.Cancellation);
        }

        PublishWords(store, context);
    }

    /// <summary>Brings the file of words up to date, where enough has changed: next to embedding, it costs nothing.</summary>
    public static void PublishWords(DocumentStore store, CommandContext context)
    {
        using LexicalIndex words = new(store);
        words.Publish(context.Cancellation);
    }
}
