using System.Text.Json.Nodes;
using Akin.Models.Checkpoints;
using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Models.Tests.Checkpoints;
using Akin.Tensors;

namespace Akin.Models.Tests;

/// <summary>From a folder to a model and back, and what is said when the two do not fit.</summary>
public sealed class LoadingTests
{
    /// <summary>From the golden's README: logits are up to 15, PyTorch's own float32 is 3e-6 off.</summary>
    private const double FormatTolerance = 1e-5;

    [Theory]
    [InlineData("safetensors", "fp32")]
    [InlineData("safetensors-sharded", "fp32")]
    [InlineData("safetensors-no-metadata", "fp32")]
    [InlineData("safetensors-gamma-beta", "fp32")]
    [InlineData("safetensors-fp16", "fp16")]
    [InlineData("safetensors-bf16", "bf16")]
    public void FromPretrained_OfEveryLayout_GivesTheReferenceOutputs(string folder, string precision)
    {
        using Checkpoint reference = Checkpoint.Open(Repository.Golden("models", "formats", "reference.safetensors"));
        PreTrainingModel model = AutoModelForPreTraining.FromPretrained(Repository.Golden("models", "formats", folder));
        RaggedBatch batch = ReferenceBatch(reference);
        PreTrainingOutput output = model.Forward(new ForwardContext(), batch);
        AssertTokensEqual(reference, batch, $"{precision}/last_hidden_state", output.Encoder.LastHiddenState);
        AssertTokensEqual(reference, batch, $"{precision}/prediction_logits", output.PredictionLogits);
        float[] relationship = reference.Read($"{precision}/seq_relationship_logits");
        Assert.All(output.SequenceLogits!.ToArray().Zip(relationship), pair => Assert.Equal(pair.Second, pair.First, FormatTolerance));
        Assert.Empty(model.UnusedWeights);
        Assert.Empty(model.InitializedWeights);
    }

    [Fact]
    public void FromPretrained_OfABackboneWithoutPrefix_GivesTheReferenceOutputs()
    {
        using Checkpoint reference = Checkpoint.Open(Repository.Golden("models", "formats", "reference.safetensors"));
        EncoderModel model = AutoModel.FromPretrained(Repository.Golden("models", "formats", "safetensors-no-prefix"));
        RaggedBatch batch = ReferenceBatch(reference);
        AssertTokensEqual(reference, batch, "fp32/last_hidden_state", model.Forward(new ForwardContext(), batch).LastHiddenState);
    }

    [Fact]
    public void FromCheckpoint_OfGooglesFiles_GivesTheModelThatTransformersMadeOfThem()
    {
        string folder = Repository.Golden("models", "tf", "published");
        ConfigReader config = ConfigReader.OpenFile(Path.Combine(folder, "bert_config.json"));
        config.Json["model_type"] = "bert"; // google's files do not say
        PreTrainingModel model = AutoModelForPreTraining.FromCheckpoint(config, Path.Combine(folder, "bert_model.ckpt"));
        PreTrainingModel expected = AutoModelForPreTraining.FromPretrained(Repository.Golden("models", "tf", "hf", "pre_training"));
        Assert.Empty(model.InitializedWeights);
        Assert.Equal(expected.Parameters.Select(parameter => parameter.Name), model.Parameters.Select(parameter => parameter.Name));
        Assert.All(expected.Parameters.Zip(model.Parameters), pair => Assert.Equal(Values(pair.First), Values(pair.Second)));

        static float[] Values(Parameter parameter)
        {
            float[] values = new float[parameter.Shape.ToArray().Aggregate(1, (product, length) => product * length)];
            parameter.CopyTo(values);
            return values;
        }
    }

    [Fact]
    public void OpenFile_OfAMissingConfiguration_NamesIt() =>
        Assert.Contains("bert_config.json: found no file", Assert.Throws<ConfigException>(() => ConfigReader.OpenFile("bert_config.json")).Message);

