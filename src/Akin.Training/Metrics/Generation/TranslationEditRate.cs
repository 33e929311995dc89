namespace Akin.Training.Metrics.Generation;

/// <summary>
/// TER (Snover et al. 2006) with the numbers of sacreBLEU 2.6 and Tercom: how many edits (words inserted, removed or replaced, runs of words shifted)
/// turn a text into its reference, per reference word. Case is ignored; words are what stands between spaces.
/// </summary>
public static class TranslationEditRate
{
    /// <summary>The rate of a whole corpus in percent; 0 is perfect, and bad texts can exceed 100.</summary>
    /// <param name="texts">The generated texts.</param>
    /// <param name="references">The references of each text; the one with the fewest edits counts, over the mean length of all.</param>
    /// <exception cref="ArgumentException">The numbers differ, or a text has no reference.</exception>
    public static double Corpus(IReadOnlyList<string> texts, IReadOnlyList<IReadOnlyList<string>> references)
    {
        Segments.Check(texts, references);
        double edits = 0;
        double length = 0;
        for (int i = 0; i < texts.Count; i++)
        {
            string[] words = Words(texts[i]);
            string[][] referenceWords = [.. references[i].Select(Words)];
            edits += referenceWords.Min(reference => new WordShifts(reference).CountEdits(words));
            length += referenceWords.Average(reference => reference.Length);
        }

        // Texts without any reference words are wholly wrong, unless they are empty too.
        return length > 0 ? 100 * edits / length : edits > 0 ? 100 : 0;
    }

    /// <summary>The rate of one text in percent.</summary>
    /// <inheritdoc cref="Corpus"/>
    public static double Sentence(string text, IReadOnlyList<string> references) => Corpus([text], [references]);

    private static string[] Words(string text) => PythonText.Split(text.ToLowerInvariant());
}
