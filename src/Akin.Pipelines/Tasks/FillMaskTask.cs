using System.Text.Json.Nodes;

namespace Akin.Pipelines.Tasks;

/// <summary><c>fill-mask</c>.</summary>
internal sealed class FillMaskTask : PipelineTask
{
    public override string Name => "fill-mask";

    public override string Description => "Find words for the masks in a text.";

    public override IReadOnlyList<string> Options => ["top_k", "targets", "max_length"];

    private protected override IReadOnlyList<string> ModelSuffixes => ["ForMaskedLM"];

    internal override Func<IEnumerable<(string Text, string? Pair)>, CancellationToken, IEnumerable<JsonNode>> Load(string folder, TaskOptions options)
    {
        FillMaskPipeline pipeline = FillMaskPipeline.FromPretrained(folder, new FillMaskPipelineOptions
        {
            TopK = options.Positive("top_k") ?? 5,
            Targets = options.List("targets"),
            MaxLength = options.Positive("max_length"),
        });
        return (texts, cancellationToken) => pipeline.Fill(texts.Select(text => text.Text), cancellationToken).Select(masks =>
        {
            JsonArray[] results = [.. masks.Select(words => new JsonArray([.. words.Select(Word)]))];
            return results.Length == 1 ? results[0] : (JsonNode)new JsonArray([.. results]);
        });

        static JsonObject Word(FilledMask word) => new() { ["score"] = word.Score, ["token"] = word.Token, ["token_str"] = word.TokenText, ["sequence"] = word.Sequence };
    }
}
