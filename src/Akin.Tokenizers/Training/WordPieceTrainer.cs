using Akin.Tokenizers.Models;

namespace Akin.Tokenizers.Training;

/// <summary>Learns WordPiece as the reference does: the tokens of byte-pair encoding with a prefix inside words, without their merges.</summary>
public sealed class WordPieceTrainer : Trainer
{
    /// <summary>A rarer pair is not merged. Default 0.</summary>
    public long MinimumFrequency { get; init; }

    /// <summary>How many characters the alphabet may have; the rarest are dropped from the words. Default null: all.</summary>
    public int? LimitAlphabet { get; init; }

    /// <summary>Characters to keep even when they are not in the corpus. Default none.</summary>
    public string InitialAlphabet { get; init; } = string.Empty;

    /// <summary>Marks tokens inside a word. Default <c>##</c>.</summary>
    public string ContinuingSubwordPrefix { get; init; } = "##";

    /// <summary>Marks the last token of a word, or null. Default null.</summary>
    public string? EndOfWordSuffix { get; init; }

    /// <summary>What stands for a word that cannot be covered; it should be one of the special tokens. Default <c>[UNK]</c>.</summary>
    public string UnknownToken { get; init; } = "[UNK]";

    /// <summary>A word of more code points is unknown to the model. Default 100.</summary>
    public int MaximumWordLength { get; init; } = 100;

    /// <inheritdoc cref="BpeTrainer.MarkedLetters"/>
    internal IReadOnlyList<string>? MarkedLetters { get; init; }

    /// <inheritdoc/>
    public override Model Train(WordCounts words, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        BpeTrainer pairs = new()
        {
            VocabularySize = VocabularySize,
            SpecialTokens = SpecialTokens,
            MinimumFrequency = MinimumFrequency,
            LimitAlphabet = LimitAlphabet,
            InitialAlphabet = InitialAlphabet,
            ModelOptions = new BpeOptions { ContinuingSubwordPrefix = ContinuingSubwordPrefix, EndOfWordSuffix = EndOfWordSuffix },
            MarkedLetters = MarkedLetters,
        };
        return new WordPiece(new Vocabulary(pairs.Learn(words, progress, cancellationToken).Tokens), UnknownToken, ContinuingSubwordPrefix, MaximumWordLength);
    }
}
