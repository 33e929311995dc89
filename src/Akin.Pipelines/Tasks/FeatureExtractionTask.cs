using System.Text.Json.Nodes;

namespace Akin.Pipelines.Tasks;

/// <summary><c>feature-extraction</c>.</summary>
internal sealed class FeatureExtractionTask : PipelineTask
{
    public override string Name => "feature-extraction";

    public override string Description => "Give a vector for every token of a text.";

    public override IReadOnlyList<string> Options => ["max_length"];

    internal override Func<IEnumerable<(string Text, string? Pair)>, CancellationToken, IEnumerable<JsonNode>> Load(string folder, TaskOptions options)
    {
        FeatureExtractionPipeline pipeline = FeatureExtractionPipeline.FromPretrained(folder, new PipelineOptions { MaxLength = options.Positive("max_length") });
        return (texts, cancellationToken) => pipeline.Extract(texts.Select(text => text.Text), cancellationToken).Select(tokens =>
            (JsonNode)new JsonArray(new JsonArray([.. tokens.Select(token => new JsonArray([.. token.Select(number => JsonValue.Create(number))]))])));
    }
}
