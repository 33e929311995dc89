using System.Text.Json;

namespace Akin.Pipelines.Tests;

/// <summary>Words for masks against those of transformers.</summary>
public sealed class FillMaskPipelineTests
{
    private const double ScoreTolerance = 1e-5; // the goldens' own

    private static readonly PipelineCalls Calls = new("fill_mask");

    public static TheoryData<int> Answered() => Calls.Answered;

    [Theory]
    [MemberData(nameof(Answered))]
    public void Fill_OfTheGoldens_FindsTheirWords(int call)
    {
        JsonElement options = Calls[call].GetProperty("options"), result = Calls[call].GetProperty("result");
        string[] texts = [.. PipelineCalls.Items(Calls[call].GetProperty("inputs")).Select(input => input.GetString()!)];
        FillMaskPipeline pipeline = FillMaskPipeline.FromPretrained(Calls.Checkpoint(call), new FillMaskPipelineOptions
        {
            TopK = options.TryGetProperty("top_k", out JsonElement count) ? count.GetInt32() : 5,
            Targets = options.TryGetProperty("targets", out JsonElement targets) ? [.. PipelineCalls.Items(targets).Select(target => target.GetString()!)] : null,
        });
        FilledMask[][] actual = [.. pipeline.Fill(texts).SelectMany(masks => masks).Select(answers => answers.ToArray())];
        JsonElement[][] expected = result[0].ValueKind == JsonValueKind.Array ? [.. result.EnumerateArray().Select(answers => answers.EnumerateArray().ToArray())] : [[.. result.EnumerateArray()]];
        Assert.Equal(expected.Length, actual.Length);
        for (int mask = 0; mask < expected.Length; mask++)
        {
            Assert.Equal(
                expected[mask].Select(answer => (answer.GetProperty("token").GetInt32(), answer.GetProperty("token_str").GetString(), answer.GetProperty("sequence").GetString())),
                actual[mask].Select(answer => (answer.Token, (string?)answer.TokenText, (string?)answer.Sequence)));
            Assert.All(expected[mask].Zip(actual[mask]), pair => Assert.Equal(pair.First.GetProperty("score").GetDouble(), pair.Second.Score, ScoreTolerance));
        }
    }

    [Fact]
    public void Fill_OfATextWithoutAMask_SaysHowToWriteOne() =>
        Assert.Contains("[MASK]", Assert.Throws<NoMaskException>(() => FillMaskPipeline.FromPretrained(Calls.Checkpoint(0)).Fill("The garden was dark.")).Message);
}
