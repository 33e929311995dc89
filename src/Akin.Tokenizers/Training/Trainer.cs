using Akin.Tokenizers.Models;

namespace Akin.Tokenizers.Training;

/// <summary>Learns the vocabulary of a model from the words of a corpus. The defaults are those of Hugging Face tokenizers 0.23.</summary>
/// <remarks>Where the reference takes the order of its hash map Akin takes the order of code points, so that the same corpus always gives the same model.</remarks>
public abstract class Trainer
{
    /// <summary>How many tokens the model should have at most. The alphabet is kept even when it is larger. Default 30,000; 8,000 for Unigram.</summary>
    public int VocabularySize { get; init; } = 30_000;

    /// <summary>Tokens that get the first ids, in this order. Default none.</summary>
    public IReadOnlyList<AddedToken> SpecialTokens { get; init; } = [];

    /// <summary>Learns a model.</summary>
    /// <param name="words">The words of the corpus.</param>
    /// <param name="progress">Told now and then how far it is.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="TokenizerException">The options do not fit the corpus.</exception>
    public abstract Model Train(WordCounts words, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default);
}
