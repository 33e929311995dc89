using System.Text.Json.Nodes;
using Akin.Models.Configuration;

namespace Akin.Models.Generation;

/// <summary>How a model writes. Names and defaults are those of transformers' <c>GenerationConfig</c>.</summary>
/// <remarks>Lengths count the tokens of a text itself: there is no padding to count. Immutable.</remarks>
public sealed record GenerationConfig
{
    /// <summary>The most tokens, prompt or decoder start included. Default: none.</summary>
    public int? MaxLength { get; init; }

    /// <summary>The most new tokens; goes before <see cref="MaxLength"/>. Default: none.</summary>
    public int? MaxNewTokens { get; init; }

    /// <summary>New tokens when neither length is given, as far as the model has room for them. Default: 20.</summary>
    public int UsualNewTokens { get; init; } = 20;

    /// <summary>The fewest tokens before the end, prompt or decoder start included. Default: 0.</summary>
    public int MinLength { get; init; }

    /// <summary>The fewest new tokens before the end. Default: 0.</summary>
    public int MinNewTokens { get; init; }

    /// <summary>Whether tokens are drawn by their probabilities; otherwise the best is taken. Default: no.</summary>
    public bool DoSample { get; init; }

    /// <summary>Chooses the draws: equal seeds draw the same tokens for the same text, in whatever batch. Default: 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Sequences that beam search follows; 1 is no search. Default: 1.</summary>
    public int NumBeams { get; init; } = 1;

    /// <summary>How many sequences are given for each text: the best of the beams, or different draws. Default: 1.</summary>
    public int NumReturnSequences { get; init; } = 1;

    /// <summary>Exponent of the length that beam scores are divided by: above 0 longer texts gain. Default: 1.</summary>
    public double LengthPenalty { get; init; } = 1;

    /// <summary>When beam search stops. Default: <see cref="EarlyStopping.No"/>.</summary>
    public EarlyStopping EarlyStopping { get; init; }

    /// <summary>Divides the scores before a draw. Default: 1.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Draws are among so many of the best; 0: among all. Default: 50.</summary>
    public int TopK { get; init; } = 50;

    /// <summary>Draws are among the fewest best that reach this probability. Default: 1, all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Draws are among those that have this share of the best's probability. Default: none.</summary>
    public double? MinP { get; init; }

    /// <summary>Draws are among those of typical surprise that reach this probability. Default: 1, all.</summary>
    public double TypicalP { get; init; } = 1;

    /// <summary>Draws are among those of at least this probability. Default: 0.</summary>
    public double EpsilonCutoff { get; init; }

    /// <summary>The same, lower where the next token is uncertain. Default: 0.</summary>
    public double EtaCutoff { get; init; }

    /// <summary>Above 1, tokens that are there already become less likely. Default: 1.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Above 1, tokens of the encoder's text become more likely. Default: 1.</summary>
    public double EncoderRepetitionPenalty { get; init; } = 1;

    /// <summary>No run of so many tokens is written twice; 0: any may be. Default: 0.</summary>
    public int NoRepeatNGramSize { get; init; }

    /// <summary>No run of so many tokens of the encoder's text is written; 0: any may be. Default: 0.</summary>
    public int EncoderNoRepeatNGramSize { get; init; }

    /// <summary>Words that are not written, each as its tokens. Default: none.</summary>
    public IReadOnlyList<IReadOnlyList<int>> BadWordsIds { get; init; } = [];

    /// <summary>What is added to the score of the last token of a run of tokens. Default: nothing.</summary>
    public IReadOnlyList<(IReadOnlyList<int> Tokens, float Bias)> SequenceBias { get; init; } = [];

    /// <summary>Tokens that are not written. Default: none.</summary>
    public IReadOnlyList<int> SuppressTokens { get; init; } = [];

    /// <summary>Tokens that are not written first. Default: none.</summary>
    public IReadOnlyList<int> BeginSuppressTokens { get; init; } = [];

    /// <summary>The token that is written first, after the decoder's start, such as the language of a translation. Default: any.</summary>
    public int? ForcedBosTokenId { get; init; }

    /// <summary>The tokens one of which is written where there is room for one more. Default: any.</summary>
    public IReadOnlyList<int> ForcedEosTokenId { get; init; } = [];

    /// <summary>Whether scores that are no numbers are replaced. Default: no.</summary>
    public bool RemoveInvalidValues { get; init; }

    /// <summary>The tokens that end a text. Default: none, texts end by their length.</summary>
    public IReadOnlyList<int> EosTokenId { get; init; } = [];

    /// <summary>The token of padding, for those who lay results out in rows. Default: none.</summary>
    public int? PadTokenId { get; init; }

    /// <summary>The token that begins a text. Default: none.</summary>
    public int? BosTokenId { get; init; }

    /// <summary>The token that a decoder beside an encoder starts from. Default: <see cref="BosTokenId"/>.</summary>
    public int? DecoderStartTokenId { get; init; }

