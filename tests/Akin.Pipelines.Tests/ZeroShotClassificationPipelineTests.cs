using System.Text.Json;
using System.Text.Json.Nodes;

namespace Akin.Pipelines.Tests;

/// <summary>Labels of one's own against those of transformers.</summary>
public sealed class ZeroShotClassificationPipelineTests
{
    private const double ScoreTolerance = 1e-5; // the goldens' own

    private static readonly PipelineCalls Calls = new("zero_shot_classification");

    public static TheoryData<int> Answered() => Calls.Answered;

    [Theory]
    [MemberData(nameof(Answered))]
    public void Classify_OfTheGoldens_GivesTheirScores(int call)
    {
        JsonElement options = Calls[call].GetProperty("options");
        using EntailmentModel model = new(Calls.Checkpoint(call), isRelabelled: Calls[call].GetProperty("checkpoint").GetString()!.Contains("/bert/", StringComparison.Ordinal));
        ZeroShotClassificationPipelineOptions usual = new();
        ZeroShotClassificationPipeline pipeline = ZeroShotClassificationPipeline.FromPretrained(model.Folder, usual with
        {
            HypothesisTemplate = options.TryGetProperty("hypothesis_template", out JsonElement template) ? template.GetString()! : usual.HypothesisTemplate,
            MultiLabel = options.TryGetProperty("multi_label", out JsonElement multi) && multi.GetBoolean(),
        });
        JsonElement labels = options.GetProperty("candidate_labels");
        string[] names = labels.ValueKind == JsonValueKind.Array ? [.. labels.EnumerateArray().Select(label => label.GetString()!)] : labels.GetString()!.Split(',', StringSplitOptions.TrimEntries);
        ZeroShotClassification[] found = [.. pipeline.Classify(PipelineCalls.Items(Calls[call].GetProperty("inputs")).Select(text => text.GetString()!), names)];
        JsonElement[] expected = PipelineCalls.Items(Calls[call].GetProperty("result"));
        Assert.Equal(expected.Length, found.Length);
        foreach ((JsonElement text, ZeroShotClassification result) in expected.Zip(found))
        {
            Assert.Equal(text.GetProperty("sequence").GetString(), result.Sequence);
            Assert.Equal(text.GetProperty("labels").EnumerateArray().Select(label => label.GetString()), result.Scores.Select(label => label.Label));
            Assert.All(text.GetProperty("scores").EnumerateArray().Zip(result.Scores), pair => Assert.Equal(pair.First.GetDouble(), pair.Second.Score, ScoreTolerance));
        }
    }

    [Fact]
    public void Classify_OfWhatCannotBe_SaysSo()
    {
        string folder = Repository.Golden("models", "checkpoints", "bart", "sequence_classification");
        Assert.Contains("at least one", Assert.Throws<PipelineException>(() => ZeroShotClassificationPipeline.FromPretrained(folder).Classify("text", [])).Message, StringComparison.Ordinal);
        Assert.Contains(
            "has no {}", Assert.Throws<PipelineException>(() => ZeroShotClassificationPipeline.FromPretrained(folder, new() { HypothesisTemplate = "no placeholder" })).Message, StringComparison.Ordinal);
    }

    /// <summary>A golden's model, whose labels are those of entailment.</summary>
    private sealed class EntailmentModel : IDisposable
    {
        private readonly string? _copy;

        public EntailmentModel(string folder, bool isRelabelled)
        {
            Folder = folder;
            if (isRelabelled)
            {
                Folder = _copy = Directory.CreateTempSubdirectory("akin-entailment-").FullName;
                foreach (string file in Directory.EnumerateFiles(folder))
                {
                    File.Copy(file, Path.Combine(_copy, Path.GetFileName(file)));
                }

                JsonObject config = JsonNode.Parse(File.ReadAllText(Path.Combine(_copy, "config.json")))!.AsObject();
                config["id2label"] = new JsonObject { ["0"] = "Entailment", ["1"] = "neutral", ["2"] = "contradiction" };
                config.Remove("label2id");
                File.WriteAllText(Path.Combine(_copy, "config.json"), config.ToJsonString());
            }
        }

        public string Folder { get; }

        public void Dispose()
        {
            if (_copy is not null)
            {
                Directory.Delete(_copy, recursive: true);
            }
        }
    }
}
