using System.Text.Json.Nodes;

namespace Akin.Pipelines.Tasks;

/// <summary><c>zero-shot-classification</c>.</summary>
internal sealed class ZeroShotClassificationTask : PipelineTask
{
    public override string Name => "zero-shot-classification";

    public override string Description => "Give a text labels of your own, with a model of entailment.";

    public override IReadOnlyList<string> Options => ["candidate_labels", "hypothesis_template", "multi_label", "max_length"];

    private protected override IReadOnlyList<string> ModelSuffixes => ["ForSequenceClassification"];

    internal override Func<IEnumerable<(string Text, string? Pair)>, CancellationToken, IEnumerable<JsonNode>> Load(string folder, TaskOptions options)
    {
        string[] labels = options.List("candidate_labels") ?? throw new PipelineException($"{options.Task} needs candidate_labels: the labels to choose from, such as sport,politics.");
        ZeroShotClassificationPipelineOptions usual = new();
        ZeroShotClassificationPipeline pipeline = ZeroShotClassificationPipeline.FromPretrained(folder, usual with
        {
            HypothesisTemplate = options.Text("hypothesis_template") ?? usual.HypothesisTemplate,
            MultiLabel = options.Flag("multi_label") ?? false,
            MaxLength = options.Positive("max_length"),
        });
        return (texts, cancellationToken) => pipeline.Classify(texts.Select(text => text.Text), labels, cancellationToken).Select(result => (JsonNode)new JsonObject
        {
            ["sequence"] = result.Sequence,
            ["labels"] = new JsonArray([.. result.Scores.Select(label => JsonValue.Create(label.Label))]),
            ["scores"] = new JsonArray([.. result.Scores.Select(label => JsonValue.Create(label.Score))]),
        });
    }
}