    /// <summary>Texts after which a model stops; they stay in what it wrote. They need a tokenizer. Default: none.</summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>The tokens so far → those that may follow, at least one. Default: any.</summary>
    public Func<IReadOnlyList<int>, IReadOnlyCollection<int>>? PrefixAllowedTokens { get; init; }

    /// <summary>Whether keys and values are kept from token to token: the same tokens, sooner. Default: yes.</summary>
    public bool UseCache { get; init; } = true;

    /// <summary>Reads <c>generation_config.json</c> of a model's folder, or without one what its <c>config.json</c> says of generation.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="defaults">Fields, by the names of Python, that stand where the file says nothing.</param>
    /// <param name="overrides">Fields that go before the file's, the later ones before the earlier.</param>
    /// <exception cref="ConfigException">A field cannot be honoured, or there is neither file.</exception>
    public static GenerationConfig FromFolder(string folder, JsonObject? defaults = null, params ReadOnlySpan<JsonObject?> overrides)
    {
        string file = Path.Combine(folder, "generation_config.json");
        ConfigReader stored = File.Exists(file) ? ConfigReader.OpenFile(file) : ConfigReader.Open(folder);
        JsonObject fields = (JsonObject?)defaults?.DeepClone() ?? [];
        foreach ((string name, JsonNode? value) in stored.Json.Where(field => field.Value is not null))
        {
            fields[name] = value!.DeepClone();
        }

        foreach (JsonObject? layer in overrides)
        {
            if (layer?["max_length"] is not null)
            {
                fields.Remove("max_new_tokens"); // which would go before it
            }

            foreach ((string name, JsonNode? value) in layer ?? [])
            {
                fields[name] = value?.DeepClone();
            }
        }

        return FromJson(new ConfigReader((JsonObject)JsonNode.Parse(fields.ToJsonString())!, stored.File)); // as read from a file: 0 is a number of any kind
    }

    /// <summary>Reads a configuration.</summary>
    /// <param name="json">The fields; those that say nothing of generation are passed over.</param>
    /// <exception cref="ConfigException">A field cannot be honoured.</exception>
    public static GenerationConfig FromJson(ConfigReader json)
    {
        ArgumentNullException.ThrowIfNull(json);
        GenerationConfig none = new();
        foreach ((string field, string supported) in ((string, string)[])[("num_beam_groups", "1"), ("diversity_penalty", "0.0"), ("guidance_scale", "1.0"), ("penalty_alpha", "0.0")])
        {
            if (json.Value(field) is JsonValue value && (!value.TryGetValue(out double number) || number != JsonNode.Parse(supported)!.GetValue<double>()))
            {
                throw json.Refuse(field, supported);
            }
        }

        return new GenerationConfig
        {
            MaxLength = json.OptionalInteger("max_length", minimum: 1),
            MaxNewTokens = json.OptionalInteger("max_new_tokens", minimum: 1),
            MinLength = json.Integer("min_length", 0, minimum: 0),
            MinNewTokens = json.Integer("min_new_tokens", 0, minimum: 0),
            DoSample = json.Flag("do_sample", false),
            NumBeams = json.Integer("num_beams", 1),
            NumReturnSequences = json.Integer("num_return_sequences", 1),
            LengthPenalty = json.Number("length_penalty", none.LengthPenalty, double.MinValue),
            EarlyStopping = json.Value("early_stopping")?.ToJsonString() switch
            {
                null or "false" => EarlyStopping.No,
                "true" => EarlyStopping.Yes,
                "\"never\"" => EarlyStopping.Never,
                _ => throw json.Refuse("early_stopping", "true, false or \"never\""),
            },
            Temperature = json.Number("temperature", none.Temperature),
            TopK = json.Integer("top_k", none.TopK, minimum: 0),
            TopP = json.Number("top_p", none.TopP, 0, 1),
            MinP = json.Value("min_p") is null ? null : json.Number("min_p", 0, 0, 1),
            TypicalP = json.Number("typical_p", none.TypicalP, 0, 1),
            EpsilonCutoff = json.Number("epsilon_cutoff", 0, 0, 1),
            EtaCutoff = json.Number("eta_cutoff", 0, 0, 1),
            RepetitionPenalty = json.Number("repetition_penalty", none.RepetitionPenalty),
            EncoderRepetitionPenalty = json.Number("encoder_repetition_penalty", none.EncoderRepetitionPenalty),
            NoRepeatNGramSize = json.Integer("no_repeat_ngram_size", 0, minimum: 0),
            EncoderNoRepeatNGramSize = json.Integer("encoder_no_repeat_ngram_size", 0, minimum: 0),
            BadWordsIds = [.. Items(json, "bad_words_ids").Select(word => Tokens(json, "bad_words_ids", word))],
            SequenceBias = [.. Items(json, "sequence_bias").Select(bias => Bias(json, bias))],
            SuppressTokens = Tokens(json, "suppress_tokens", json.Value("suppress_tokens")),
            BeginSuppressTokens = Tokens(json, "begin_suppress_tokens", json.Value("begin_suppress_tokens")),
            ForcedBosTokenId = json.OptionalInteger("forced_bos_token_id"),
            ForcedEosTokenId = Tokens(json, "forced_eos_token_id", json.Value("forced_eos_token_id")),
            RemoveInvalidValues = json.Flag("remove_invalid_values", false),
            EosTokenId = Tokens(json, "eos_token_id", json.Value("eos_token_id")),
            PadTokenId = json.OptionalInteger("pad_token_id"),
            BosTokenId = json.OptionalInteger("bos_token_id"),
            DecoderStartTokenId = json.OptionalInteger("decoder_start_token_id"),
            UseCache = json.Flag("use_cache", true),
            Seed = (ulong)json.Integer("seed", 0, minimum: 0),
            StopStrings = json.Value("stop_strings") switch
            {
                null => [],
                JsonArray texts => [.. texts.Select(text => text?.ToString() ?? "")],
                { } text => [text.ToString()],
            },
        };
    }

