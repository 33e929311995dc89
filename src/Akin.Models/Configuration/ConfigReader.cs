using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Kernels;
using Akin.Models.Checkpoints.Gguf;

namespace Akin.Models.Configuration;

/// <summary>
/// Reads a <c>config.json</c> so that every field is honoured, known to be harmless, or refused by name: an architecture asks for the fields it knows,
/// and <see cref="Finish"/> refuses the rest.
/// </summary>
public sealed class ConfigReader
{
    private const string FileName = "config.json";

    /// <summary>Fields that say where a file comes from, how it is trained or how text is generated: they do not change what a model computes.</summary>
    private static readonly HashSet<string> HarmlessFields = new(StringComparer.Ordinal)
    {
        // Origin.
        "_name_or_path", "_commit_hash", "name_or_path", "architectures", "transformers_version", "model_type", "dtype", "torch_dtype", "finetuning_task",
        "task_specific_params", "tokenizer_class", "language", "sentence_transformers", "sbert_ce_default_activation_function",

        // How the reference runs a model, with equal results.
        "_attn_implementation_autoset", "attn_implementation", "chunk_size_feed_forward", "gradient_checkpointing", "output_attentions",
        "output_hidden_states", "output_past", "return_dict", "torchscript", "use_bfloat16", "use_cache", "tf_legacy_loss",

        // Special tokens: the tokenizer's business.
        "bos_token_id", "eos_token_id", "sep_token_id", "prefix",

        // Defaults of text generation.
        "bad_words_ids", "begin_suppress_tokens", "decoder_start_token_id", "diversity_penalty", "do_sample", "early_stopping",
        "encoder_no_repeat_ngram_size", "exponential_decay_length_penalty", "forced_bos_token_id", "forced_eos_token_id", "length_penalty", "max_length",
        "min_length", "no_repeat_ngram_size", "num_beam_groups", "num_beams", "num_return_sequences", "output_scores", "remove_invalid_values",
        "repetition_penalty", "return_dict_in_generate", "suppress_tokens", "temperature", "top_k", "top_p", "typical_p",
    };

    private readonly HashSet<string> _known = new(HarmlessFields, StringComparer.Ordinal);

    /// <summary>Reads a configuration that is already parsed.</summary>
    /// <param name="json">The fields; kept as they are.</param>
    /// <param name="file">The name for messages.</param>
    public ConfigReader(JsonObject json, string file = FileName)
    {
        ArgumentNullException.ThrowIfNull(json);
        Json = json;
        File = file;
    }

    /// <summary>The file, for messages.</summary>
    public string File { get; }

    /// <summary>The fields as they were found.</summary>
    public JsonObject Json { get; }

    /// <summary>Reads the configuration of a model's folder.</summary>
    /// <param name="folder">The folder that holds <c>config.json</c>, or without one a GGUF file; or such a file.</param>
    /// <exception cref="ConfigException">There is no such file, or it is not a JSON object.</exception>
    public static ConfigReader Open(string folder) => !System.IO.File.Exists(Path.Combine(folder, FileName)) && GgufConfig.FindFile(folder) is { } file
        ? GgufConfig.Read(file)
        : OpenFile(Path.Combine(folder, FileName));

    /// <summary>Reads a configuration that is called something else, such as google-research/bert's <c>bert_config.json</c>.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="ConfigException">There is no such file, or it is not a JSON object.</exception>
    public static ConfigReader OpenFile(string file)
    {
        if (!System.IO.File.Exists(file))
        {
            throw new ConfigException(
                file, null, "no file", Path.GetFileName(file) == FileName ? "a model folder holds config.json beside its weights" : "a model's configuration in JSON");
        }

        try
        {
            JsonNode? json = JsonNode.Parse(
                System.IO.File.ReadAllBytes(file),
                documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
            return json is JsonObject fields
                ? new ConfigReader(fields, file)
                : throw new ConfigException(file, null, $"JSON of kind {json?.GetValueKind().ToString() ?? "Null"}", "a JSON object");
        }
        catch (JsonException error)
        {
            throw new ConfigException(file, null, $"text that is not JSON ({error.Message})", "a JSON object", error);
        }
    }

    /// <summary>A whole number.</summary>
    /// <param name="name">The field.</param>
    /// <param name="defaultValue">Its value when the field is absent or null.</param>
    /// <param name="minimum">The smallest possible value. Default: 1.</param>
    public int Integer(string name, int defaultValue, int minimum = 1) => OptionalInteger(name, minimum) ?? defaultValue;

    /// <summary>A whole number, or <see langword="null"/> when the field is absent or null.</summary>
    /// <param name="name">The field.</param>
    /// <param name="minimum">The smallest possible value.</param>
    public int? OptionalInteger(string name, int minimum = 0) =>
        Value(name) is not { } value ? null
        : value is JsonValue number && number.GetValueKind() == JsonValueKind.Number && number.TryGetValue(out int integer) && integer >= minimum ? integer
        : throw Refuse(name, $"a whole number from {minimum} on");

    /// <summary>A number.</summary>
    /// <param name="name">The field.</param>
    /// <param name="defaultValue">Its value when the field is absent or null.</param>
    /// <param name="minimum">The smallest possible value. Default: 0.</param>
    /// <param name="maximum">The largest possible value. Default: none.</param>
    public double Number(string name, double defaultValue, double minimum = 0, double maximum = double.MaxValue) =>
        Value(name) is not { } value ? defaultValue
        : value is JsonValue number && number.GetValueKind() == JsonValueKind.Number && number.TryGetValue(out double result)
            && result >= minimum && result <= maximum ? result
        : throw Refuse(name, maximum == double.MaxValue ? $"a number from {minimum} on" : $"a number from {minimum} to {maximum}");

    /// <summary>A probability of dropout: honoured in training, where it is used.</summary>
    /// <param name="name">The field.</param>
    /// <param name="defaultValue">Its value when the field is absent or null.</param>
    public float Probability(string name, double defaultValue) => (float)Number(name, defaultValue, 0, 1);

    /// <summary>True or false.</summary>
    /// <param name="name">The field.</param>
    /// <param name="defaultValue">Its value when the field is absent or null.</param>
    public bool Flag(string name, bool defaultValue) =>
        Value(name) is not { } value ? defaultValue
        : value.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Refuse(name, "true or false"),
        };

