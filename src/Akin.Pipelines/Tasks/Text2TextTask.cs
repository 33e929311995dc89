using System.Text.Json.Nodes;

namespace Akin.Pipelines.Tasks;

/// <summary><c>text2text-generation</c>, <c>summarization</c> and <c>translation</c>: one pipeline under three names.</summary>
internal sealed class Text2TextTask(string name, string description, string field) : PipelineTask
{
    public override string Name => name;

    public override string Description => description;

    public override IReadOnlyList<string> Options { get; } = ["prefix", "truncation", .. GenerationFields.Names];

    private protected override IReadOnlyList<string> ModelSuffixes => ["ForConditionalGeneration", "MTModel"];

    internal override Func<IEnumerable<(string Text, string? Pair)>, CancellationToken, IEnumerable<JsonNode>> Load(string folder, TaskOptions options)
    {
        Text2TextGenerationPipeline pipeline = Text2TextGenerationPipeline.FromPretrained(folder, new Text2TextGenerationPipelineOptions
        {
            Task = options.Task,
            Prefix = options.Text("prefix"),
            Truncates = options.Flag("truncation") ?? false,
            Fields = options.Fields(GenerationFields.Names),
        });
        return (texts, cancellationToken) => pipeline.Generate(texts.Select(text => text.Text), cancellationToken).Select(results =>
            (JsonNode)new JsonArray([.. results.Select(result => new JsonObject { [field] = result.Text })]));
    }
}
