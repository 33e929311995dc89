using System.Text.Json.Nodes;
using Akin.Tokenizers;

namespace Akin.Pipelines.Tasks;

/// <summary><c>token-classification</c>, or <c>ner</c>.</summary>
internal sealed class TokenClassificationTask : PipelineTask
{
    public override string Name => "token-classification";

    public override IReadOnlyList<string> Aliases => ["ner"];

    public override string Description => "Find names and other entities in a text.";

    public override IReadOnlyList<string> Options => ["aggregation_strategy", "ignore_labels", "stride", "max_length"];

    private protected override IReadOnlyList<string> ModelSuffixes => ["ForTokenClassification"];

    internal override Func<IEnumerable<(string Text, string? Pair)>, CancellationToken, IEnumerable<JsonNode>> Load(string folder, TaskOptions options)
    {
        AggregationStrategy strategy = options.Choice(
            "aggregation_strategy", ("none", AggregationStrategy.None), ("simple", AggregationStrategy.Simple), ("first", AggregationStrategy.First),
            ("average", AggregationStrategy.Average), ("max", AggregationStrategy.Max)) ?? AggregationStrategy.None;
        int? stride = options.Integer("stride");
        if (stride is not null && strategy == AggregationStrategy.None)
        {
            throw new PipelineException($"{options.Task}: stride needs an aggregation_strategy other than none: pieces of overlapping windows are not merged.");
        }

        TokenClassificationPipeline pipeline = TokenClassificationPipeline.FromPretrained(folder, new TokenClassificationPipelineOptions
        {
            AggregationStrategy = strategy,
            IgnoreLabels = options.List("ignore_labels") ?? ["O"],
            Stride = stride,
            MaxLength = options.Positive("max_length"),
            OffsetUnit = OffsetUnit.CodePoint,
        });
        return (texts, cancellationToken) => pipeline.Classify(texts.Select(text => text.Text), cancellationToken).Select(entities => (JsonNode)new JsonArray([.. entities.Select(Entity)]));

        JsonObject Entity(RecognizedEntity entity)
        {
            JsonObject result = new() { [strategy == AggregationStrategy.None ? "entity" : "entity_group"] = entity.Label, ["score"] = entity.Score };
            if (entity.Index is { } index)
            {
                result["index"] = index;
            }

            (result["word"], result["start"], result["end"]) = (entity.Word, entity.Start, entity.End);
            return result;
        }
    }
}
