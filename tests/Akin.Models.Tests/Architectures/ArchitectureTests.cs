using System.Text.Json.Nodes;
using Akin.Models.Checkpoints;
using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Models.Tests.Checkpoints;
using Akin.Tensors;

namespace Akin.Models.Tests.Architectures;

/// <summary>What is particular to one architecture, and how every architecture is named, saved and read from old files.</summary>
public sealed class ArchitectureTests
{
    /// <summary>Architecture and head of every golden model that is stored whole.</summary>
    public static TheoryData<string, string> WholeModels()
    {
        TheoryData<string, string> models = [];
        foreach (string folder in Directory.EnumerateDirectories(Repository.Golden("models", "checkpoints")).Order())
        {
            string architecture = Path.GetFileName(folder);
            foreach (string head in Directory.EnumerateDirectories(folder).Order().Where(head => File.Exists(Path.Combine(head, "model.safetensors"))))
            {
                models.Add(architecture, Path.GetFileName(head));
            }
        }

        return models;
    }

    public static TheoryData<string> Architectures() => [.. ArchitectureRegistry.All.Select(architecture => architecture.ModelType)];

    public static TheoryData<string> LanguageModels() =>
        [.. ArchitectureRegistry.All.Where(architecture => architecture.Heads.Contains(typeof(MaskedLanguageModel))).Select(architecture => architecture.ModelType)];

    [Theory]
    [MemberData(nameof(WholeModels))]
    public void SavePretrained_OfEveryGolden_WritesPythonsBytes(string architecture, string head)
    {
        using TemporaryFolder folder = new();
        GoldenHead golden = new(architecture, head);
        GoldenHeads.Load(golden, isTrainable: false).Model.SavePretrained(folder.Path);
        Assert.Equal(File.ReadAllBytes(Path.Combine(golden.Folder, "model.safetensors")), File.ReadAllBytes(folder.File("model.safetensors")));
        Assert.Equal(File.ReadAllText(Path.Combine(golden.Folder, "config.json")).Trim(), File.ReadAllText(folder.File("config.json")).Trim());
    }