    /// <summary>The most tokens of one text.</summary>
    /// <param name="promptLength">Tokens that are given.</param>
    /// <param name="positionCount">Tokens that the model reads; it writes one more than it reads.</param>
    internal int LongestFrom(int promptLength, int positionCount) =>
        MaxNewTokens is { } count ? checked(promptLength + count)
        : MaxLength ?? (int)Math.Min((long)promptLength + UsualNewTokens, Math.Max(positionCount, promptLength) + 1L);

    /// <summary>Refuses options that do not go together.</summary>
    internal void Validate(bool hasTokenizer, int vocabularySize)
    {
        Require(NumBeams >= 1 && NumReturnSequences >= 1, $"num_beams is {NumBeams} and num_return_sequences {NumReturnSequences}: both are 1 or more.");
        Require(!(DoSample && NumBeams > 1), $"do_sample and num_beams = {NumBeams} do not go together: beam search takes the best, sampling draws. Leave one of them out.");
        Require(
            DoSample || NumReturnSequences <= NumBeams,
            $"num_return_sequences is {NumReturnSequences} with num_beams {NumBeams}: without sampling there are at most as many different sequences as beams.");
        Require(MaxNewTokens is null or > 0 && MaxLength is null or > 0, "max_length and max_new_tokens are above 0.");
        Require(MaxNewTokens is not { } most || MinNewTokens <= most, $"min_new_tokens is {MinNewTokens}, above max_new_tokens, which is {MaxNewTokens}.");
        Require(
            MaxNewTokens is not null || MaxLength is not { } longest || MinLength <= longest, $"min_length is {MinLength}, above max_length, which is {MaxLength}.");
        Require(StopStrings.Count == 0 || hasTokenizer, "Stop strings are found in text: give the model's tokenizer with them.");
        Require(StopStrings.All(text => text.Length > 0), "A stop string is empty.");
        foreach ((string name, IEnumerable<int> tokens) in ((string, IEnumerable<int>)[])
            [
                ("eos_token_id", EosTokenId), ("forced_eos_token_id", ForcedEosTokenId), ("forced_bos_token_id", ForcedBosTokenId is { } first ? [first] : []),
                ("suppress_tokens", SuppressTokens), ("begin_suppress_tokens", BeginSuppressTokens), ("bad_words_ids", BadWordsIds.SelectMany(word => word)),
                ("sequence_bias", SequenceBias.SelectMany(bias => bias.Tokens)),
            ])
        {
            foreach (int token in tokens)
            {
                Require((uint)token < (uint)vocabularySize, $"{name} has token {token}: the vocabulary is 0 to {vocabularySize - 1}.");
            }
        }
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new GenerationException(message);
        }
    }

    private static JsonArray Items(ConfigReader json, string field) => json.Value(field) switch
    {
        null => [],
        JsonArray items => items,
        _ => throw json.Refuse(field, "a list"),
    };

    /// <summary>One token or a list of them.</summary>
    private static int[] Tokens(ConfigReader json, string field, JsonNode? node)
    {
        List<int> tokens = [];
        foreach (JsonNode? item in node is JsonArray items ? items.ToArray() : node is null ? [] : [node])
        {
            tokens.Add(item is JsonValue value && value.TryGetValue(out int token) && token >= 0 ? token : throw json.Refuse(field, "tokens, whole numbers from 0 on"));
        }

        return [.. tokens];
    }

    private static (IReadOnlyList<int> Tokens, float Bias) Bias(ConfigReader json, JsonNode? node) =>
        node is JsonArray { Count: 2 } pair && pair[0] is JsonArray { Count: > 0 } && pair[1] is JsonValue bias && bias.TryGetValue(out float number)
            ? (Tokens(json, "sequence_bias", pair[0]), number)
            : throw json.Refuse("sequence_bias", "pairs of tokens and a number");
}
