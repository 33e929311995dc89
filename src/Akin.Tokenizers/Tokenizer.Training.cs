using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Tokenizers.Decoders;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Models;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.PostProcessors;
using Akin.Tokenizers.PreTokenizers;
using Akin.Tokenizers.Training;

namespace Akin.Tokenizers;

public sealed partial class Tokenizer
{
    /// <summary>Trains a tokenizer: the texts are normalized and cut, the trainer learns a model from the words, and its special tokens are added.</summary>
    /// <param name="trainer">Learns the model.</param>
    /// <param name="texts">The corpus, such as <see cref="CorpusFiles.ReadLines"/>; read once.</param>
    /// <param name="normalizer">Rewrites the text first, or null.</param>
    /// <param name="preTokenizer">Cuts the text into words, or null for one word.</param>
    /// <param name="postProcessor">Puts the special tokens in, or null for none.</param>
    /// <param name="decoder">Turns tokens into text, or null to join them with spaces.</param>
    /// <param name="progress">Told now and then how far it is.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="TokenizerException">The trainer's options do not fit the corpus.</exception>
    public static Tokenizer Train(
        Trainer trainer,
        IEnumerable<string> texts,
        Normalizer? normalizer = null,
        PreTokenizer? preTokenizer = null,
        PostProcessor? postProcessor = null,
        Decoder? decoder = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        WordCounts words = WordCounts.Count(texts, normalizer, preTokenizer, progress, cancellationToken);
        Tokenizer tokenizer = new(trainer.Train(words, progress, cancellationToken), normalizer, preTokenizer, postProcessor, decoder);
        tokenizer.AddTokens(trainer.SpecialTokens.Select(static token => token with { Special = true, Normalized = false }));
        return tokenizer;
    }

    /// <summary>
    /// Trains a tokenizer with the pipeline, the kind of model and the special tokens of this one on other texts: what Python's
    /// <c>train_new_from_iterator</c> does.
    /// </summary>
    /// <param name="texts">The corpus; read once.</param>
    /// <param name="vocabularySize">How many tokens the new model should have at most.</param>
    /// <param name="newSpecialTokens">Special tokens that come after those of this tokenizer, or null for none.</param>
    /// <param name="renamedSpecialTokens">Other names for special tokens of this tokenizer, or null for none.</param>
    /// <param name="progress">Told now and then how far it is.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The new tokenizer; this one stays as it is.</returns>
    /// <exception cref="TokenizerException">The model is of a kind that cannot be trained, or the post-processor needs a token that the new tokenizer has not.</exception>
    public Tokenizer TrainNewFromIterator(
        IEnumerable<string> texts,
        int vocabularySize,
        IEnumerable<AddedToken>? newSpecialTokens = null,
        IReadOnlyDictionary<string, string>? renamedSpecialTokens = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        string Renamed(string token) => renamedSpecialTokens?.GetValueOrDefault(token) ?? token;

        // A Unigram model keeps all added tokens, others the special ones.
        List<AddedToken> special = [.. added.Tokens.Values.Where(token => token.Special || Model is Unigram).Select(token => token with { Content = Renamed(token.Content) })];
        special.AddRange(newSpecialTokens ?? []);
        Trainer trainer = TrainerLike(vocabularySize, special, Renamed);
        WordCounts words = WordCounts.Count(texts, Normalizer, PreTokenizer, progress, cancellationToken);
        Model model = trainer.Train(words, progress, cancellationToken);
        IEnumerable<AddedToken> tokens = special.Select(static token => token with { Special = true, Normalized = false });

        // The post-processor holds ids of special tokens, which only the new vocabulary knows.
        Tokenizer withoutPostProcessor = new(model, Normalizer, PreTokenizer, postProcessor: null, Decoder);
        withoutPostProcessor.AddTokens(tokens);
        SpecialTokens names = Settings.SpecialTokens.Select(Renamed);
        Tokenizer tokenizer = new(model, Normalizer, PreTokenizer, WithIdsOf(withoutPostProcessor, Renamed), Decoder)
        {
            Settings = Settings with
            {
                SpecialTokens = names with { Additional = [.. names.Additional, .. (newSpecialTokens ?? []).Select(static token => token.Content)] },
            },
        };
        tokenizer.AddTokens(tokens);
        return tokenizer;
    }

    private Trainer TrainerLike(int vocabularySize, IReadOnlyList<AddedToken> special, Func<string, string> renamed) => Model switch
    {
        WordLevel model => new WordLevelTrainer { VocabularySize = vocabularySize, SpecialTokens = special, UnknownToken = renamed(model.UnknownToken) },
        WordPiece model => new WordPieceTrainer
        {
            VocabularySize = vocabularySize,
            SpecialTokens = special,
            UnknownToken = renamed(model.UnknownToken),
            MaximumWordLength = model.MaximumWordLength,
        },
        BPE model => new BpeTrainer
        {
            VocabularySize = vocabularySize,
            SpecialTokens = special,
            ModelOptions = model.Options with { UnknownToken = model.Options.UnknownToken is { } unknown ? renamed(unknown) : null },
            InitialAlphabet = CutsIntoBytes(PreTokenizer) ? BpeTrainer.ByteAlphabet : string.Empty,
        },
        Unigram model => new UnigramTrainer
        {
            VocabularySize = vocabularySize,
            SpecialTokens = special,
            UnknownToken = model.UnknownId is { } id ? renamed(model.Vocabulary[id]) : null,
        },
        _ => throw new TokenizerException($"there is no trainer for the model \"{Model.Type}\"; there are some for BPE, Unigram, WordLevel, WordPiece"),
    };

    private static bool CutsIntoBytes(PreTokenizer? preTokenizer) =>
        preTokenizer is ByteLevel || (preTokenizer is PreTokenizerSequence sequence && sequence.PreTokenizers.Any(CutsIntoBytes));

    /// <summary>This tokenizer's post-processor with the ids that another gives to the special tokens.</summary>
    private PostProcessor? WithIdsOf(Tokenizer other, Func<string, string> renamed)
    {
        if (PostProcessor is null)
            return null;
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
            PostProcessor.Write(writer);
        JsonObject definition = JsonNode.Parse(stream.ToArray())!.AsObject();
        GiveIds(definition, other, renamed);
        return PostProcessor.Types.Read(new JsonFields(JsonDocument.Parse(definition.ToJsonString()).RootElement, "post-processor", string.Empty));
    }

    private static void GiveIds(JsonObject processor, Tokenizer tokenizer, Func<string, string> renamed)
    {
        foreach (JsonNode? inner in processor["processors"] as JsonArray ?? [])
            GiveIds(inner!.AsObject(), tokenizer, renamed);
        foreach ((_, JsonNode? special) in processor["special_tokens"] as JsonObject ?? [])
        {
            string[] tokens = [.. special!["tokens"]!.AsArray().Select(token => renamed(token!.GetValue<string>()))];
            special["tokens"] = new JsonArray([.. tokens.Select(static token => (JsonNode)token)]);
            special["ids"] = new JsonArray([.. tokens.Select(token => (JsonNode)IdFor(tokenizer, token))]);
        }
        foreach (string name in (string[])["cls", "sep"])
        {
            if (processor[name] is not JsonArray pair)
                continue;
            string token = renamed(pair[0]!.GetValue<string>());
            processor[name] = new JsonArray(token, IdFor(tokenizer, token));
        }
    }

    private static int IdFor(Tokenizer tokenizer, string token) => tokenizer.TokenToId(token) ?? throw new TokenizerException(
        $"the post-processor puts the token \"{token}\" in, which the new tokenizer does not have; add it to the new special tokens");
}
