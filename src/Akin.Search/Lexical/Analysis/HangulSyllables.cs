namespace Akin.Search.Lexical.Analysis;

/// <summary>Hangul in whole syllables: texts from some systems spell them in their letters (NFD), which would be other terms.</summary>
internal static class HangulSyllables
{
    // The arithmetic of the Unicode Standard, section 3.12: a syllable is (lead · 21 + vowel) · 28 + tail.
    private const char FirstSyllable = '가', LastSyllable = '힣', FirstLead = '\u1100', FirstVowel = '\u1161', BeforeFirstTail = '\u11A7';
    private const int LeadCount = 19, VowelCount = 21, TailCount = 28;

    public static bool IsSyllable(char unit) => unit is >= FirstSyllable and <= LastSyllable;

    /// <summary>Whether a text has syllables, whole or in letters.</summary>
    public static bool AnyIn(string text) => text.AsSpan().ContainsAnyInRange(FirstSyllable, LastSyllable) || text.AsSpan().ContainsAnyInRange(FirstLead, '\u11FF');

    /// <summary>The term with its letters joined to syllables, and where each UTF-16 unit of it begins in the text; the last entry is the token's end.</summary>
    public static (string Term, int[] Starts) Compose(TextToken token)
    {
        string term = token.Term;
        bool isExact = term.Length == token.End - token.Start;
        char[] units = new char[term.Length];
        int[] starts = new int[term.Length + 1];
        int length = 0;
        for (int i = 0; i < term.Length; i++)
        {
            starts[length] = isExact ? token.Start + i : token.Start;
            int lead = term[i] - FirstLead;
            if (lead is >= 0 and < LeadCount && i + 1 < term.Length && term[i + 1] - FirstVowel is >= 0 and < VowelCount and int vowel)
            {
                i++;
                int tail = i + 1 < term.Length && term[i + 1] - BeforeFirstTail is > 0 and < TailCount and int found ? found : 0;
                i += tail > 0 ? 1 : 0;
                units[length++] = (char)(FirstSyllable + ((lead * VowelCount) + vowel) * TailCount + tail);
            }
            else
            {
                units[length++] = term[i];
            }
        }

        starts[length] = token.End;
        return (new string(units, 0, length), starts);
    }
}
