using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Models.Generation;

namespace Akin.Pipelines.Tests;

/// <summary>Tasks by their names: what they return is what Python's pipelines return.</summary>
public sealed class PipelineTests
{
    private const double ScoreTolerance = 1e-5; // the goldens' own

    private static string Model(string architecture, string head) => Repository.Golden("models", "checkpoints", architecture, head);

    [Theory]
    [InlineData("text_classification", 0)]
    [InlineData("token_classification", 0)]
    [InlineData("question_answering", 0)]
    [InlineData("fill_mask", 0)]
    [InlineData("zero_shot_classification", 0)]
    [InlineData("zero_shot_classification", 3)]
    [InlineData("text_generation", 0)]
    [InlineData("text_generation", 1)]
    [InlineData("text2text", 3)]
    [InlineData("text2text", 21)]
    public void Run_OfACallOfTheGoldens_ReturnsTheSameObject(string file, int call)
    {
        JsonElement golden = new PipelineCalls(file)[call];
        JsonObject options = (JsonObject)JsonNode.Parse(golden.GetProperty("options").GetRawText())!;
        foreach ((string name, JsonNode? value) in (JsonObject)JsonNode.Parse(golden.GetProperty("pipeline_options").GetRawText())!)
        {
            options[name] = value?.DeepClone();
        }

        options.Remove("clean_up_tokenization_spaces");
        JsonElement inputs = golden.GetProperty("inputs"), text = PipelineCalls.Items(inputs)[0];
        (string Text, string? Pair) input = text.ValueKind == JsonValueKind.String ? (text.GetString()!, null)
            : text.TryGetProperty("question", out JsonElement question) ? (question.GetString()!, text.GetProperty("context").GetString())
            : (text.GetProperty("text").GetString()!, text.GetProperty("text_pair").GetString());
        JsonNode found = Pipeline.Create(golden.GetProperty("task").GetString()!, new PipelineCalls(file).Checkpoint(call), options).Run(input.Text, input.Pair);
        JsonNode expected = JsonNode.Parse(golden.GetProperty("result").GetRawText())!;
        if (inputs.ValueKind == JsonValueKind.Array)
        {
            // Of several texts each has a list there, or a single object.
            (expected, found) = (expected[0]!, expected[0] is JsonArray ? found : found[0]!);
        }

        AssertEqual(expected, found);
    }

