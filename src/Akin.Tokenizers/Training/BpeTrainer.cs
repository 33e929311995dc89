using Akin.Tokenizers.Models;

namespace Akin.Tokenizers.Training;

/// <summary>
/// Learns byte-pair encoding (Sennrich, Haddow and Birch, 2016): again and again the most frequent pair of neighbours becomes one token; of
/// equally frequent pairs that with the smallest ids. For byte-level BPE use the ByteLevel pre-tokenizer and <see cref="ByteAlphabet"/>.
/// </summary>
public sealed class BpeTrainer : Trainer
{
    /// <summary>The 256 characters that stand for bytes: the <see cref="InitialAlphabet"/> of byte-level BPE.</summary>
    public static string ByteAlphabet { get; } = new(Unicode.ByteAlphabet.CharacterOf);

    /// <summary>A rarer pair is not merged. Default 0: pairs that are there once are.</summary>
    public long MinimumFrequency { get; init; }

    /// <summary>How many characters the alphabet may have; the rarest are dropped from the words. Default null: all.</summary>
    public int? LimitAlphabet { get; init; }

    /// <summary>Characters to keep even when they are not in the corpus. Default none.</summary>
    public string InitialAlphabet { get; init; } = string.Empty;

    /// <summary>A pair that would make a token of this many characters or more is no longer counted when it comes up by a merge, as in the reference. Default null: no limit.</summary>
    public int? MaximumTokenLength { get; init; }

    /// <summary>What the model does beyond its merges; <see cref="BpeOptions.ContinuingSubwordPrefix"/> and <see cref="BpeOptions.EndOfWordSuffix"/> also mark the letters while training.</summary>
    public BpeOptions ModelOptions { get; init; } = new();

    /// <summary>The order in which letters with prefix or suffix get their ids; null takes code point order. The reference takes that of its hash map.</summary>
    internal IReadOnlyList<string>? MarkedLetters { get; init; }

    /// <inheritdoc/>
    public override Model Train(WordCounts words, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        PairTraining training = Learn(words, progress, cancellationToken);
        return new BPE(new Vocabulary(training.Tokens), training.Merges(), ModelOptions);
    }

    /// <summary>Learns the tokens and merges.</summary>
    internal PairTraining Learn(WordCounts words, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(words);
        PairTraining training = new(ModelOptions.ContinuingSubwordPrefix ?? string.Empty, ModelOptions.EndOfWordSuffix ?? string.Empty, MaximumTokenLength ?? int.MaxValue);
        foreach (AddedToken token in SpecialTokens)
            training.AddToken(token.Content);
        training.AddAlphabet(words, InitialAlphabet, LimitAlphabet);
        training.AddWords(words, MarkedLetters, cancellationToken);
        training.MergePairs(VocabularySize, MinimumFrequency, progress, cancellationToken);
        return training;
    }
}
