using System.Globalization;

namespace Akin.Training.Metrics.Generation;

/// <summary>
/// BLEU (Papineni et al. 2002) with the numbers of sacreBLEU 2.6: the geometric mean of the shares of n-grams that stand in a reference, times a penalty for brevity.
/// </summary>
public static class Bleu
{
    // sacreBLEU's logarithm of 0: small enough that the score underflows to 0.
    private const double LogarithmOfZero = -9999999999;

    /// <summary>The score of a whole corpus: counts are summed over all texts first.</summary>
    /// <param name="texts">The generated texts.</param>
    /// <param name="references">The references of each text, at least one.</param>
    /// <param name="options">Settings; sacreBLEU's defaults when null.</param>
    /// <exception cref="ArgumentException">The numbers differ, or a text has no reference.</exception>
    public static BleuScore Corpus(IReadOnlyList<string> texts, IReadOnlyList<IReadOnlyList<string>> references, BleuOptions? options = null)
    {
        Segments.Check(texts, references);
        options ??= new BleuOptions();
        double[] hits = new double[options.MaxOrder];
        double[] totals = new double[options.MaxOrder];
        long length = 0;
        long referenceLength = 0;
        for (int i = 0; i < texts.Count; i++)
        {
            string[] words = Words(texts[i], options);
            string[][] referenceWords = [.. references[i].Select(reference => Words(reference, options))];
            length += words.Length;
            referenceLength += referenceWords.Select(r => r.Length).OrderBy(r => Math.Abs(r - words.Length)).ThenBy(r => r).First();
            for (int order = 1; order <= options.MaxOrder; order++)
            {
                // An n-gram counts at most as often as in the reference that has it most often.
                Dictionary<string, int> wanted = [];
                foreach (KeyValuePair<string, int> count in referenceWords.SelectMany(reference => NGrams.OfWords(reference, order)))
                {
                    wanted[count.Key] = Math.Max(wanted.GetValueOrDefault(count.Key), count.Value);
                }

                hits[order - 1] += NGrams.Shared(NGrams.OfWords(words, order), wanted);
                totals[order - 1] += Math.Max(0, words.Length - order + 1);
            }
        }

        return Score(hits, totals, length, referenceLength, options, Signature(references, options));
    }

    /// <summary>The score of one text; set <see cref="BleuOptions.EffectiveOrder"/> for texts of few words.</summary>
    /// <inheritdoc cref="Corpus"/>
    public static BleuScore Sentence(string text, IReadOnlyList<string> references, BleuOptions? options = null) =>
        Corpus([text], [references], options ?? new BleuOptions { EffectiveOrder = true });

    /// <summary>The words that BLEU sees.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">Settings.</param>
    public static string[] Words(string text, BleuOptions options) =>
        BleuWords.Split(options.LowerCase ? text.ToLowerInvariant() : text, options.Tokenizer);

    private static BleuScore Score(double[] hits, double[] totals, long length, long referenceLength, BleuOptions options, string signature)
    {
        double brevityPenalty = length >= referenceLength ? 1 : length > 0 ? Math.Exp(1 - ((double)referenceLength / length)) : 0;
        double[] precisions = new double[options.MaxOrder];
        if (hits.All(count => count == 0))
        {
            return new BleuScore(0, brevityPenalty, precisions, hits, totals, length, referenceLength, signature);
        }

        double share = 1;
        int effectiveOrder = options.MaxOrder;
        for (int i = 0; i < options.MaxOrder; i++)
        {
            if (options.Smoothing == BleuSmoothing.AddK && i > 0)
            {
                hits[i] += options.SmoothingValue ?? 1;
                totals[i] += options.SmoothingValue ?? 1;
            }

            if (totals[i] == 0)
            {
                break;
            }

            if (options.EffectiveOrder)
            {
                effectiveOrder = i + 1;
            }

            double counted = hits[i];
            if (counted == 0 && options.Smoothing == BleuSmoothing.Exponential)
            {
                share /= 2;
                counted = share;
            }
            else if (counted == 0 && options.Smoothing == BleuSmoothing.Floor)
            {
                counted = options.SmoothingValue ?? 0.1;
            }

            precisions[i] = 100 * counted / totals[i];
        }

        double logarithm = precisions.Take(effectiveOrder).Sum(precision => precision == 0 ? LogarithmOfZero : Math.Log(precision));
        return new BleuScore(brevityPenalty * Math.Exp(logarithm / effectiveOrder), brevityPenalty, precisions, hits, totals, length, referenceLength, signature);
    }

    private static string Signature(IReadOnlyList<IReadOnlyList<string>> references, BleuOptions options)
    {
        int referenceCount = references[0].Count;
        string count = references.All(list => list.Count == referenceCount) ? $"{referenceCount}" : "var";
        string tokenizer = options.Tokenizer switch
        {
            BleuTokenizer.Mteval13a => "13a",
            BleuTokenizer.International => "intl",
            BleuTokenizer.Chinese => "zh",
            BleuTokenizer.Characters => "char",
            _ => "none",
        };
        string smoothing = options.Smoothing switch
        {
            BleuSmoothing.Exponential => "exp",
            BleuSmoothing.Floor => string.Create(CultureInfo.InvariantCulture, $"floor[{options.SmoothingValue ?? 0.1:F2}]"),
            BleuSmoothing.AddK => string.Create(CultureInfo.InvariantCulture, $"add-k[{options.SmoothingValue ?? 1:F2}]"),
            _ => "none",
        };
        return $"nrefs:{count}|case:{(options.LowerCase ? "lc" : "mixed")}|eff:{(options.EffectiveOrder ? "yes" : "no")}|tok:{tokenizer}|smooth:{smoothing}";
    }
}
