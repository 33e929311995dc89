using Akin.Tokenizers.Models;

namespace Akin.Tokenizers.Training;

/// <summary>Takes the most frequent words; of equally frequent ones those that come first in code point order.</summary>
public sealed class WordLevelTrainer : Trainer
{
    /// <summary>A rarer word is left out. Default 0.</summary>
    public long MinimumFrequency { get; init; }

    /// <summary>What stands for a word that is not in the vocabulary; it should be one of the special tokens. Default <c>[UNK]</c>.</summary>
    public string UnknownToken { get; init; } = "[UNK]";

    /// <inheritdoc/>
    public override Model Train(WordCounts words, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(words);
        cancellationToken.ThrowIfCancellationRequested();
        IEnumerable<string> frequent = words.Words.Where(entry => entry.Value >= MinimumFrequency)
            .OrderByDescending(static entry => entry.Value).ThenBy(static entry => entry.Key, CodePointOrder.Instance)
            .Select(static entry => entry.Key);
        List<string> tokens = [.. SpecialTokens.Select(static token => token.Content).Concat(frequent).Take(VocabularySize)];
        progress?.Report(new TrainingProgress("choosing words", tokens.Count, tokens.Count));
        // A special token that also is a word of the corpus gets the id of the word, as in the reference.
        return new WordLevel(Vocabulary.FromLines(tokens, "vocabulary"), UnknownToken);
    }
}
