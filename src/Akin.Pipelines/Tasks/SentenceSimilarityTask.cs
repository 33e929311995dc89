using System.Text.Json.Nodes;

namespace Akin.Pipelines.Tasks;

/// <summary><c>sentence-similarity</c>: that of two sentences' vectors, as the model measures it.</summary>
internal sealed class SentenceSimilarityTask : PipelineTask
{
    private const int Window = 256;

    public override string Name => "sentence-similarity";

    public override string Description => "Say how near two sentences are in meaning.";

    public override IReadOnlyList<string> Options => [];

    public override PairUse Pair => PairUse.Needed;

    internal override string PairMeaning => "the sentences that are compared";

    internal override Func<IEnumerable<(string Text, string? Pair)>, CancellationToken, IEnumerable<JsonNode>> Load(string folder, TaskOptions options)
    {
        SentenceTransformer model = SentenceTransformer.FromPretrained(folder);
        return (texts, cancellationToken) => texts.Chunk(Window).SelectMany(pairs =>
        {
            float[][] first = model.Encode([.. pairs.Select(pair => pair.Text)], cancellationToken: cancellationToken);
            float[][] second = model.Encode([.. pairs.Select(pair => pair.Pair!)], cancellationToken: cancellationToken);
            return first.Zip(second, (left, right) => (JsonNode)JsonValue.Create(EmbeddingSimilarity.Similarity(model.SimilarityFunction, left, right)));
        });
    }
}
