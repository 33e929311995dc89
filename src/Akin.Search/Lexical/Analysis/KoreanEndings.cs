using System.Collections.Frozen;

namespace Akin.Search.Lexical.Analysis;

/// <summary>What Korean adds to the end of a word, as written: particles behind nouns, endings behind verbs and behind nouns made into verbs.</summary>
/// <remarks>A rule sees no more than the spelling: an ending is taken off only where two syllables stay, and the longest one decides.</remarks>
internal static class KoreanEndings
{
    private const int LeastStem = 2;
    private const int LongestEnding = 5;

    // Case and topic particles, their combinations, and the copula.
    private static readonly FrozenSet<string> Particles = Set(
        """
        은 는 이 가 을 를 의 에 에서 에게 에게서 께 께서 로 으로 로서 으로서 로써 으로써 로부터 으로부터 부터 까지 와 과 도
        만 나 이나 라도 이라도 마저 조차 처럼 보다 에는 에도 에만 에서는 에서도 에서의 에의 으로는 로는 으로의 로의 으로도 로도
        와의 과의 와는 과는 이라는 라는 이라고 라고 이란 란 이며 며 하고 이고 고 인 이다 이었다 였다 이었던 였던 이라 들 들은
        들이 들을 들의 들에게 들과 들도 들에 까지의 부터의 만이 만을 만의 만으로 이라면 에게는 에게도 한테 이나마 뿐 뿐만 대로
        마다 밖에 이랑 랑 입니다 인가 인가요 이었나 였나 인지 일까 으로만 로만 이자 에서만
        """);

    // Forms of 하다, 되다 and the like behind a noun, and 적.
    private const string NounEndings =
        """
        한 하는 하여 해 했다 했던 한다 하며 하기 하지 할 함 해서 하여서 하였다 하였던 하면 하게 하던 했으며 하였으며 했고
        하였고 했지만 하려고 하였으나 했으나 하도록 한다는 했다는 했는가 하는가 하였는가 했나 하나 했는지 하는지 하였는지 된 되는
        되고 되어 돼 됐다 되었다 되었던 된다 되며 되기 되지 될 됨 되면 되게 됐던 되었으며 되었고 되어서 되었는가 됐는가 되었는지
        됐는지 되었나 시킨 시키는 시키고 시켜 시켰다 받은 받는 받고 받아 받았다 적인 적으로 적 적이 했을 하였을 되었을 한지 된지
        하자 하니 했는데 하는데 되는데 합니다 했습니다 하였습니다 됩니다 되었습니다 됐습니다 하세요 해요 했어요 하나요 되나요
        할까요 될까요
        """;

    // Tense, connective and final endings of verbs and adjectives.
    private const string VerbEndings =
        """
        었다 았다 었던 았던 었으며 았으며 었고 았고 었는가 았는가 었는지 았는지 었나 았나 는가 은가 는지 은지 는다 던 면 어 아
        어서 아서 지 기 게 자 었을 았을 다 었으나 았으나 으며 으면 습니다 었습니다 았습니다 겠습니다 세요 어요 아요 나요
        었어요 았어요 니까 지만 거나
        """;

    private static readonly FrozenSet<string> Endings = Particles.Concat(Set(NounEndings)).Concat(Set(VerbEndings)).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether a word is nothing but a particle.</summary>
    public static bool IsParticle(string word) => Particles.Contains(word);

    /// <summary>The syllables of a word that stay when its particle is off.</summary>
    public static int LengthWithoutParticle(string word) => LengthWithout(word, Particles);

    /// <summary>The syllables of a word that stay when its particle or verb ending is off.</summary>
    public static int LengthWithoutEnding(string word) => LengthWithout(word, Endings);

    private static int LengthWithout(string word, FrozenSet<string> endings)
    {
        FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup = endings.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int length = Math.Max(LeastStem, word.Length - LongestEnding); length < word.Length; length++)
        {
            if (lookup.Contains(word.AsSpan(length)))
            {
                return length;
            }
        }

        return word.Length;
    }

    private static FrozenSet<string> Set(string words) =>
        words.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
