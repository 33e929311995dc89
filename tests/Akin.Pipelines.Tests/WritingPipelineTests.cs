using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Models.Generation;

namespace Akin.Pipelines.Tests;

/// <summary>Texts that pipelines write against those of transformers.</summary>
public sealed class WritingPipelineTests
{
    private static readonly PipelineCalls Continuations = new("text_generation");

    private static readonly PipelineCalls Rewritings = new("text2text");

    public static TheoryData<int> Continued() => Continuations.Answered;

    public static TheoryData<int> Rewritten() => Rewritings.Answered;

    [Theory]
    [MemberData(nameof(Continued))]
    public void TextGeneration_OfTheGoldens_WritesTheirTexts(int call)
    {
        JsonObject options = Options(Continuations[call]);
        TextGenerationPipeline pipeline = TextGenerationPipeline.FromPretrained(Continuations.Checkpoint(call), new TextGenerationPipelineOptions
        {
            ReturnFullText = options["return_full_text"]?.GetValue<bool>() ?? true,
            Prefix = options["prefix"]?.GetValue<string>(),
            CutsLongTexts = options["handle_long_generation"] is not null,
            Fields = options,
        });
        AssertEqual(Continuations[call], texts => pipeline.Generate(texts));
    }

    [Theory]
    [MemberData(nameof(Rewritten))]
    public void Text2Text_OfTheGoldens_WritesTheirTexts(int call)
    {
        JsonObject options = Options(Rewritings[call]);
        Text2TextGenerationPipeline pipeline = Text2TextGenerationPipeline.FromPretrained(Rewritings.Checkpoint(call), new Text2TextGenerationPipelineOptions
        {
            Task = Rewritings[call].GetProperty("task").GetString()!,
            Truncates = options["truncation"]?.GetValue<bool>() ?? false,
            Prefix = Rewritings[call].TryGetProperty("note", out JsonElement note) && note.GetString() is { } text && text.Contains("pipe.prefix", StringComparison.Ordinal) ? text.Split('\'')[1] : null,
            Fields = options,
        });
        AssertEqual(Rewritings[call], texts => pipeline.Generate(texts));
    }

    [Theory]
    [InlineData("bart")]
    [InlineData("kobart")]
    public void Text2Text_OfATextThatIsTooLong_SaysSo(string architecture)
    {
        Text2TextGenerationPipeline pipeline = Text2TextGenerationPipeline.FromPretrained(Repository.Golden("models", "checkpoints", architecture, "conditional_generation"));
        Assert.Contains("the model reads 64", Assert.Throws<GenerationException>(() => pipeline.Generate(string.Concat(Enumerable.Repeat("A long way. ", 40)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StreamAsync_OfAText_GivesWholeCharactersOnly()
    {
        TextGenerationPipeline pipeline = TextGenerationPipeline.FromPretrained(
            Repository.Golden("models", "checkpoints", "gpt2", "causal_lm"), new TextGenerationPipelineOptions { Generation = config => config with { MaxNewTokens = 20, Seed = 3 }, ReturnFullText = false });
        List<string> pieces = [];
        await foreach (string piece in pipeline.StreamAsync("늙은 등대지기는"))
        {
            pieces.Add(piece);
        }

        Assert.True(pieces.Count > 1);
        Assert.All(pieces, piece => Assert.False(char.IsHighSurrogate(piece[^1])));
        Assert.Equal(pipeline.Generate("늙은 등대지기는")[0].Text, string.Concat(pieces)); // draws repeat
    }

    [Fact]
    public void TextGeneration_WithoutALength_StopsWhereThereIsNoMoreRoom()
    {
        TextGenerationPipeline pipeline = TextGenerationPipeline.FromPretrained(Repository.Golden("models", "checkpoints", "gpt2", "causal_lm"));
        Assert.True(pipeline.Generation is { DoSample: true, Temperature: 0.7, UsualNewTokens: 256 });
        Assert.InRange(pipeline.Generate("The old lighthouse")[0].Tokens.Count, 2, 65);
    }

    private static JsonObject Options(JsonElement call) => (JsonObject)JsonNode.Parse(call.GetProperty("options").GetRawText())!;

    private static void AssertEqual(JsonElement call, Func<string[], IEnumerable<IReadOnlyList<GeneratedText>>> generate)
    {
        JsonElement inputs = call.GetProperty("inputs"), result = call.GetProperty("result");
        string[] texts = [.. PipelineCalls.Items(inputs).Select(text => text.GetString()!)];
        IReadOnlyList<GeneratedText>[] found = [.. generate(texts)];

        // One text, or one result of each, gives a flat list.
        JsonElement[] expected = [.. result.EnumerateArray().SelectMany(item => PipelineCalls.Items(item))];
        GeneratedText[] written = [.. found.SelectMany(results => results)];
        Assert.Equal(expected.Length, written.Length);
        foreach ((JsonElement item, GeneratedText text) in expected.Zip(written))
        {
            JsonProperty property = item.EnumerateObject().Single();
            if (property.Value.ValueKind == JsonValueKind.Array)
            {
                Assert.Equal(property.Value.EnumerateArray().Select(token => token.GetInt32()), text.Tokens);
            }
            else
            {
                Assert.Equal(property.Value.GetString(), text.Text);
            }
        }
    }
}
