using System.Buffers;
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

        LoadOptions load = new() { IsTrainable = options.IsTrainable, Seed = options.Seed };

        // The vocabulary is read beside the weights: a large one takes as long.
        Task<Tokenizer>? reading = options.WithoutTokenizer ? null : Task.Run(() => AutoTokenizer.FromPretrained(folder));
        EncoderModel encoder = options.FromScratch ? AutoModel.FromConfig(ConfigReader.Open(folder), load) : AutoModel.FromPretrained(folder, load);
        Tokenizer? tokenizer = reading?.GetAwaiter().GetResult();
        int limit = encoder.Config.MaxTokenCount;
        int length = options.MaxSequenceLength ?? configured ?? tokenizer?.Settings.ModelMaximumLength ?? LongestSequence;
        return new TransformerModule(tokenizer, encoder, Math.Min(length, limit), lowersCase);
    }

    /// <summary>Turns a text into token ids, cut to <see cref="MaxSequenceLength"/>; allocates nothing.</summary>
    /// <param name="prompt">What is put in front of the text.</param>
    /// <param name="text">The text.</param>
    /// <param name="ids">Receives the ids, special tokens included.</param>
    /// <returns>How many they are.</returns>
    public int EncodeIds(string prompt, string text, Span<int> ids)
    {
        if (prompt.Length == 0 && !LowersCase)
        {
            return Tokenizer.EncodeIds(text.AsSpan().Trim(), ids);
        }

        int length = prompt.Length + text.Length;
        char[] buffer = ArrayPool<char>.Shared.Rent(2 * length);
        Span<char> input = buffer.AsSpan(0, length);
        prompt.CopyTo(input);
        text.CopyTo(input[prompt.Length..]);
        if (LowersCase)
        {
            Span<char> lowered = buffer.AsSpan(length, length);
            MemoryExtensions.ToLowerInvariant(input, lowered);
            input = lowered;
        }

        int count = Tokenizer.EncodeIds(((ReadOnlySpan<char>)input).Trim(), ids);
        ArrayPool<char>.Shared.Return(buffer);
        return count;
    }

    /// <summary>How many tokens in front of a text belong to the prompt: those of the prompt alone, without the special token that closes it.</summary>
    public int CountPromptTokens(string prompt)
    {
        Encoding encoding = Tokenizer.Encode(LowersCase ? prompt.ToLowerInvariant() : prompt);
        return encoding.Length - (encoding.Length > 0 && encoding.SpecialTokensMask[^1] == 1 ? 1 : 0);
    }

    /// <summary>Writes tokenizer, weights and configuration.</summary>
    public void Save(string folder, WeightPrecision precision, CancellationToken cancellationToken)
    {
        Encoder.SavePretrained(folder, precision, cancellationToken);
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
