namespace Akin.Training.Metrics.Generation;

/// <summary>
/// Porter's stemmer (1980) for lower-case English words, with the departures that NLTK makes by default and rouge-score therefore sees: a short list of
/// irregular words, <c>ies</c> and <c>ied</c> of four-letter words keep their e, y becomes i only after a consonant, and -bli, -alli, -fulli, -logi are treated anew.
/// </summary>
internal static class PorterStemmer
{
    private static readonly Dictionary<string, string> Irregular = new (string Form, string Stem)[]
    {
        ("sky", "sky"), ("skies", "sky"), ("dying", "die"), ("lying", "lie"), ("tying", "tie"), ("news", "news"), ("innings", "inning"), ("inning", "inning"),
        ("outings", "outing"), ("outing", "outing"), ("cannings", "canning"), ("canning", "canning"), ("howe", "howe"), ("proceed", "proceed"),
        ("exceed", "exceed"), ("succeed", "succeed"),
    }.ToDictionary(word => word.Form, word => word.Stem);

    private static readonly (string Suffix, string Replacement)[] DoubleSuffixes =
    [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble"), ("alli", "al"), ("entli", "ent"), ("eli", "e"),
        ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"),
        ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"), ("fulli", "ful"),
    ];

    private static readonly (string Suffix, string Replacement)[] SingleSuffixes =
        [("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", "")];

    private static readonly string[] Endings =
        ["al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti", "ous", "ive", "ize"];

    /// <summary>The stem of a word.</summary>
    public static string Stem(string word)
    {
        if (Irregular.TryGetValue(word, out string? stem))
        {
            return stem;
        }

        return word.Length <= 2 ? word : WithoutFinalE(WithoutEnding(WithoutSuffix(WithoutDoubleSuffix(WithFinalI(WithoutPast(WithoutPlural(word)))))));
    }

    private static string WithoutPlural(string word)
    {
        if (Ends(word, "ies"))
        {
            return word.Length == 4 ? word[..^1] : word[..^2];
        }

        return Ends(word, "sses") ? word[..^2] : Ends(word, "s") && !Ends(word, "ss") ? word[..^1] : word;
    }

    private static string WithoutPast(string word)
    {
        if (Ends(word, "ied"))
        {
            return word.Length == 4 ? word[..^1] : word[..^2];
        }

        if (Ends(word, "eed"))
        {
            return Measure(word[..^3]) > 0 ? word[..^1] : word;
        }

        string stem = Ends(word, "ed") ? word[..^2] : Ends(word, "ing") ? word[..^3] : word;
        if (stem.Length == word.Length || !HasVowel(stem))
        {
            return word;
        }

        if (Ends(stem, "at") || Ends(stem, "bl") || Ends(stem, "iz"))
        {
            return stem + "e";
        }

        if (stem.Length > 1 && stem[^1] == stem[^2] && IsConsonant(stem, stem.Length - 1))
        {
            return stem[^1] is 'l' or 's' or 'z' ? stem : stem[..^1];
        }

        return Measure(stem) == 1 && EndsShort(stem) ? stem + "e" : stem;
    }

    private static string WithFinalI(string word) => Ends(word, "y") && word.Length > 2 && IsConsonant(word, word.Length - 2) ? word[..^1] + "i" : word;

    private static string WithoutDoubleSuffix(string word)
    {
        if (Ends(word, "alli") && Measure(word[..^4]) > 0)
        {
            return WithoutDoubleSuffix(word[..^2]);
        }

        // The l of logi counts to the stem, so that geologi becomes geolog.
        return Ends(word, "logi") ? Measure(word[..^3]) > 0 ? word[..^1] : word : Replace(word, DoubleSuffixes);
    }

    private static string WithoutSuffix(string word) => Replace(word, SingleSuffixes);

    private static string WithoutEnding(string word)
    {
        string? ending = Array.Find(Endings, ending => Ends(word, ending) && (ending != "ion" || word.Length > 3 && word[^4] is 's' or 't'));
        return ending is not null && Measure(word[..^ending.Length]) > 1 ? word[..^ending.Length] : word;
    }

    private static string WithoutFinalE(string word)
    {
        if (Ends(word, "e"))
        {
            string stem = word[..^1];
            int measure = Measure(stem);
            word = measure > 1 || (measure == 1 && !EndsShort(stem)) ? stem : word;
        }

        return Ends(word, "ll") && Measure(word[..^1]) > 1 ? word[..^1] : word;
    }

    // The first suffix that fits decides, whether or not the stem before it is long enough to lose it.
    private static string Replace(string word, (string Suffix, string Replacement)[] suffixes)
    {
        foreach ((string suffix, string replacement) in suffixes)
        {
            if (Ends(word, suffix))
            {
                string stem = word[..^suffix.Length];
                return Measure(stem) > 0 ? stem + replacement : word;
            }
        }

        return word;
    }

    private static bool Ends(string word, string suffix) => word.EndsWith(suffix, StringComparison.Ordinal);

    private static bool IsConsonant(string word, int place) => word[place] switch
    {
        'a' or 'e' or 'i' or 'o' or 'u' => false,
        'y' => place == 0 || !IsConsonant(word, place - 1),
        _ => true,
    };

    private static bool HasVowel(string word) => Enumerable.Range(0, word.Length).Any(place => !IsConsonant(word, place));

    // How many times a vowel is followed by a consonant: Porter's m.
    private static int Measure(string word) => Enumerable.Range(1, Math.Max(0, word.Length - 1)).Count(place => IsConsonant(word, place) && !IsConsonant(word, place - 1));

    // Consonant, vowel, consonant other than w, x, y (hop, not snow); two letters will do for vowel and consonant.
    private static bool EndsShort(string word)
    {
        int last = word.Length - 1;
        if (last < 1 || !IsConsonant(word, last) || IsConsonant(word, last - 1))
        {
            return false;
        }

        return last == 1 || (IsConsonant(word, last - 2) && word[last] is not ('w' or 'x' or 'y'));
    }
}
