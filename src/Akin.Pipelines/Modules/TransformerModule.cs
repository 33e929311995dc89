using System.Text.Json.Nodes;
using Akin.Models;
using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Tokenizers;

namespace Akin.Pipelines.Modules;

/// <summary>The first module: a tokenizer and the encoder that turns its ids into token vectors.</summary>
internal sealed class TransformerModule
{
    public const string ClassName = "Transformer";

    /// <summary>The names its configuration had over time (RoBERTa and others had their own in sentence-transformers 0).</summary>
    private static readonly string[] ConfigNames =
    [
        "sentence_bert_config.json", "sentence_roberta_config.json", "sentence_distilbert_config.json",
        "sentence_camembert_config.json", "sentence_albert_config.json", "sentence_xlm-roberta_config.json", "sentence_xlnet_config.json",
    ];

    /// <summary>Used where neither the folder nor the model sets a limit.</summary>
    private const int LongestSequence = 512;

    private readonly Tokenizer? _tokenizer;

    private TransformerModule(Tokenizer? tokenizer, EncoderModel encoder, int maxSequenceLength, bool lowersCase)
    {
        _tokenizer = tokenizer;
        Encoder = encoder;
        MaxSequenceLength = maxSequenceLength;
        LowersCase = lowersCase;
    }

    public Tokenizer Tokenizer => _tokenizer ?? throw new InvalidOperationException(
        $"The model was loaded with {nameof(SentenceTransformerOptions)}.{nameof(SentenceTransformerOptions.WithoutTokenizer)}: it takes token ids only.");

    public EncoderModel Encoder { get; }

    /// <summary>The most tokens read of a text, special tokens included.</summary>
    public int MaxSequenceLength { get; }

    /// <summary>Whether texts are lowered before the tokenizer sees them.</summary>
    public bool LowersCase { get; }

    public static TransformerModule Load(string folder, SentenceTransformerOptions options)
    {
        string file = ConfigNames.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists) ?? Path.Combine(folder, ConfigNames[0]);
        ConfigReader config = ModuleConfig.ReadIfPresent(file);
        int? configured = config.OptionalInteger("max_seq_length", minimum: 1);
        bool lowersCase = config.Flag("do_lower_case", false);
        config.MustBe("transformer_task", "\"feature-extraction\"");
        config.MustBe("module_output_name", "\"token_embeddings\"");
        config.MustBe("processing_kwargs", "{}");
        RequireText(config);

        // How the reference runs a model, with equal results.
        config.Ignore("unpad_inputs", "model_args", "tokenizer_args", "config_args", "cache_dir", "backend");
        config.Finish();

        EncoderModel encoder = AutoModel.FromPretrained(folder);
        Tokenizer? tokenizer = options.WithoutTokenizer ? null : AutoTokenizer.FromPretrained(folder);
        int limit = encoder.Config.MaxTokenCount;
        int length = options.MaxSequenceLength ?? configured ?? tokenizer?.Settings.ModelMaximumLength ?? LongestSequence;
        return new TransformerModule(tokenizer, encoder, Math.Min(length, limit), lowersCase);
    }

    /// <summary>Writes tokenizer, weights and configuration.</summary>
    public void Save(string folder, CancellationToken cancellationToken)
    {
        Encoder.SavePretrained(folder, cancellationToken);
        Tokenizer.SavePretrained(folder);
        ModuleConfig.Write(
            Path.Combine(folder, ConfigNames[0]),
            new JsonObject { ["max_seq_length"] = MaxSequenceLength, ["do_lower_case"] = LowersCase });
    }

    private static void RequireText(ConfigReader config)
    {
        if (config.Value("modality_config") is { } modalities
            && (modalities["text"]?["method"]?.ToString(), modalities["text"]?["method_output_name"]?.ToString()) is not ("forward", "last_hidden_state"))
        {
            throw config.Refuse("modality_config", "a \"text\" whose method is \"forward\" with the output \"last_hidden_state\"");
        }
    }
}