    [Fact]
    public void FromPretrained_OfACheckpointWithOtherHeads_ReportsWhatItLeaves()
    {
        EncoderModel model = AutoModel.FromPretrained(Repository.Golden("models", "formats", "safetensors"));
        Assert.Contains("cls.predictions.bias", model.UnusedWeights);
        Assert.DoesNotContain(model.UnusedWeights, name => name.StartsWith("bert.", StringComparison.Ordinal));
    }

    [Fact]
    public void FromPretrained_WithoutPoolerWeights_HasNoPooledOutput()
    {
        EncoderModel model = AutoModel.FromPretrained(Repository.Golden("models", "checkpoints", "bert", "masked_lm"));
        RaggedBatch batch = model.CreateBatch();
        batch.Add([1, 2]);
        Assert.Null(model.Forward(new ForwardContext(), batch).PooledOutput);
    }

    [Fact]
    public void FromPretrained_WithoutHeadWeights_NamesTheTensorAndTheRemedy()
    {
        string folder = Repository.Golden("models", "checkpoints", "bert", "base");
        CheckpointException error = Assert.Throws<CheckpointException>(() => AutoModelForTokenClassification.FromPretrained(folder));
        Assert.Equal("classifier.weight", error.Tensor);
        Assert.Contains("InitializesMissing", error.Message, StringComparison.Ordinal);

        LoadOptions options = new() { InitializesMissing = true, Seed = 4 };
        TokenClassificationModel model = AutoModelForTokenClassification.FromPretrained(folder, options);
        Assert.Equal(["classifier.weight", "classifier.bias"], model.InitializedWeights);
        float[] first = Values(model, "classifier.weight");
        Assert.Equal(first, Values(AutoModelForTokenClassification.FromPretrained(folder, options), "classifier.weight"));
        Assert.NotEqual(first, Values(AutoModelForTokenClassification.FromPretrained(folder, options with { Seed = 5 }), "classifier.weight"));
        Assert.InRange(first.Average(value => (double)value * value), 0.01, 0.1); // the configuration's initializer_range is 0.2
    }

    [Fact]
    public void FromPretrained_WithAnUnexpectedTensor_NamesItUnlessTold()
    {
        using TemporaryFolder folder = new();
        Modify(folder.Path, "masked_lm", writer => writer.Add("bert.encoder.layer.2.output.dense.bias", [2], new float[2]));
        CheckpointException error = Assert.Throws<CheckpointException>(() => AutoModelForMaskedLM.FromPretrained(folder.Path));
        Assert.Equal("bert.encoder.layer.2.output.dense.bias", error.Tensor);
        Assert.Equal(
            ["bert.encoder.layer.2.output.dense.bias"],
            AutoModelForMaskedLM.FromPretrained(folder.Path, new LoadOptions { IgnoresUnexpected = true }).UnusedWeights);
    }