    [Theory]
    [MemberData(nameof(LanguageModels))]
    public void FromPretrained_OfAFileWithOldNames_ReadsTheSameModel(string architecture)
    {
        using TemporaryFolder folder = new();
        string source = Repository.Golden("models", "checkpoints", architecture, "masked_lm");
        string prefix = ArchitectureRegistry.All.Single(candidate => candidate.ModelType == architecture).BackbonePrefix;
        Rewrite(source, folder.Path, (name, shape, values, writer) =>
        {
            string old = name
                .Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal)
                .Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal);
            switch (name)
            {
                // One bias had two names, and files held either. A tied decoder was stored with the embeddings.
                case "cls.predictions.bias" or "lm_head.bias" or "predictions.bias":
                    writer.Add(name[..^"bias".Length] + "decoder.bias", shape, values);
                    break;
                case var words when words == $"{prefix}embeddings.word_embeddings.weight":
                    writer.Add(name, shape, values);
                    string decoder = architecture switch
                    {
                        "bert" => "cls.predictions.decoder",
                        "distilbert" => "vocab_projector",
                        "electra" => "generator_lm_head",
                        "albert" => "predictions.decoder",
                        _ => "lm_head.decoder",
                    };
                    writer.Add($"{decoder}.weight", shape, values);
                    break;
                default:
                    writer.Add(old, shape, values);
                    break;
            }
        });
        MaskedLanguageModel expected = AutoModelForMaskedLM.FromPretrained(source);
        MaskedLanguageModel actual = AutoModelForMaskedLM.FromPretrained(folder.Path);
        Assert.Equal(Logits(expected), Logits(actual));
        Assert.Single(actual.UnusedWeights); // the copy of the tied decoder
    }

    [Theory]
    [MemberData(nameof(LanguageModels))]
    public void FromPretrained_OfAnUntiedDecoder_ReadsIt(string architecture)
    {
        JsonObject config = (JsonObject)JsonNode.Parse(File.ReadAllBytes(Repository.Golden("models", "checkpoints", architecture, "masked_lm", "config.json")))!;
        MaskedLanguageModel tied = AutoModelForMaskedLM.FromConfig(config);
        config["tie_word_embeddings"] = false;
        using TemporaryFolder folder = new();
        MaskedLanguageModel untied = AutoModelForMaskedLM.FromConfig(config);
        Assert.Equal(tied.Parameters.Count + 1, untied.Parameters.Count);
        Assert.NotEqual(Logits(tied), Logits(untied));
        untied.SavePretrained(folder.Path);
        Assert.Equal(Logits(untied), Logits(AutoModelForMaskedLM.FromPretrained(folder.Path)));
    }

    [Fact]
    public void Gpt2_WithADecoderOfItsOwn_IsReadBackEqual()
    {
        JsonObject config = (JsonObject)JsonNode.Parse(File.ReadAllBytes(Repository.Golden("models", "checkpoints", "gpt2", "causal_lm", "config.json")))!;
        CausalLanguageModel tied = AutoModelForCausalLM.FromConfig(config);
        config["tie_word_embeddings"] = false;
        using TemporaryFolder folder = new();
        CausalLanguageModel untied = AutoModelForCausalLM.FromConfig(config);
        Assert.Equal(tied.Parameters.Count + 1, untied.Parameters.Count);
        untied.SavePretrained(folder.Path);
        CausalLanguageModel read = AutoModelForCausalLM.FromPretrained(folder.Path);
        Assert.Equal(Scores(untied), Scores(read));
        Assert.NotEqual(Scores(tied), Scores(untied));

        static float[] Scores(CausalLanguageModel model) => model.Forward(new ForwardContext(), Batch(model.Backbone)).Logits.ToArray();
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void FromPretrained_OfABackboneOutOfAModelWithAHead_EqualsTheBackboneAlone(string architecture)
    {
        EncoderModel alone = AutoModel.FromPretrained(Repository.Golden("models", "checkpoints", architecture, "base"));
        EncoderModel part = AutoModel.FromPretrained(Repository.Golden(
            "models", "checkpoints", architecture, architecture is "bart" or "marian" ? "conditional_generation" : "token_classification"));
        Assert.Equal(Hidden(alone), Hidden(part));
        Assert.Null(part.Forward(new ForwardContext(), Batch(part)).PooledOutput); // neither kind of model has a pooler
    }

    [Fact]
    public void Roberta_WithOneTokenType_DoesNotReadTheTypesOfBertsTokenizer()
    {
        EncoderModel model = AutoModel.FromPretrained(Repository.Golden("models", "checkpoints", "roberta-bert-tokenizer", "base"));
        RaggedBatch pair = model.CreateBatch();
        pair.Add([0, 5, 6, 2, 7, 8, 2], [0, 0, 0, 0, 1, 1, 1]);
        RaggedBatch plain = model.CreateBatch();
        plain.Add([0, 5, 6, 2, 7, 8, 2]);
        Assert.Equal(
            model.Forward(new ForwardContext(), plain).LastHiddenState.ToArray(), model.Forward(new ForwardContext(), pair).LastHiddenState.ToArray());
    }

    [Theory]
    [InlineData("roberta")]
    [InlineData("xlm-roberta")]
    [InlineData("mpnet")]
    public void MaxTokenCount_WherePositionsBeginAfterPadding_CountsTokensOnly(string architecture)
    {
        EncoderModel model = AutoModel.FromPretrained(Repository.Golden("models", "checkpoints", architecture, "base"));
        Assert.Equal(64, model.Config.MaxTokenCount); // of 66 positions
        RaggedBatch longest = model.CreateBatch();
        longest.Add([.. Enumerable.Repeat(7, 64)]);
        Assert.Equal(64, model.Forward(new ForwardContext(), longest).LastHiddenState.RowCount);
        longest.Clear();
        longest.Add([.. Enumerable.Repeat(7, 65)]);
        InvalidBatchException error = Assert.Throws<InvalidBatchException>(() => model.Forward(new ForwardContext(), longest));
        Assert.Contains("position_embeddings", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("roberta", "max_position_embeddings", "2", "more than pad_token_id + 1")]
    [InlineData("mpnet", "max_position_embeddings", "2", "from 3 on")]
    [InlineData("mpnet", "pad_token_id", "0", "1")]
    [InlineData("mpnet", "relative_attention_num_buckets", "1000", "up to 508")]
    [InlineData("mpnet", "type_vocab_size", "2", "no such field")]
    [InlineData("distilbert", "n_heads", "5", "a divisor of dim, which is 32")]
    [InlineData("distilbert", "pad_token_id", "320", "below vocab_size")]
    [InlineData("electra", "summary_type", "\"mean\"", "\"first\"")]
    [InlineData("albert", "num_hidden_groups", "4", "at most num_hidden_layers, which is 3")]
    [InlineData("albert", "pad_token_id", "320", "below vocab_size")]
    public void FromPretrained_OfAFieldTheArchitectureCannotHonour_NamesIt(string architecture, string field, string value, string supported)
    {
        using TemporaryFolder folder = new();
        JsonObject config = (JsonObject)JsonNode.Parse(File.ReadAllBytes(Repository.Golden("models", "checkpoints", architecture, "base", "config.json")))!;
        config[field] = JsonNode.Parse(value);
        File.WriteAllText(folder.File("config.json"), config.ToJsonString());
        ConfigException error = Assert.Throws<ConfigException>(() => AutoModel.FromPretrained(folder.Path));
        Assert.Equal(field, error.Field);
        Assert.Contains(supported, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_OfAHeadTheArchitectureLacks_NamesThoseItHas()
    {
        string folder = Repository.Golden("models", "checkpoints", "mpnet", "base");
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => AutoModelForNextSentencePrediction.FromPretrained(folder));
        Assert.Contains("'mpnet' have no NextSentenceModel", error.Message, StringComparison.Ordinal);
        Assert.Contains("MultipleChoiceModel", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Loss_OfElectraWithImpossibleLabels_IsRefused()
    {
        PreTrainingModel model = AutoModelForPreTraining.FromPretrained(
            Repository.Golden("models", "checkpoints", "electra", "base"), new LoadOptions { InitializesMissing = true });
        RaggedBatch batch = model.CreateBatch();
        batch.Add([1, 2]);
        ForwardContext context = new();
        PreTrainingOutput output = model.Forward(context, batch);
        Assert.Contains("label -100", Assert.Throws<InvalidBatchException>(() => model.Loss(context, output, new[] { 1, -100 })).Message, StringComparison.Ordinal);
        Assert.Contains("1 labels", Assert.Throws<InvalidBatchException>(() => model.Loss(context, output, new int[2], new int[1])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 4, 1, "AABB")]
    [InlineData(2, 3, 1, "AAB")]
    [InlineData(3, 3, 1, "ABC")]
    [InlineData(1, 2, 2, "ABAB")]
    [InlineData(2, 4, 2, "ABABCDCD")]
    public void Albert_WithGroups_RunsTheirLayersInOrder(int groupCount, int runCount, int layersPerGroup, string order)
    {
        EncoderModel layerByLayer = AlbertOf(order, groupCount: 1, runCount: 1, layersPerGroup: order.Length);
        Assert.Equal(Hidden(layerByLayer), Hidden(AlbertOf("ABCD", groupCount, runCount, layersPerGroup)));
    }

    /// <summary>An ALBERT whose layers, as they are stored, have the weights that the letters stand for.</summary>
    private static EncoderModel AlbertOf(string letters, int groupCount, int runCount, int layersPerGroup)
    {
        const string Layer = "encoder.albert_layer_groups.0.albert_layers.0.";
        using TemporaryFolder folder = new();
        Rewrite(
            Repository.Golden("models", "checkpoints", "albert", "base"),
            folder.Path,
            (name, shape, values, writer) =>
            {
                if (!name.StartsWith(Layer, StringComparison.Ordinal))
                {
                    writer.Add(name, shape, values);
                    return;
                }

                for (int i = 0; i < groupCount * layersPerGroup; i++)
                {
                    float factor = 0.5f + (0.1f * (letters[i] - 'A'));
                    float[] scaled = [.. values.ToArray().Select(value => value * factor)];
                    writer.Add($"encoder.albert_layer_groups.{i / layersPerGroup}.albert_layers.{i % layersPerGroup}.{name[Layer.Length..]}", shape, scaled);
                }
            },
            config =>
            {
                config["num_hidden_layers"] = runCount;
                config["num_hidden_groups"] = groupCount;
                config["inner_group_num"] = layersPerGroup;
            });
        return AutoModel.FromPretrained(folder.Path);
    }

    private delegate void AddTensor(string name, int[] shape, ReadOnlyMemory<float> values, SafetensorsWriter writer);

    /// <summary>A golden model written into a folder with other names or numbers.</summary>
    private static void Rewrite(string source, string folder, AddTensor add, Action<JsonObject>? changeConfig = null)
    {
        using Checkpoint checkpoint = Checkpoint.Open(source);
        SafetensorsWriter writer = new();
        foreach (TensorInfo tensor in checkpoint.Tensors.Values)
        {
            add(tensor.Name, Array.ConvertAll(tensor.Shape, length => (int)length), checkpoint.Read(tensor.Name), writer);
        }

        writer.Save(Path.Combine(folder, "model.safetensors"));
        JsonObject json = (JsonObject)JsonNode.Parse(File.ReadAllBytes(Path.Combine(source, "config.json")))!;
        changeConfig?.Invoke(json);
        File.WriteAllText(Path.Combine(folder, "config.json"), json.ToJsonString());
    }

    private static RaggedBatch Batch(PretrainedModel model)
    {
        RaggedBatch batch = model.CreateBatch();
        batch.Add([2, 5, 9, 17, 30, 3]);
        batch.Add([2, 8, 3]);
        return batch;
    }

    private static float[] Hidden(EncoderModel model) => model.Forward(new ForwardContext(), Batch(model)).LastHiddenState.ToArray();

    private static float[] Logits(MaskedLanguageModel model) => model.Forward(new ForwardContext(), Batch(model)).Logits.ToArray();
}
