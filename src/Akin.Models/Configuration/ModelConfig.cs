using System.Globalization;
using System.Text.Json.Nodes;

namespace Akin.Models.Configuration;

/// <summary>What every <c>config.json</c> has: the fields of one architecture are added by its own file.</summary>
public abstract class ModelConfig
{
    /// <summary>Reads the shared fields.</summary>
    /// <param name="json">The configuration.</param>
    /// <param name="isEncoderDecoder">Whether the architecture has a part that reads and a part that writes; <see langword="null"/>: it may lack the second. Default: no.</param>
    protected ModelConfig(ConfigReader json, bool? isEncoderDecoder = false)
    {
        Json = json.Json;
        Labels = ReadLabels(json);
        ProblemType = json.Choice<ProblemType?>(
            "problem_type",
            null,
            ("regression", Configuration.ProblemType.Regression),
            ("single_label_classification", Configuration.ProblemType.SingleLabel),
            ("multi_label_classification", Configuration.ProblemType.MultiLabel));

        // Features of the reference that change what is computed and that no encoder here has.
        json.MustBe("pruned_heads", "{}");
        json.Ignore("is_encoder_decoder");
        if (isEncoderDecoder is { } isBoth)
        {
            json.MustBe("is_encoder_decoder", isBoth ? "true" : "false");
        }

        json.MustBe("add_cross_attention", "false");
        json.MustBe("tie_encoder_decoder", "false");
        json.MustBe("cross_attention_hidden_size", "null");
    }

    /// <summary>The fields exactly as they were found, for saving.</summary>
    public JsonObject Json { get; }

    /// <summary>The <c>model_type</c>.</summary>
    public string ModelType => Json["model_type"]?.GetValue<string>() ?? "";

    /// <summary>The classes of a classifier in the order of its scores. Default: <c>LABEL_0</c>, <c>LABEL_1</c>.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>What a sequence classifier's scores mean; <see langword="null"/>: decided by the number of labels and the kind of targets.</summary>
    public ProblemType? ProblemType { get; }

    /// <summary>Floats of a token vector.</summary>
    public abstract int HiddenSize { get; }

    /// <summary>The most tokens a text can have, special tokens included.</summary>
    public abstract int MaxTokenCount { get; }

    /// <summary>Standard deviation of new weights.</summary>
    public abstract double InitializerRange { get; }

    private static string[] ReadLabels(ConfigReader json)
    {
        json.Ignore("label2id"); // the inverse of id2label
        int? count = json.OptionalInteger("num_labels") ?? json.OptionalInteger("_num_labels");
        JsonNode? names = json.Value("id2label");
        if (names is null)
        {
            const int DefaultCount = 2; // as transformers
            return [.. Enumerable.Range(0, count ?? DefaultCount).Select(i => $"LABEL_{i}")];
        }

        if (names is not JsonObject byId)
        {
            throw json.Refuse("id2label", "an object of id and label");
        }

        string[] labels = new string[byId.Count];
        foreach ((string id, JsonNode? label) in byId)
        {
            if (!int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index >= labels.Length || labels[index] is not null // given twice, as "1" and "01"
                || label is not JsonValue value || !value.TryGetValue(out string? text))
            {
                throw json.Refuse("id2label", $"every id from 0 to {byId.Count - 1} once, each with a text");
            }

            labels[index] = text;
        }

        return count is null || count == labels.Length
            ? labels
            : throw json.Refuse(json.Json.ContainsKey("num_labels") ? "num_labels" : "_num_labels", $"{labels.Length}, the number of labels in id2label");
    }
}