    [Theory]
    [InlineData("vocab_size", 999, "bert.embeddings.word_embeddings.weight", "[999, 32]")]
    [InlineData("intermediate_size", 64, "bert.encoder.layer.0.intermediate.dense.weight", "[64, 32]")]
    [InlineData("max_position_embeddings", 2_000_000_000, "bert.embeddings.position_embeddings.weight", "[2000000000, 32]")]
    [InlineData("num_hidden_layers", 3, "bert.encoder.layer.2.attention.self.query.weight", "[32, 32]")]
    public void FromPretrained_OfWeightsThatDoNotFit_NamesTensorAndShapes(string field, int value, string tensor, string shape)
    {
        using TemporaryFolder folder = new();
        Modify(folder.Path, "masked_lm", _ => { }, json => json[field] = value);
        CheckpointException error = Assert.Throws<CheckpointException>(() => AutoModelForMaskedLM.FromPretrained(folder.Path));
        Assert.Equal(tensor, error.Tensor);
        Assert.Contains(shape, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model_type", "\"gemma\"", "\"bert\", \"distilbert\", \"roberta\", \"xlm-roberta\", \"electra\", \"mpnet\", \"albert\", \"gpt2\"")]
    [InlineData("position_embedding_type", "\"relative_key\"", "\"absolute\"")]
    [InlineData("hidden_act", "\"mish\"", "\"gelu_new\"")]
    [InlineData("hidden_act", "7", "\"gelu_new\"")]
    [InlineData("num_attention_heads", "5", "divisor of hidden_size")]
    [InlineData("num_attention_heads", "0", "from 1 on")]
    [InlineData("hidden_size", "\"32\"", "whole number")]
    [InlineData("hidden_size", "32.5", "whole number")]
    [InlineData("hidden_size", "99999999999", "whole number")]
    [InlineData("layer_norm_eps", "-1", "from 0 on")]
    [InlineData("hidden_dropout_prob", "1.5", "0 to 1")]
    [InlineData("tie_word_embeddings", "1", "true or false")]
    [InlineData("pruned_heads", "{\"0\": [1]}", "{}")]
    [InlineData("is_encoder_decoder", "true", "false")]
    [InlineData("pad_token_id", "1000", "below vocab_size")]
    [InlineData("id2label", "{\"0\": \"a\", \"2\": \"b\"}", "every id from 0 to 1")]
    [InlineData("problem_type", "\"ranking\"", "multi_label_classification")]
    [InlineData("quantization_config", "{\"bits\": 4}", "no such field")]
    [InlineData("embedding_normalizer", "true", "no such field")]
    public void FromPretrained_OfAFieldItCannotHonour_NamesFileFieldAndWhatIsSupported(string field, string value, string supported)
    {
        using TemporaryFolder folder = new();
        Modify(folder.Path, "masked_lm", _ => { }, json => json[field] = JsonNode.Parse(value));
        ConfigException error = Assert.Throws<ConfigException>(() => AutoModelForMaskedLM.FromPretrained(folder.Path));
        Assert.Equal(field, error.Field);
        Assert.Equal(Path.Combine(folder.Path, "config.json"), error.File);
        Assert.Contains(supported, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("{", "not JSON")]
    [InlineData("[]", "Array")]
    [InlineData("null", "Null")]
    [InlineData("{\"model_type\": \"bert\", \"model_type\": \"bert\"}", "not JSON")]
    [InlineData("{}", "found nothing")]
    public void FromPretrained_OfAConfigThatIsNone_NamesTheFile(string text, string found)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(Path.Combine(folder.Path, "config.json"), text);
        ConfigException error = Assert.Throws<ConfigException>(() => AutoModel.FromPretrained(folder.Path));
        Assert.StartsWith(Path.Combine(folder.Path, "config.json"), error.Message, StringComparison.Ordinal);
        Assert.Contains(found, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromPretrained_OfAFolderWithoutConfig_SaysWhatIsMissing()
    {
        using TemporaryFolder folder = new();
        Assert.Contains("no file", Assert.Throws<ConfigException>(() => AutoModel.FromPretrained(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("masked_lm", false)]
    [InlineData("masked_lm", true)]
    [InlineData("pre_training", false)]
    public void SavePretrained_OfALoadedModel_WritesTheSameBytes(string head, bool isTrainable)
    {
        string source = Repository.Golden("models", "checkpoints", "bert", head);
        using TemporaryFolder folder = new();
        LoadOptions options = new() { IsTrainable = isTrainable };
        PretrainedModel model = head == "masked_lm" ? AutoModelForMaskedLM.FromPretrained(source, options) : AutoModelForPreTraining.FromPretrained(source, options);
        model.SavePretrained(folder.Path);
        Assert.Equal(File.ReadAllBytes(Path.Combine(source, "model.safetensors")), File.ReadAllBytes(Path.Combine(folder.Path, "model.safetensors")));
        Assert.Equal(File.ReadAllText(Path.Combine(source, "config.json")).Trim(), File.ReadAllText(Path.Combine(folder.Path, "config.json")).Trim());
    }

    [Fact]
    public void SavePretrained_OfABackbone_WritesItWithoutPrefix()
    {
        string source = Repository.Golden("models", "checkpoints", "bert", "base");
        using TemporaryFolder folder = new();
        AutoModel.FromPretrained(source).SavePretrained(folder.Path);
        Assert.Equal(File.ReadAllBytes(Path.Combine(source, "model.safetensors")), File.ReadAllBytes(Path.Combine(folder.Path, "model.safetensors")));
    }

    [Fact]
    public void FromPretrained_WithLabels_MakesAHeadForThemAndSavesTheirNames()
    {
        using TemporaryFolder folder = new();
        LoadOptions options = new() { IsTrainable = true, InitializesMissing = true, Labels = ["질문", "대답", "기타"], ProblemType = ProblemType.MultiLabel };
        SequenceClassificationModel model = AutoModelForSequenceClassification.FromPretrained(Repository.Golden("models", "checkpoints", "bert", "base"), options);
        model.SavePretrained(folder.Path);
        SequenceClassificationModel saved = AutoModelForSequenceClassification.FromPretrained(folder.Path, new LoadOptions { IsTrainable = true });
        Assert.Equal(["질문", "대답", "기타"], saved.Config.Labels);
        Assert.Equal(ProblemType.MultiLabel, saved.Config.ProblemType);
        Parameter head = saved.Parameters.Single(parameter => parameter.Name == "classifier.weight");
        Assert.Equal(3, head.Shape[0]);

        float[] trained = head.Value.ToArray();
        head.Value.Span.Fill(7);
        saved.LoadWeights(folder.Path);
        Assert.Equal(trained, head.Value.ToArray());
    }

    [Fact]
    public void SavePretrained_AfterTraining_WritesTheNewWeights()
    {
        using TemporaryFolder folder = new();
        string source = Repository.Golden("models", "checkpoints", "bert", "masked_lm");
        MaskedLanguageModel model = AutoModelForMaskedLM.FromPretrained(source, new LoadOptions { IsTrainable = true });
        RaggedBatch batch = model.CreateBatch();
        batch.Add([1, 2, 3, 4]);
        int[] labels = [-100, 20, 30, -100];
        ForwardContext context = new(tape: new Tape());
        float Step()
        {
            using ForwardScope scope = context.Scope();
            Tensor loss = model.Loss(context, model.Forward(context, batch), labels);
            float value = loss.Span[0];
            context.Backward(loss);
            foreach (Parameter parameter in model.Parameters)
            {
                Span<float> weight = parameter.Value.Span;
                ReadOnlySpan<float> gradient = parameter.Gradient!.Span;
                for (int i = 0; i < weight.Length; i++)
                {
                    weight[i] -= 0.05f * gradient[i];
                }

                parameter.MarkChanged();
            }

            // After all of them were read: parts of a fused layer share one gradient.
            foreach (Parameter parameter in model.Parameters)
            {
                parameter.ClearGradient();
            }

            return value;
        }

        float first = Step();
        for (int i = 0; i < 20; i++)
        {
            Step();
        }

        float last = Step();
        Assert.True(last < first / 2, $"The loss went from {first} to {last}.");
        Assert.Equal(0, context.Arena.LiveCount);

        model.SavePretrained(folder.Path);
        MaskedLanguageModel reloaded = AutoModelForMaskedLM.FromPretrained(folder.Path);
        Assert.Equal(
            model.Forward(new ForwardContext(), batch).Logits.ToArray(),
            reloaded.Forward(new ForwardContext(), batch).Logits.ToArray());
    }

    [Fact]
    public void Forward_OfATextThatIsTooLong_SaysSo()
    {
        EncoderModel model = AutoModel.FromPretrained(Repository.Golden("models", "checkpoints", "bert", "base"));
        RaggedBatch batch = model.CreateBatch();
        batch.Add([.. Enumerable.Repeat(5, 65)]);
        InvalidBatchException error = Assert.Throws<InvalidBatchException>(() => model.Forward(new ForwardContext(), batch));
        Assert.Contains("row 64 of 'bert.embeddings.position_embeddings.weight', which has rows 0 to 63", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Forward_OfABatchNumberedForAnotherModel_IsRefused()
    {
        EncoderModel model = AutoModel.FromPretrained(Repository.Golden("models", "checkpoints", "bert", "base"));
        RaggedBatch batch = new(PositionNumbering.AfterPadding(1));
        batch.Add([1, 2]);
        Assert.Contains("AfterPadding(1)", Assert.Throws<InvalidBatchException>(() => model.Forward(new ForwardContext(), batch)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Loss_OfTargetsThatDoNotFitTheProblem_IsRefused()
    {
        SequenceClassificationModel model = AutoModelForSequenceClassification.FromPretrained(
            Repository.Golden("models", "checkpoints", "bert", "base"), new LoadOptions { InitializesMissing = true });
        RaggedBatch batch = model.CreateBatch();
        batch.Add([1, 2]);
        ForwardContext context = new();
        LogitsOutput output = model.Forward(context, batch); // two labels
        Assert.Contains("3 labels", Assert.Throws<InvalidBatchException>(() => model.Loss(context, output, new int[3])).Message, StringComparison.Ordinal);
        Assert.Contains("1 targets", Assert.Throws<InvalidBatchException>(() => model.Loss(context, output, new float[1])).Message, StringComparison.Ordinal);

        SequenceClassificationModel regression = AutoModelForSequenceClassification.FromPretrained(
            Repository.Golden("models", "checkpoints", "bert", "sequence_regression"), new LoadOptions { InitializesMissing = true });
        Assert.Contains("Regression", Assert.Throws<InvalidBatchException>(() => regression.Loss(context, output, new int[1])).Message, StringComparison.Ordinal);
    }

    [SharedFact("models/all-MiniLM-L6-v2")]
    public void FromPretrained_OfAPublishedCheckpoint_LoadsIt()
    {
        EncoderModel model = AutoModel.FromPretrained(Repository.Shared("models", "all-MiniLM-L6-v2"));
        Assert.Equal(384, model.Config.HiddenSize);
        Assert.Equal(22_713_216, model.Parameters.Sum(parameter => parameter.Shape.ElementCount));
    }

    private static float[] Values(PretrainedModel model, string name)
    {
        Parameter parameter = model.Parameters.Single(candidate => candidate.Name == name);
        float[] values = new float[parameter.Shape.ElementCount];
        parameter.CopyTo(values);
        return values;
    }

    private static RaggedBatch ReferenceBatch(Checkpoint reference)
    {
        int[] Input(string name) => reference.Tensors.ContainsKey($"in/{name}") ? [.. reference.Read($"in/{name}").Select(value => (int)value)] : [];
        return RaggedBatch.FromPadded(
            Input("input_ids"), (int)reference.Tensors["in/input_ids"].Shape[1], Input("attention_mask"), Input("token_type_ids"));
    }

    private static void AssertTokensEqual(Checkpoint reference, RaggedBatch batch, string name, Tensor tokens)
    {
        float[] truth = reference.Read(name);
        int length = (int)reference.Tensors[name].Shape[1];
        float[] padded = new float[truth.Length];
        batch.ToPadded(tokens, length, padded);
        for (int sequence = 0; sequence < batch.SequenceCount; sequence++)
        {
            for (int token = batch.Offsets.Span[sequence]; token < batch.Offsets.Span[sequence + 1]; token++)
            {
                int start = ((sequence * length) + batch.Columns.Span[token]) * tokens.ColumnCount;
                for (int i = start; i < start + tokens.ColumnCount; i++)
                {
                    Assert.Equal(truth[i], padded[i], FormatTolerance);
                }
            }
        }
    }

    /// <summary>A golden model written into a folder with a change.</summary>
    private static void Modify(string folder, string head, Action<SafetensorsWriter> addWeights, Action<JsonObject>? changeConfig = null)
    {
        string source = Repository.Golden("models", "checkpoints", "bert", head);
        using Checkpoint checkpoint = Checkpoint.Open(source);
        SafetensorsWriter writer = new();
        foreach (TensorInfo tensor in checkpoint.Tensors.Values)
        {
            writer.Add(tensor.Name, Array.ConvertAll(tensor.Shape, length => (int)length), checkpoint.Read(tensor.Name));
        }

        addWeights(writer);
        writer.Save(Path.Combine(folder, "model.safetensors"));
        JsonObject json = (JsonObject)JsonNode.Parse(File.ReadAllBytes(Path.Combine(source, "config.json")))!;
        changeConfig?.Invoke(json);
        File.WriteAllText(Path.Combine(folder, "config.json"), json.ToJsonString());
    }
}
