using System.Text.Json;
using Akin.Tokenizers;

namespace Akin.Pipelines.Tests;

/// <summary>Entities against those of transformers.</summary>
public sealed class TokenClassificationPipelineTests
{
    private const double ScoreTolerance = 1e-5; // the goldens' own

    private static readonly PipelineCalls Calls = new("token_classification");

    public static TheoryData<int> Answered() => Calls.Answered;

    [Theory]
    [MemberData(nameof(Answered))]
    public void Classify_OfTheGoldens_FindsTheirEntities(int call)
    {
        JsonElement settings = Calls[call].GetProperty("pipeline_options"), inputs = Calls[call].GetProperty("inputs"), result = Calls[call].GetProperty("result");
        bool isOne = inputs.ValueKind == JsonValueKind.String;
        bool isWords = Calls[call].GetProperty("options").TryGetProperty("is_split_into_words", out _); // joined by the delimiter, as the pipeline does
        string[] texts = isWords ? [string.Join(' ', inputs.EnumerateArray())] : [.. PipelineCalls.Items(inputs).Select(input => input.GetString()!)];
        TokenClassificationPipeline pipeline = TokenClassificationPipeline.FromPretrained(Calls.Checkpoint(call), new TokenClassificationPipelineOptions
        {
            AggregationStrategy = settings.TryGetProperty("aggregation_strategy", out JsonElement strategy) ? Enum.Parse<AggregationStrategy>(strategy.GetString()!, ignoreCase: true) : AggregationStrategy.None,
            IgnoreLabels = settings.TryGetProperty("ignore_labels", out JsonElement ignored) ? [.. ignored.EnumerateArray().Select(label => label.GetString()!)] : ["O"],
            Stride = settings.TryGetProperty("stride", out JsonElement stride) ? stride.GetInt32() : null,
            OffsetUnit = OffsetUnit.CodePoint,
        });
        JsonElement[][] expected = isOne ? [[.. result.EnumerateArray()]] : [.. result.EnumerateArray().Select(entities => entities.EnumerateArray().ToArray())];
        RecognizedEntity[][] actual = [.. pipeline.Classify(texts).Select(entities => entities.ToArray())];
        Assert.Equal(expected.Length, actual.Length);
        for (int text = 0; text < expected.Length; text++)
        {
            Assert.Equal(expected[text].Select(Described), actual[text].Select(entity => $"{entity.Label} {entity.Word} {entity.Start} {entity.End} {entity.Index}"));
            Assert.All(expected[text].Zip(actual[text]), pair => Assert.Equal(pair.First.GetProperty("score").GetDouble(), pair.Second.Score, ScoreTolerance));
        }

        static string Described(JsonElement entity)
        {
            string label = (entity.TryGetProperty("entity", out JsonElement single) ? single : entity.GetProperty("entity_group")).GetString()!;
            return $"{label} {entity.GetProperty("word").GetString()} {entity.GetProperty("start").GetInt32()} {entity.GetProperty("end").GetInt32()} {(entity.TryGetProperty("index", out JsonElement index) ? index.GetInt32() : null)}";
        }
    }

    [Fact]
    public void Classify_OfATextBeyondTheBasicPlane_CountsUnitsOfTheString()
    {
        const string Text = "😀 Anna 😀 Busan";
        TokenClassificationPipelineOptions options = new() { AggregationStrategy = AggregationStrategy.First, IgnoreLabels = [] };
        IReadOnlyList<RecognizedEntity> units = TokenClassificationPipeline.FromPretrained(Calls.Checkpoint(0), options).Classify(Text);
        IReadOnlyList<RecognizedEntity> points = TokenClassificationPipeline.FromPretrained(Calls.Checkpoint(0), options with { OffsetUnit = OffsetUnit.CodePoint }).Classify(Text);
        Assert.Equal(Text.Length, units[^1].End);
        Assert.Equal(Text.Length - 2, points[^1].End);
    }

    [Fact]
    public void FromPretrained_WithAStrideForSinglePieces_IsRefused() =>
        Assert.Contains("Stride", Assert.Throws<ArgumentException>(() => TokenClassificationPipeline.FromPretrained(Calls.Checkpoint(0), new() { Stride = 4 })).Message, StringComparison.OrdinalIgnoreCase);
}
