using System.Text.Json;
using System.Text.Json.Nodes;

namespace Akin.Pipelines.Tests;

/// <summary>Labels of texts against those of transformers.</summary>
public sealed class TextClassificationPipelineTests
{
    private const double ScoreTolerance = 1e-5; // the goldens' own

    private static readonly PipelineCalls Calls = new("text_classification");

    public static TheoryData<int> Answered() => Calls.Answered;

    [Theory]
    [MemberData(nameof(Answered))]
    public void Classify_OfTheGoldens_GivesTheirLabels(int call)
    {
        using TemporaryModel model = new(Calls.Checkpoint(call), withoutProblemType: Calls[call].TryGetProperty("note", out JsonElement note) && note.GetString()!.Contains("set to null"));
        JsonElement options = Calls[call].GetProperty("options"), result = Calls[call].GetProperty("result");
        TextClassificationPipeline pipeline = TextClassificationPipeline.FromPretrained(model.Folder, new TextClassificationPipelineOptions
        {
            FunctionToApply = !options.TryGetProperty("function_to_apply", out JsonElement function) ? null : function.GetString() switch
            {
                "softmax" => ScoreActivation.Softmax,
                "sigmoid" => ScoreActivation.Sigmoid,
                _ => ScoreActivation.Identity,
            },
            MaxLength = options.TryGetProperty("max_length", out JsonElement length) ? length.GetInt32() : null,
        });
        (string, string?)[] inputs = [.. PipelineCalls.Items(Calls[call].GetProperty("inputs")).Select(Input)];
        TextClassification[] found = [.. pipeline.Classify(inputs)];

        // One text gives a list of its labels, several a list of lists, or without top_k of single labels.
        int? topK = options.TryGetProperty("top_k", out JsonElement k) ? k.ValueKind == JsonValueKind.Null ? int.MaxValue : k.GetInt32() : null;
        JsonElement[][] expected =
            inputs.Length == 1 ? [PipelineCalls.Items(result) is [{ ValueKind: JsonValueKind.Array } inner] ? PipelineCalls.Items(inner) : PipelineCalls.Items(result)]
            : [.. result.EnumerateArray().Select(PipelineCalls.Items)];
        Assert.Equal(expected.Length, found.Length);
        foreach ((JsonElement[] labels, TextClassification text) in expected.Zip(found))
        {
            LabelScore[] best = [.. text.Scores.OrderByDescending(label => label.Score).Take(topK ?? 1)];
            Assert.Equal(best[0], new LabelScore(text.Label, text.Score));
            Assert.Equal(labels.Select(label => label.GetProperty("label").GetString()), best.Select(label => label.Label));
            Assert.All(labels.Zip(best), pair => Assert.Equal(pair.First.GetProperty("score").GetDouble(), pair.Second.Score, ScoreTolerance));
        }
    }

    private static (string Text, string? Pair) Input(JsonElement input) => input.ValueKind == JsonValueKind.String
        ? (input.GetString()!, null)
        : (input.GetProperty("text").GetString()!, input.GetProperty("text_pair").GetString());

    /// <summary>A golden's model, with <c>problem_type</c> taken out of its configuration or not.</summary>
    private sealed class TemporaryModel : IDisposable
    {
        private readonly string? _copy;

        public TemporaryModel(string folder, bool withoutProblemType)
        {
            Folder = folder;
            if (withoutProblemType)
            {
                Folder = _copy = Directory.CreateTempSubdirectory("akin-classifier-").FullName;
                foreach (string file in Directory.EnumerateFiles(folder))
                {
                    File.Copy(file, Path.Combine(_copy, Path.GetFileName(file)));
                }

                string config = Path.Combine(_copy, "config.json");
                JsonObject json = JsonNode.Parse(File.ReadAllText(config))!.AsObject();
                json["problem_type"] = null;
                File.WriteAllText(config, json.ToJsonString());
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
