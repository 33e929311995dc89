using Akin.Pipelines;

namespace Akin.Cli;

/// <summary>Loads models for verbs: by folder or hub name, a download's progress on stderr.</summary>
internal static class ModelLoading
{
    public static SentenceTransformer SentenceTransformer(CommandContext context, string pathOrId, SentenceTransformerOptions? options = null)
    {
        using DownloadReport report = new(context);
        return Pipelines.SentenceTransformer.FromPretrained(pathOrId, options, report, context.Cancellation);
    }
}
