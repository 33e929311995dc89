using Akin.Hub;
using Akin.Kernels;
using Akin.Pipelines;
using Akin.Search;

namespace Akin.Cli;

/// <summary>Loads the model of an index.</summary>
internal static class IndexModel
{
    /// <summary>Loads the model that an index is made with, or is to be made with.</summary>
    /// <param name="context">Told of downloads.</param>
    /// <param name="given">What the user named, or null.</param>
    /// <param name="index">What the index says, or null when it is new.</param>
    /// <param name="folder">The index, for messages.</param>
    /// <exception cref="CommandException">The model that the index names is gone.</exception>
    public static SentenceTransformer Load(CommandContext context, string? given, IndexFacts? index, string folder)
    {
        string pathOrId = given ?? (index is null ? DefaultModel.Or(null) : DefaultModel.Moved(index.Model) ?? index.Model);
        if (given is null && Path.IsPathRooted(pathOrId) && !Directory.Exists(pathOrId))
        {
            throw new CommandException($"Index '{folder}' was made with the model in '{pathOrId}', which is not there any more: say with --model where it is.");
        }

        try
        {
            // What is in the cache is good enough: an index wants the weights it was made with, not the newest, and a search should not wait for the network.
            return ModelLoading.SentenceTransformer(context, pathOrId, new SentenceTransformerOptions { Hub = new HubOptions { Offline = true } });
        }
        catch (NotCachedException)
        {
            return ModelLoading.SentenceTransformer(context, pathOrId);
        }
    }

    /// <summary>How an index compares the vectors of a model.</summary>
    /// <exception cref="CommandException">An index cannot compare vectors the way that the model asks for.</exception>
    public static VectorMetric MetricOf(SentenceTransformer model) => model.SimilarityFunction switch
    {
        SimilarityFunction.Cosine => VectorMetric.Cosine,
        SimilarityFunction.Dot => VectorMetric.Dot,
        SimilarityFunction.Euclidean => VectorMetric.Euclidean,
        SimilarityFunction other => throw new CommandException(
            $"Model '{model.Name}' compares by {other} (similarity_fn_name in its config_sentence_transformers.json); an index compares by Cosine, Dot or Euclidean."),
    };
}
