using Akin.Hub;
using Akin.Kernels;
using Akin.Pipelines;
using Akin.Search;
using Akin.Search.Storage;

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

    /// <summary>Opens an index with its model, or creates it.</summary>
    /// <param name="context">Told of downloads.</param>
    /// <param name="folder">The index.</param>
    /// <param name="model">What the user named, or null.</param>
    /// <param name="otherwise">What a new index is made with where nothing is named; null for the model that comes with akin.</param>
    public static SemanticIndex OpenOrCreate(CommandContext context, string folder, string? model, IndexFacts? otherwise = null)
    {
        IndexFacts? facts = null;
        if (DocumentStore.Exists(folder))
        {
            try
            {
                using DocumentStore store = DocumentStore.Open(folder);
                facts = store.Facts;
            }
            catch (IndexNotFoundException) when (model is not null || otherwise is not null)
            {
                // A process that was killed as it made the index left an empty database: it is made now.
            }
        }

        SentenceTransformer encoder = Load(context, model, facts ?? otherwise, folder);
        return SemanticIndex.OpenOrCreate(folder, encoder, facts?.Metric ?? MetricOf(encoder));
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