    /// <summary>A text, or <see langword="null"/> when the field is absent or null.</summary>
    /// <param name="name">The field.</param>
    public string? Text(string name) =>
        Value(name) is not { } value ? null
        : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>()
        : throw Refuse(name, "a text");

    /// <summary>One of several texts.</summary>
    /// <typeparam name="T">What the texts stand for.</typeparam>
    /// <param name="name">The field.</param>
    /// <param name="defaultValue">Its value when the field is absent or null.</param>
    /// <param name="choices">Every supported text and what it stands for.</param>
    public T Choice<T>(string name, T defaultValue, params ReadOnlySpan<(string Text, T Value)> choices)
    {
        if (Value(name) is not { } found)
        {
            return defaultValue;
        }

        List<string> supported = [];
        foreach ((string text, T value) in choices)
        {
            if (found.GetValueKind() == JsonValueKind.String && found.GetValue<string>() == text)
            {
                return value;
            }

            supported.Add($"\"{text}\"");
        }

        throw Refuse(name, string.Join(", ", supported));
    }

    /// <summary>An activation function, under the names of transformers.</summary>
    /// <param name="name">The field.</param>
    /// <param name="defaultValue">Its value when the field is absent or null.</param>
    public Activation Activation(string name, Activation defaultValue) => Choice(
        name,
        defaultValue,
        ("gelu", Kernels.Activation.Gelu),
        ("gelu_python", Kernels.Activation.Gelu),
        ("gelu_new", Kernels.Activation.GeluTanh),
        ("gelu_fast", Kernels.Activation.GeluTanh),
        ("gelu_pytorch_tanh", Kernels.Activation.GeluTanh),
        ("quick_gelu", Kernels.Activation.QuickGelu),
        ("relu", Kernels.Activation.Relu),
        ("silu", Kernels.Activation.Silu),
        ("swish", Kernels.Activation.Silu),
        ("tanh", Kernels.Activation.Tanh),
        ("sigmoid", Kernels.Activation.Sigmoid),
        ("linear", Kernels.Activation.None));

    /// <summary>Refuses a feature that is not supported: the field must be absent, null, empty, or as given.</summary>
    /// <param name="name">The field.</param>
    /// <param name="supported">The only supported value, as JSON, such as <c>"absolute"</c> (with quotes) or <c>false</c>.</param>
    public void MustBe(string name, string supported)
    {
        if (Value(name) is { } found
            && found is not JsonObject { Count: 0 }
            && found is not JsonArray { Count: 0 }
            && !JsonNode.DeepEquals(found, JsonNode.Parse(supported)))
        {
            throw Refuse(name, supported);
        }
    }

    /// <summary>Names fields that do not change what this architecture computes.</summary>
    /// <param name="names">The fields.</param>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            _known.Add(name);
        }
    }

    /// <summary>Refuses the fields nobody asked for, because they may change what the model computes.</summary>
    /// <exception cref="ConfigException">There is a field that is not known.</exception>
    public void Finish()
    {
        foreach ((string name, JsonNode? value) in Json)
        {
            if (value is not null && !_known.Contains(name))
            {
                throw new ConfigException(
                    File, name, Shortened(value), "no such field for this model type: it may change what the model computes. Remove it if it does not");
            }
        }
    }

    /// <summary>The error for a field whose value is not supported.</summary>
    /// <param name="name">The field.</param>
    /// <param name="supported">What is supported.</param>
    public ConfigException Refuse(string name, string supported) =>
        new(File, name, Json[name] is { } value ? Shortened(value) : "nothing", supported);

    /// <summary>A field's value, or <see langword="null"/> when it is absent or null. The field counts as known from now on.</summary>
    /// <param name="name">The field.</param>
    public JsonNode? Value(string name)
    {
        _known.Add(name);
        return Json[name];
    }

    private static string Shortened(JsonNode value)
    {
        const int Longest = 100;
        string text = value.ToJsonString();
        return text.Length <= Longest ? text : string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, Longest)}… ({text.Length} characters)");
    }
}
