namespace Akin.Datasets;

/// <summary>
/// Puts together syllables that EUC-KR cannot write as one character and spells as a filler and three letters (KS X 1001, appendix 3), as Python's codec does:
/// U+3164 ㄸ ㅗ ㅁ is 똠.
/// </summary>
internal sealed class HangulComposer
{
    /// <summary>Characters of a spelled syllable.</summary>
    public const int Length = 4;

    private const char Filler = '\u3164';
    private const char FirstVowel = '\u314F';
    private const char FirstSyllable = '\uAC00';
    private const string Initials = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
    private const int VowelCount = 21;
    private const string Finals = "\u3164ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";

    private readonly char[] _kept = new char[Length - 1];
    private int _keptCount;

    /// <summary>Moves what the last call kept back to the front of <paramref name="letters"/>.</summary>
    public int TakeKept(Span<char> letters)
    {
        _kept.AsSpan(0, _keptCount).CopyTo(letters);
        int count = _keptCount;
        _keptCount = 0;
        return count;
    }

    /// <summary>Composes in place and gives the new length; a spelling cut off at the end is kept for the next call.</summary>
    public int Compose(Span<char> letters, bool last)
    {
        int written = 0;
        for (int place = 0; place < letters.Length; place++)
        {
            if (letters[place] == Filler)
            {
                ReadOnlySpan<char> rest = letters[place..];
                if (rest.Length < Length && !last)
                {
                    rest.CopyTo(_kept);
                    _keptCount = rest.Length;
                    return written;
                }

                if (rest.Length >= Length && Syllable(rest) is { } syllable)
                {
                    letters[written++] = syllable;
                    place += Length - 1;
                    continue;
                }
            }

            letters[written++] = letters[place];
        }

        return written;
    }

    private static char? Syllable(ReadOnlySpan<char> spelled)
    {
        int initial = Initials.IndexOf(spelled[1]);
        int vowel = spelled[2] - FirstVowel;
        int final = Finals.IndexOf(spelled[3]);
        return initial >= 0 && vowel is >= 0 and < VowelCount && final >= 0
            ? (char)(FirstSyllable + (((initial * VowelCount) + vowel) * Finals.Length) + final)
            : null;
    }
}
