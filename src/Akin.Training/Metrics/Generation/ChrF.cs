namespace Akin.Training.Metrics.Generation;

/// <summary>
/// chrF and chrF++ (Popović 2015, 2017) with the numbers of sacreBLEU 2.6: an F-score over runs of characters, blind to spaces.
/// It suits Korean and Chinese, where words are hard to cut, better than BLEU.
/// </summary>
public static class ChrF
{
    /// <summary>The score of a whole corpus, 0 … 100: the counts of each text against its best reference are summed first.</summary>
    /// <param name="texts">The generated texts.</param>
    /// <param name="references">The references of each text, at least one.</param>
    /// <param name="options">Settings; chrF2 when null.</param>
    /// <exception cref="ArgumentException">The numbers differ, or a text has no reference.</exception>
    public static double Corpus(IReadOnlyList<string> texts, IReadOnlyList<IReadOnlyList<string>> references, ChrFOptions? options = null)
    {
        Segments.Check(texts, references);
        options ??= new ChrFOptions();
        Counts[] sums = new Counts[options.CharacterOrder + options.WordOrder];
        for (int i = 0; i < texts.Count; i++)
        {
            Dictionary<string, int>[] runs = Runs(texts[i], options);
            Counts[] best = references[i].Select(reference => Compare(runs, Runs(reference, options))).MaxBy(counts => FScore(counts, options.Beta))!;
            for (int order = 0; order < sums.Length; order++)
            {
                sums[order] = new Counts(sums[order].Text + best[order].Text, sums[order].Reference + best[order].Reference, sums[order].Shared + best[order].Shared);
            }
        }

        return FScore(sums, options.Beta);
    }

    /// <summary>The score of one text, 0 … 100.</summary>
    /// <inheritdoc cref="Corpus"/>
    public static double Sentence(string text, IReadOnlyList<string> references, ChrFOptions? options = null) => Corpus([text], [references], options);

    private static Dictionary<string, int>[] Runs(string text, ChrFOptions options)
    {
        text = options.LowerCase ? text.ToLowerInvariant() : text;
        string[] words = PythonText.Split(text);
        string[] parts = [.. words.SelectMany(WithoutPunctuation)];
        return
        [
            .. Enumerable.Range(1, options.CharacterOrder).Select(order => NGrams.OfCharacters(string.Concat(words), order)),
            .. Enumerable.Range(1, options.WordOrder).Select(order => NGrams.OfWords(parts, order)),
        ];
    }

    // One punctuation mark is cut off a word: the last character, else the first.
    private static string[] WithoutPunctuation(string word)
    {
        if (word.Length > 1 && PythonText.Punctuation.Contains(word[^1], StringComparison.Ordinal))
        {
            return [word[..^1], word[^1..]];
        }

        return word.Length > 1 && PythonText.Punctuation.Contains(word[0], StringComparison.Ordinal) ? [word[..1], word[1..]] : [word];
    }

    // Runs of a length that the reference is too short for do not count against the text.
    private static Counts[] Compare(Dictionary<string, int>[] text, Dictionary<string, int>[] reference) =>
        [.. text.Zip(reference, (runs, wanted) => new Counts(wanted.Count == 0 ? 0 : runs.Values.Sum(), wanted.Values.Sum(), NGrams.Shared(runs, wanted)))];

    // Precision and recall are averaged over the lengths that both sides have, then joined: (1 + β²)·P·R / (β²·P + R).
    private static double FScore(Counts[] counts, double beta)
    {
        double precision = 0;
        double recall = 0;
        int orders = 0;
        foreach (Counts count in counts)
        {
            if (count.Text > 0 && count.Reference > 0)
            {
                precision += (double)count.Shared / count.Text;
                recall += (double)count.Shared / count.Reference;
                orders++;
            }
        }

        if (precision + recall == 0)
        {
            return 0;
        }

        precision /= orders;
        recall /= orders;
        return 100 * (1 + (beta * beta)) * precision * recall / ((beta * beta * precision) + recall);
    }

    private readonly record struct Counts(long Text, long Reference, long Shared);
}
