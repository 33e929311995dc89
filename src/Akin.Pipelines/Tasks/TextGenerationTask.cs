using System.Text.Json.Nodes;

namespace Akin.Pipelines.Tasks;

/// <summary><c>text-generation</c>.</summary>
internal sealed class TextGenerationTask : PipelineTask
{
    public override string Name => "text-generation";

    public override string Description => "Go on with a text.";

    public override IReadOnlyList<string> Options { get; } = ["return_full_text", "prefix", .. GenerationFields.Names];

    private protected override IReadOnlyList<string> ModelSuffixes => ["ForCausalLM", "LMHeadModel"];

    internal override Func<IEnumerable<(string Text, string? Pair)>, CancellationToken, IEnumerable<JsonNode>> Load(string folder, TaskOptions options)
    {
        TextGenerationPipeline pipeline = TextGenerationPipeline.FromPretrained(folder, new TextGenerationPipelineOptions
        {
            ReturnFullText = options.Flag("return_full_text") ?? true,
            Prefix = options.Text("prefix"),
            Fields = options.Fields(GenerationFields.Names),
        });
        return (texts, cancellationToken) => pipeline.Generate(texts.Select(text => text.Text), cancellationToken).Select(results =>
            (JsonNode)new JsonArray([.. results.Select(result => new JsonObject { ["generated_text"] = result.Text })]));
    }
}
