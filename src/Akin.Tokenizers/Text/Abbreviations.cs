using System.Collections.Frozen;

namespace Akin.Tokenizers.Text;

/// <summary>The words that tell <see cref="SentenceSplitter"/> whether a period, or a quotation, ends a sentence.</summary>
internal static class Abbreviations
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Never = Set(StringComparer.OrdinalIgnoreCase,
        "Mr Mrs Ms Messrs Mme Mlle Dr Drs Prof Gen Col Maj Capt Cmdr Lt Sgt Cpl Adm Rev Fr Hon Sen Rep Gov Pres Supt Amb St Mt Ft vs viz cf e.g i.e eg ie approx ca resp esp incl "
        + "Messrs Insp Det Mx");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Numbered = Set(StringComparer.Ordinal,
        "No Nos no nos p pp Vol vol vols Fig fig Figs figs Eq eq Eqs eqs Sec sec Ch ch Chap chap Art art Ref ref Refs refs Tab Tables tab "
        + "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Ver ver v Rs art par para approx ca c");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Maybe = Set(StringComparer.Ordinal,
        "etc Inc Ltd Co Corp Bros Assn Dept Univ Jr Sr Esq al Ave Blvd Rd Ph.D M.D B.A M.A a.m p.m A.M P.M am pm U.S U.K U.N E.U D.C L.A N.Y ed eds est ext min max avg dept govt "
        + "Fig Figs Eq Ref Refs No Nos Vol Sec Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec oz lb lbs ft hr hrs mins secs Mon Tue Tues Wed Thu Thurs Fri Sat Sun");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Starters = Set(StringComparer.OrdinalIgnoreCase,
        "The A An This That These Those There Here He She It We You They I His Her Its Our Your Their My In On At By For From To With As After Before During While When Where Why How What Who Which "
        + "If But And Or So Yet Because Although Though However Moreover Furthermore Thus Therefore Then Also Another Some Many Most Both All Each Every No Not Nor Now Since Until Despite "
        + "Meanwhile Instead Finally First Second Third Once One Two Three Is Are Was Were Do Does Did Can Could Will Would Should May Might Have Has Had Let Please Yes Well Such Other Others Only "
        + "Even Our Results Data Here Using Based Given Under Over Between Among Through Within Without Further Additionally Recently Overall Interestingly Importantly");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> QuotingParticles = Set(StringComparer.Ordinal,
        "라고 라고도 라고는 이라고 이라고도 라며 이라며 라면서 이라면서 라는 이라는 라던 하고 하며 하면서 하는 하던 라 이라 란 이란 고 며 는 은 을 를 이 가 도 만 의 에 와 과 로 으로 라는데 라지만 라니 "
        + "라면 처럼 같은 같이 라든가 등 등의 등을 했다 했고 하자 라는데도 이라든가 에서 까지 부터 보다 라도 라서 이라서 이어서");

    /// <summary>Syllables that Korean sentences end with before a period.</summary>
    private const string KoreanEndings = "다요죠까네음임함됨오라자지어아군나냐니세걸데게래려야해돼봐줘와워여랴든서고듯구우슴삼염용욤ㅋㅎ움큼듬짐심힘감남람참낌림뜸";

    private const string SpeechVerbs = "说道问喊叫答想曰說問嚷骂吼";

    /// <summary>An abbreviation that something always follows: Mr, vs, e.g.</summary>
    public static bool NeverEnds(ReadOnlySpan<char> word) => Never.Contains(word);

    /// <summary>An abbreviation that is not the end before a number: No, Fig, Sept.</summary>
    public static bool TakesNumber(ReadOnlySpan<char> word) => Numbered.Contains(word);

    /// <summary>An abbreviation that may stand at the end: Inc, etc, p.m.</summary>
    public static bool MayEnd(ReadOnlySpan<char> word) => Maybe.Contains(word);

    /// <summary>A word that starts English sentences and seldom follows a name.</summary>
    public static bool IsSentenceStarter(ReadOnlySpan<char> word) => Starters.Contains(word);

    /// <summary>What follows a quotation in Korean that is part of a longer sentence.</summary>
    public static bool IsQuotingParticle(ReadOnlySpan<char> word) => QuotingParticles.Contains(word);

    public static bool IsKoreanEnding(char syllable) => KoreanEndings.Contains(syllable);

    /// <summary>Whether a Chinese text says within a few characters who spoke the words before it.</summary>
    public static bool SpeaksSoon(ReadOnlySpan<char> text)
    {
        for (int i = 0; i < Math.Min(text.Length, 6); i++)
        {
            if (SpeechVerbs.Contains(text[i]))
                return true;
            if ("，。！？、；“”「」".Contains(text[i]))
                return false;
        }
        return false;
    }

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Set(StringComparer comparer, string words) =>
        words.Split(' ').ToFrozenSet(comparer).GetAlternateLookup<ReadOnlySpan<char>>();
}