    [Fact]
    public void FeatureExtraction_OfTheGoldens_GivesTheirVectors()
    {
        JsonElement golden = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("models", "pipelines", "feature_extraction.json"))).RootElement;
        string[] texts = [.. golden.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!)];
        FeatureExtractionPipeline pipeline = FeatureExtractionPipeline.FromPretrained(Model("bert", "base"));
        using Models.Checkpoints.Checkpoint expected = Models.Checkpoints.Checkpoint.Open(Repository.Golden("models", "pipelines", "feature_extraction.safetensors"));
        float[][][] found = [.. pipeline.Extract(texts)];
        for (int text = 0; text < texts.Length; text++)
        {
            float[] truth = expected.Read(expected.Tensors.Keys.Single(name => name.EndsWith($"{text}", StringComparison.Ordinal)));
            float[] ours = [.. found[text].SelectMany(token => token)];
            Assert.Equal(truth.Length, ours.Length);
            Assert.All(truth.Zip(ours), pair => Assert.Equal(pair.First, pair.Second, 2e-5f)); // the tolerance of outputs
        }

        JsonNode json = Pipeline.Create("feature-extraction", Model("bert", "base")).Run(texts[0]);
        Assert.Equal(found[0][1][2], json[0]![1]![2]!.GetValue<float>());
    }

    [Fact]
    public void SentenceSimilarity_OfTwoSentences_IsThatOfTheirVectors()
    {
        SentenceTransformer model = SentenceTransformer.FromPretrained(Model("bert", "base"));
        float[][] vectors = model.Encode(["Where is my parcel?", "Thanks!"]);
        JsonNode found = Pipeline.Create("sentence-similarity", Model("bert", "base")).Run("Where is my parcel?", "Thanks!");
        Assert.Equal(EmbeddingSimilarity.Similarity(model.SimilarityFunction, vectors[0], vectors[1]), found.GetValue<float>(), 1e-6f);
    }

    [Fact]
    public void Create_OfWhatDoesNotFit_SaysWhatDoes()
    {
        void Refuses(string message, string task, string folder, JsonObject? options = null) =>
            Assert.Contains(message, Assert.Throws<PipelineException>(() => Pipeline.Create(task, folder, options)).Message, StringComparison.Ordinal);

        Refuses("There is no task 'nerr'. ner", "nerr", "anything");
        Refuses("text-generation", "text-generations", "anything");
        Refuses("it is for feature-extraction, sentence-similarity, text-generation.", "ner", Model("gpt2", "causal_lm"));
        Refuses("text-classification, feature-extraction, sentence-similarity, zero-shot-classification", "summarization", Model("bart", "sequence_classification"));
        Refuses("ner has no option top_k; it has aggregation_strategy", "ner", Model("bert", "token_classification"), new() { ["top_k"] = 3 });
        Refuses("aggregation_strategy is best: give none, simple", "ner", Model("bert", "token_classification"), new() { ["aggregation_strategy"] = "best" });
        Refuses("needs candidate_labels", "zero-shot-classification", Model("bart", "sequence_classification"));
        Refuses("top_k is 0", "fill-mask", Model("bert", "masked_lm"), new() { ["top_k"] = "0" });
    }

    [Fact]
    public void Run_OfWhatCannotBeRead_SaysSo()
    {
        Pipeline questions = Pipeline.Create("question-answering", Model("bert", "question_answering"));
        Assert.Contains("the second is missing", Assert.Throws<PipelineException>(() => questions.Run("Who?")).Message, StringComparison.Ordinal);
        Assert.Contains("context is empty", Assert.Throws<PipelineException>(() => questions.Run("Who?", " ")).Message, StringComparison.Ordinal);
        Assert.Contains("takes one text", Assert.Throws<PipelineException>(() => Pipeline.Create("ner", Model("bert", "token_classification")).Run("a", "b")).Message, StringComparison.Ordinal);
        Pipeline writer = Pipeline.Create("text-generation", Model("gpt2", "causal_lm"), new() { ["num_beams"] = 2, ["do_sample"] = true });
        Assert.Contains("do not go together", Assert.Throws<GenerationException>(() => writer.Run("The old")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TasksOf_AModel_AreThoseItWasTrainedFor() =>
        Assert.Equal(["feature-extraction", "sentence-similarity", "text2text-generation", "summarization", "translation"], Pipeline.TasksOf(Model("marian", "conditional_generation")));

    [Fact]
    public void Run_OverAStream_ReadsNoFurtherThanAWindow()
    {
        int read = 0;
        IEnumerable<(string, string?)> Endless()
        {
            while (true)
            {
                read++;
                yield return ("Thanks!", null);
            }
        }

        Assert.Equal(3, Pipeline.Create("sentiment-analysis", Model("bert", "sequence_classification")).Run(Endless()).Take(3).Count());
        Assert.InRange(read, 3, 1024);
    }

    private static void AssertEqual(JsonNode expected, JsonNode found)
    {
        if (expected is JsonObject fields)
        {
            Assert.Equal(fields.Select(field => field.Key).Order(), found.AsObject().Select(field => field.Key).Order());
            Assert.All(fields, field => AssertEqual(field.Value!, found[field.Key]!));
        }
        else if (expected is JsonArray items)
        {
            Assert.Equal(items.Count, found.AsArray().Count);
            Assert.All(items.Zip(found.AsArray()), pair => AssertEqual(pair.First!, pair.Second!));
        }
        else if (expected.GetValueKind() == JsonValueKind.Number)
        {
            Assert.Equal(expected.GetValue<double>(), double.Parse(found.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture), ScoreTolerance);
        }
        else
        {
            Assert.Equal(expected.ToString(), found.ToString());
        }
    }
}
