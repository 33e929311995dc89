using Akin.Pipelines;

namespace Akin.Cli.Embeddings;

/// <summary>Embeddings of texts that all stay in memory, one after the other, made with a progress bar.</summary>
internal static class EmbeddedTexts
{
    /// <summary>Texts embedded at a time.</summary>
    private const int WindowTexts = 1024;

    /// <summary>Embeds several lists of texts, shown as one piece of work.</summary>
    /// <returns>For each list <c>[texts, dimension]</c>.</returns>
    public static float[][] Of(CommandContext context, SentenceTransformer model, IReadOnlyList<IReadOnlyCollection<string>> lists)
    {
        using ProgressReport report = context.Progress("Embedding", "texts", lists.Sum(list => (long)list.Count));
        long done = 0;
        return [.. lists.Select(Embed)];

        float[] Embed(IReadOnlyCollection<string> texts)
        {
            float[] embeddings = new float[(long)texts.Count * model.Dimension];
            int first = 0;
            foreach (string[] window in texts.Chunk(WindowTexts))
            {
                model.Encode(window, embeddings.AsSpan(first * model.Dimension, window.Length * model.Dimension), cancellationToken: context.Cancellation);
                first += window.Length;
                report.Report(done += window.Length);
            }

            return embeddings;
        }
    }
}
