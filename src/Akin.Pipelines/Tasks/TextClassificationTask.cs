using System.Text.Json.Nodes;

namespace Akin.Pipelines.Tasks;

/// <summary><c>text-classification</c>.</summary>
internal sealed class TextClassificationTask : PipelineTask
{
    public override string Name => "text-classification";

    public override IReadOnlyList<string> Aliases => ["sentiment-analysis"];

    public override string Description => "Give a text, or a pair, the labels a model was fine-tuned for.";

    public override IReadOnlyList<string> Options => ["top_k", "function_to_apply", "max_length"];

    public override PairUse Pair => PairUse.Possible;

    private protected override IReadOnlyList<string> ModelSuffixes => ["ForSequenceClassification"];

    internal override Func<IEnumerable<(string Text, string? Pair)>, CancellationToken, IEnumerable<JsonNode>> Load(string folder, TaskOptions options)
    {
        int topK = options.Positive("top_k") ?? 1;
        TextClassificationPipeline pipeline = TextClassificationPipeline.FromPretrained(folder, new TextClassificationPipelineOptions
        {
            FunctionToApply = options.Choice("function_to_apply", ("softmax", ScoreActivation.Softmax), ("sigmoid", ScoreActivation.Sigmoid), ("none", ScoreActivation.Identity)),
            MaxLength = options.Positive("max_length"),
        });
        return (texts, cancellationToken) => pipeline.Classify(texts, cancellationToken).Select(result => (JsonNode)new JsonArray(
            [.. result.Scores.OrderByDescending(label => label.Score).Take(topK).Select(label => new JsonObject { ["label"] = label.Label, ["score"] = label.Score })]));
    }
}
