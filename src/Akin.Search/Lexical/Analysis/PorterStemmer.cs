namespace Akin.Search.Lexical.Analysis;

/// <summary>
/// The stemmer of M. F. Porter, "An algorithm for suffix stripping", Program 14 (1980), with the two departures of its author's own programs, which Lucene's
/// PorterStemFilter has too: <c>-bli</c> for <c>-abli</c>, and <c>-logi</c>.
/// </summary>
public static class PorterStemmer
{
    // Step 2 and 3: what stands at the end of a stem with a measure above 0, and what takes its place. The longest that fits decides.
    private static readonly (string Suffix, string Replacement)[] Step2 = LongestFirst(
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble"), ("alli", "al"), ("entli", "ent"), ("eli", "e"),
        ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"),
        ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"), ("logi", "log"));

    private static readonly (string Suffix, string Replacement)[] Step3 = LongestFirst(
        ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""));

    // Step 4: what is cut from a stem with a measure above 1; -ion only behind s or t.
    private static readonly (string Suffix, string Replacement)[] Step4 = LongestFirst(
        ("al", ""), ("ance", ""), ("ence", ""), ("er", ""), ("ic", ""), ("able", ""), ("ible", ""), ("ant", ""), ("ement", ""), ("ment", ""), ("ent", ""), ("ion", ""),
        ("ou", ""), ("ism", ""), ("ate", ""), ("iti", ""), ("ous", ""), ("ive", ""), ("ize", ""));

    /// <summary>The stem of a word.</summary>
    /// <param name="word">The word, in lower case; one of other letters or of up to two stays as it is.</param>
    public static string Stem(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (word.Length <= 2)
        {
            return word;
        }

        // Endings only become shorter, but an -e can come back.
        Span<char> buffer = word.Length < 256 ? stackalloc char[word.Length + 1] : new char[word.Length + 1];
        word.CopyTo(buffer);
        Stemming stem = new(buffer, word.Length);
        stem.PluralAndPast();
        if (stem.Ends("y") && stem.HasVowel)
        {
            stem.Replace("i");
        }

        stem.ReplaceFirst(Step2, leastMeasure: 1);
        stem.ReplaceFirst(Step3, leastMeasure: 1);
        stem.ReplaceFirst(Step4, leastMeasure: 2);
        stem.FinalLetters();
        return stem.Word.SequenceEqual(word) ? word : stem.Word.ToString();
    }

    private static (string Suffix, string Replacement)[] LongestFirst(params (string Suffix, string Replacement)[] rules) =>
        [.. rules.OrderByDescending(rule => rule.Suffix.Length)];

    /// <summary>A word while it is cut. What stands before the suffix found last is its stem.</summary>
    private ref struct Stemming(Span<char> buffer, int length)
    {
        private readonly Span<char> _buffer = buffer;
        private int _length = length;
        private int _stemLength;

        public readonly ReadOnlySpan<char> Word => _buffer[.._length];

        /// <summary>Whether the stem has a vowel.</summary>
        public readonly bool HasVowel
        {
            get
            {
                for (int i = 0; i < _stemLength; i++)
                {
                    if (!IsConsonant(i))
                    {
                        return true;
                    }
                }

                return false;
            }
        }

        /// <summary>How often a run of vowels is followed by consonants in the stem: m in [C](VC)^m[V].</summary>
        private readonly int Measure
        {
            get
            {
                int measure = 0;
                for (int i = 1; i < _stemLength; i++)
                {
                    measure += IsConsonant(i) && !IsConsonant(i - 1) ? 1 : 0;
                }

                return measure;
            }
        }

        public bool Ends(string suffix)
        {
            bool ends = Word.EndsWith(suffix);
            _stemLength = ends ? _length - suffix.Length : _stemLength;
            return ends;
        }

        public void Replace(string replacement)
        {
            replacement.CopyTo(_buffer[_stemLength..]);
            _length = _stemLength + replacement.Length;
        }

        /// <summary>Step 1a and 1b.</summary>
        public void PluralAndPast()
        {
            if (Ends("sses"))
            {
                Replace("ss");
            }
            else if (Ends("ies"))
            {
                Replace("i");
            }
            else if (!Ends("ss") && Ends("s"))
            {
                Replace("");
            }

            if (Ends("eed"))
            {
                if (Measure > 0)
                {
                    Replace("ee");
                }
            }
            else if ((Ends("ed") || Ends("ing")) && HasVowel)
            {
                Replace("");
                if (Ends("at") || Ends("bl") || Ends("iz"))
                {
                    _buffer[_length++] = 'e';
                    return;
                }

                _stemLength = _length;
                if (EndsInDoubleConsonant())
                {
                    _length -= _buffer[_length - 1] is 'l' or 's' or 'z' ? 0 : 1;
                }
                else if (Measure == 1 && EndsShort(_length))
                {
                    _buffer[_length++] = 'e';
                }
            }
        }

        /// <summary>Steps 2 to 4: the longest suffix of the table that the word ends in is replaced, if what stands before it is long enough.</summary>
        public void ReplaceFirst((string Suffix, string Replacement)[] rules, int leastMeasure)
        {
            foreach ((string suffix, string replacement) in rules)
            {
                if (Ends(suffix))
                {
                    bool fits = suffix != "ion" || (_stemLength > 0 && _buffer[_stemLength - 1] is 's' or 't');
                    if (fits && Measure >= leastMeasure)
                    {
                        Replace(replacement);
                    }

                    return;
                }
            }
        }

        /// <summary>Step 5: a final -e, and one l of two.</summary>
        public void FinalLetters()
        {
            if (Ends("e") && (Measure > 1 || (Measure == 1 && !EndsShort(_stemLength))))
            {
                Replace("");
            }

            _stemLength = _length;
            if (_buffer[_length - 1] == 'l' && EndsInDoubleConsonant() && Measure > 1)
            {
                _length--;
            }
        }

        private readonly bool EndsInDoubleConsonant() =>
            _length > 1 && _buffer[_length - 1] == _buffer[_length - 2] && IsConsonant(_length - 1);

        /// <summary>Whether the first letters of the word end in consonant, vowel, consonant, the last none of w, x and y.</summary>
        private readonly bool EndsShort(int end) =>
            end > 2 && IsConsonant(end - 1) && !IsConsonant(end - 2) && IsConsonant(end - 3) && _buffer[end - 1] is not ('w' or 'x' or 'y');

        private readonly bool IsConsonant(int at) => _buffer[at] switch
        {
            'a' or 'e' or 'i' or 'o' or 'u' => false,
            'y' => at == 0 || !IsConsonant(at - 1),
            _ => true,
        };
    }
}
