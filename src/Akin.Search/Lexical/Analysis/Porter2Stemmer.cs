using System.Collections.Frozen;

namespace Akin.Search.Lexical.Analysis;

/// <summary>
/// Porter2, the English stemmer of Snowball (M. F. Porter, 2002; the rules of Snowball 2.2): it spares short words and names that the first algorithm spoils.
/// </summary>
public static class Porter2Stemmer
{
    // A y that is a consonant, while a word is stemmed.
    private const char Consonant = 'Y';

    private static readonly FrozenDictionary<string, string> Exceptions = new Dictionary<string, string>
    {
        ["skis"] = "ski",
        ["skies"] = "sky",
        ["dying"] = "die",
        ["lying"] = "lie",
        ["tying"] = "tie",
        ["idly"] = "idl",
        ["gently"] = "gentl",
        ["ugly"] = "ugli",
        ["early"] = "earli",
        ["only"] = "onli",
        ["singly"] = "singl",
        ["sky"] = "sky",
        ["news"] = "news",
        ["howe"] = "howe",
        ["atlas"] = "atlas",
        ["cosmos"] = "cosmos",
        ["bias"] = "bias",
        ["andes"] = "andes",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Words that are whole once their plural is off.
    private static readonly FrozenSet<string> Whole =
        new[] { "inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly (string Suffix, string Replacement)[] Step2 = LongestFirst(
        ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("abli", "able"), ("entli", "ent"), ("izer", "ize"), ("ization", "ize"), ("ational", "ate"),
        ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("aliti", "al"), ("alli", "al"), ("fulness", "ful"), ("ousli", "ous"), ("ousness", "ous"),
        ("iveness", "ive"), ("iviti", "ive"), ("biliti", "ble"), ("bli", "ble"), ("ogi", "og"), ("fulli", "ful"), ("lessli", "less"), ("li", ""));

    private static readonly (string Suffix, string Replacement)[] Step3 = LongestFirst(
        ("tional", "tion"), ("ational", "ate"), ("alize", "al"), ("icate", "ic"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""), ("ative", ""));

    private static readonly (string Suffix, string Replacement)[] Step4 = LongestFirst(
        ("al", ""), ("ance", ""), ("ence", ""), ("er", ""), ("ic", ""), ("able", ""), ("ible", ""), ("ant", ""), ("ement", ""), ("ment", ""), ("ent", ""), ("ism", ""),
        ("ate", ""), ("iti", ""), ("ous", ""), ("ive", ""), ("ize", ""), ("ion", ""));

    /// <summary>The stem of a word.</summary>
    /// <param name="word">The word, in lower case; one of other letters or of up to two stays as it is.</param>
    public static string Stem(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (word.Length <= 2)
        {
            return word;
        }

        if (Exceptions.TryGetValue(word, out string? exception))
        {
            return exception;
        }

        Span<char> buffer = word.Length < 256 ? stackalloc char[word.Length + 1] : new char[word.Length + 1];
        Stemming stem = new(buffer, word);
        stem.Possessive();
        stem.Plural();
        if (!Whole.GetAlternateLookup<ReadOnlySpan<char>>().Contains(stem.Word))
        {
            stem.Past();
            stem.FinalY();
            stem.Derivation(Step2, inSecondRegion: false);
            stem.Derivation(Step3, inSecondRegion: false);
            stem.Derivation(Step4, inSecondRegion: true);
            stem.FinalLetter();
        }

        stem.Word.Replace(Consonant, 'y');
        return stem.Word.SequenceEqual(word) ? word : stem.Word.ToString();
    }

    private static (string Suffix, string Replacement)[] LongestFirst(params (string Suffix, string Replacement)[] rules) =>
        [.. rules.OrderByDescending(rule => rule.Suffix.Length)];

    private static bool IsVowel(char letter) => letter is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';

    /// <summary>A word while it is cut. What stands before the suffix found last is its stem.</summary>
    private ref struct Stemming
    {
        private readonly Span<char> _buffer;

        // R1 and R2 of the algorithm: the parts behind the first, and behind the second, consonant that follows a vowel.
        private readonly int _first;
        private readonly int _second;
        private int _length;
        private int _stemLength;

        public Stemming(Span<char> buffer, string word)
        {
            _buffer = buffer;
            ReadOnlySpan<char> letters = word.AsSpan(word[0] == '\'' ? 1 : 0);
            letters.CopyTo(buffer);
            _length = letters.Length;
            for (int i = 0; i < _length; i++)
            {
                if (buffer[i] == 'y' && (i == 0 || IsVowel(buffer[i - 1])))
                {
                    buffer[i] = Consonant;
                }
            }

            _first = letters switch
            {
                _ when letters.StartsWith("gener") || letters.StartsWith("arsen") => 5,
                _ when letters.StartsWith("commun") => 6,
                _ => BehindSyllable(0),
            };
            _second = BehindSyllable(_first);
        }

        public readonly Span<char> Word => _buffer[.._length];

        /// <summary>Step 0.</summary>
        public void Possessive()
        {
            if (Ends("'s'") || Ends("'s") || Ends("'"))
            {
                Replace("");
            }
        }

        /// <summary>Step 1a.</summary>
        public void Plural()
        {
            if (Ends("sses"))
            {
                Replace("ss");
            }
            else if (Ends("ied") || Ends("ies"))
            {
                Replace(_stemLength > 1 ? "i" : "ie");
            }
            else if (!Ends("us") && !Ends("ss") && Ends("s") && _stemLength > 1 && HasVowelBefore(_stemLength - 1))
            {
                Replace("");
            }
        }

        /// <summary>Step 1b.</summary>
        public void Past()
        {
            if (Ends("eedly") || Ends("eed"))
            {
                if (_stemLength >= _first)
                {
                    Replace("ee");
                }
            }
            else if ((Ends("ingly") || Ends("edly") || Ends("ing") || Ends("ed")) && HasVowelBefore(_stemLength))
            {
                Replace("");
                if (Ends("at") || Ends("bl") || Ends("iz"))
                {
                    _buffer[_length++] = 'e';
                }
                else if (_length > 1 && _buffer[_length - 1] == _buffer[_length - 2] && "bdfgmnprt".Contains(_buffer[_length - 1]))
                {
                    _length--;
                }
                else if (_length == _first && EndsShort(_length))
                {
                    _buffer[_length++] = 'e';
                }
            }
        }

        /// <summary>Step 1c.</summary>
        public readonly void FinalY()
        {
            if (_length > 2 && _buffer[_length - 1] is 'y' or Consonant && !IsVowel(_buffer[_length - 2]))
            {
                _buffer[_length - 1] = 'i';
            }
        }

        /// <summary>Steps 2 to 4: the longest suffix of the table that the word ends in is replaced, if it lies in the region.</summary>
        public void Derivation((string Suffix, string Replacement)[] rules, bool inSecondRegion)
        {
            foreach ((string suffix, string replacement) in rules)
            {
                if (Ends(suffix))
                {
                    char before = _stemLength > 0 ? _buffer[_stemLength - 1] : '\0';
                    bool fits = suffix switch
                    {
                        "ogi" => before == 'l',
                        "li" => "cdeghkmnrt".Contains(before),
                        "ion" => before is 's' or 't',
                        "ative" => _stemLength >= _second,
                        _ => true,
                    };
                    if (fits && _stemLength >= (inSecondRegion ? _second : _first))
                    {
                        Replace(replacement);
                    }

                    return;
                }
            }
        }

        /// <summary>Step 5.</summary>
        public void FinalLetter()
        {
            if (Ends("e") && (_stemLength >= _second || (_stemLength >= _first && !EndsShort(_stemLength))))
            {
                Replace("");
            }
            else if (Ends("ll") && _stemLength + 1 >= _second)
            {
                Replace("l");
            }
        }

        private bool Ends(string suffix)
        {
            bool ends = Word.EndsWith(suffix);
            _stemLength = ends ? _length - suffix.Length : _stemLength;
            return ends;
        }

        private void Replace(string replacement)
        {
            replacement.CopyTo(_buffer[_stemLength..]);
            _length = _stemLength + replacement.Length;
        }

        private readonly int BehindSyllable(int start)
        {
            for (int i = start + 1; i < _length; i++)
            {
                if (IsVowel(_buffer[i - 1]) && !IsVowel(_buffer[i]))
                {
                    return i + 1;
                }
            }

            return _length;
        }

        private readonly bool HasVowelBefore(int end)
        {
            foreach (char letter in _buffer[..end])
            {
                if (IsVowel(letter))
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>Whether the first letters of the word end in a short syllable: consonant, vowel, consonant (none of w, x, Y); or are a vowel and a consonant.</summary>
        private readonly bool EndsShort(int end) =>
            end == 2
                ? IsVowel(_buffer[0]) && !IsVowel(_buffer[1])
                : end > 2 && !IsVowel(_buffer[end - 1]) && _buffer[end - 1] is not ('w' or 'x' or Consonant) && IsVowel(_buffer[end - 2]) && !IsVowel(_buffer[end - 3]);
    }
}
