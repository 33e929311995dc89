using Akin.Hub;
using Akin.Pipelines;
using Akin.Search;
using Akin.Server.Batching;
using Akin.Server.Models;

namespace Akin.Server.Indexes;

/// <summary>The models that indexes ask for. Thread-safe.</summary>
internal sealed class IndexModels(ModelCatalog catalog, QueuedModels models, EncodeQueue queue)
{
    /// <summary>The names of the re-rankers, the one that is used where none is named first.</summary>
    public IReadOnlyList<string> Rerankers => [.. catalog.Models.OfType<ServedClassifier>().Where(model => model.Labels.Count == 1).Select(model => model.Name)];

    /// <summary>The encoder of an index: a served model with its weights, or else the model that the index names, loaded for it.</summary>
    /// <param name="name">The index.</param>
    /// <param name="facts">What the index says of itself.</param>
    /// <param name="cancellationToken">Stops loading.</param>
    /// <exception cref="ServerSettingException">There is no such model.</exception>
    public IndexEncoder EncoderOf(string name, IndexFacts facts, CancellationToken cancellationToken)
    {
        ServedEncoder model = catalog.Models.OfType<ServedEncoder>().FirstOrDefault(served => IsOf(served.Model, facts)) ?? Load(name, facts, cancellationToken);
        return new IndexEncoder(models, queue, model);
    }

    /// <summary>Scores texts by reading each beside a query.</summary>
    /// <param name="reranker">One of <see cref="Rerankers"/>.</param>
    /// <param name="query">The query.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="limits">Deadline and cancellation.</param>
    /// <returns>The raw score of each text (an activation would make the best ones equal); larger is better.</returns>
    public async Task<float[]> ScoreAsync(string reranker, string query, IReadOnlyList<string> texts, RequestLimits limits)
    {
        (float[][] scores, _) = await models.ScoreAsync(catalog.Reranker(reranker), [.. texts.Select(text => (query, (string?)text))], limits);
        return Array.ConvertAll(scores, row => row[0]);
    }

    private static bool IsOf(IEncoder model, IndexFacts facts) =>
        model.Dimension == facts.Dimension
        && (facts.ModelFingerprint is not null && model.ModelFingerprint is not null ? facts.ModelFingerprint == model.ModelFingerprint : facts.Model == model.ModelName);

    private static ServedEncoder Load(string name, IndexFacts facts, CancellationToken cancellationToken)
    {
        if (Path.IsPathRooted(facts.Model) && !Directory.Exists(facts.Model))
        {
            throw new ServerSettingException($"Index '{name}' was made with the model in '{facts.Model}', which is not there any more: say with --model where it is.");
        }

        SentenceTransformer model;
        try
        {
            // What is in the cache is good enough: an index wants the weights it was made with, not the newest.
            model = SentenceTransformer.FromPretrained(facts.Model, new SentenceTransformerOptions { Hub = new HubOptions { Offline = true } }, cancellationToken: cancellationToken);
        }
        catch (NotCachedException)
        {
            model = SentenceTransformer.FromPretrained(facts.Model, cancellationToken: cancellationToken);
        }

        ServedEncoder served = new(name, facts.Model, model);
        served.WarmUp();
        return served;
    }
}
