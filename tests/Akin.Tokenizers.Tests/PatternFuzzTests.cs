using System.Text;
using System.Text.RegularExpressions;
using Akin.Tokenizers.Patterns;
using Xunit.Sdk;

namespace Akin.Tokenizers.Tests;

/// <summary>Random patterns on random texts, where Oniguruma and .NET mean the same: both engines must find the same.</summary>
public class PatternFuzzTests
{
    private static readonly string[] Atoms =
    [
        "a", "b", "c", "ab", " ", "[ab]", "[^a]", "[a-c&&[^b]]", "\\s", "\\S", "\\w", "\\d", ".", "(?i:B)", "(?=a)", "(?!b)", "(?<=a)", "(?<!b)", "\\A", "\\z", "\\b", "\\B", "\\p{Lu}", "é",
    ];

    private static readonly string[] Quantifiers = ["?", "*", "+", "??", "*?", "+?", "?+", "*+", "++", "{2}", "{1,2}", "{,2}", "{2,}", "{1,2}?"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomPattern_OnRandomText_FindsWhatDotNetFinds(int seed)
    {
        Random random = new(seed);
        int found = 0;
        for (int round = 0; round < 700; round++)
        {
            (string ours, string theirs) = RandomPattern(random, depth: 0);
            Regex regex = new(theirs, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));
            Pattern pattern = Pattern.Compile(ours);
            for (int texts = 0; texts < 6; texts++)
            {
                string text = RandomText(random);
                for (int from = 0; from <= text.Length; from++)
                {
                    Match match = regex.Match(text, from);
                    bool matches = pattern.TryFind(text, from, out int start, out int end);
                    string expected = match.Success ? $"{match.Index}..{match.Index + match.Length}" : "nothing", actual = matches ? $"{start}..{end}" : "nothing";
                    if (expected != actual)
                        throw new XunitException($"seed {seed} round {round}: {ours} ({theirs}) on \"{text}\" from {from}: expected {expected}, found {actual}");
                    found += matches ? 1 : 0;
                }
            }
        }
        Assert.True(found > 1000, "the patterns hardly match anything");
    }

    [Fact]
    public void RandomGarbage_IsCompiledOrRefused()
    {
        Random random = new(11);
        const string Characters = "ab(()|)[]^$*+?{}1,2\\pLsSxu:&-=!<>i#\u00E9\uD83D\uDE00";
        int compiled = 0;
        for (int round = 0; round < 20_000; round++)
        {
            string source = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => Characters[random.Next(Characters.Length)]));
            try
            {
                Pattern pattern = Pattern.Compile(source);
                using PatternMatches matches = pattern.Matches("ab 12 aé😀\n(a)");
                int last = 0;
                while (matches.MoveNext())
                {
                    Assert.InRange(matches.Start, last, matches.End);
                    last = matches.End;
                }
                compiled++;
            }
            catch (PatternException refusal)
            {
                Assert.Equal(source, refusal.Pattern);
            }
        }
        Assert.InRange(compiled, 2000, 18_000);
    }

    private static (string Ours, string Theirs) RandomPattern(Random random, int depth)
    {
        StringBuilder ours = new(), theirs = new();
        int branches = random.Next(depth == 0 ? 4 : 3) + 1;
        for (int branch = 0; branch < branches; branch++)
        {
            if (branch > 0)
            {
                ours.Append('|');
                theirs.Append('|');
            }
            for (int count = depth == 0 ? random.Next(4) : random.Next(1, 4); count > 0; count--)
            {
                (string ourAtom, string theirAtom) = depth < 2 && random.Next(3) == 0 ? Group(random, depth) : Atom(random);
                // .NET 10 finds matches that are none where what is repeated may be empty, and at times never ends.
                bool consumes = !PatternParser.Parse(ourAtom).IsNullable;
                if (consumes && random.Next(2) == 0)
                    (ourAtom, theirAtom) = Quantify(random, ourAtom, theirAtom);
                ours.Append(ourAtom);
                theirs.Append(theirAtom);
            }
        }
        return (ours.ToString(), theirs.ToString());
    }

    private static (string Ours, string Theirs) Atom(Random random)
    {
        string atom = Atoms[random.Next(Atoms.Length)];
        return (atom, atom.Replace("[a-c&&[^b]]", "[a-c-[b]]", StringComparison.Ordinal));
    }

    private static (string Ours, string Theirs) Group(Random random, int depth)
    {
        (string ours, string theirs) = RandomPattern(random, depth + 1);
        string open = new[] { "(?:", "(?:", "(?>", "(?=", "(?!" }[random.Next(5)];
        return (open + ours + ")", open + theirs + ")");
    }

    private static (string Ours, string Theirs) Quantify(Random random, string ours, string theirs)
    {
        string quantifier = Quantifiers[random.Next(Quantifiers.Length)];
        if (ours == "ab")
            (ours, theirs) = ("(?:ab)", "(?:ab)");
        string plain = quantifier.Length == 2 && quantifier[1] == '+' ? $"(?>{theirs}{quantifier[0]})" : theirs + quantifier.Replace("{,", "{0,", StringComparison.Ordinal);
        return (ours + quantifier, plain);
    }

    private static string RandomText(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(9)).Select(_ => "aaabbbc  1A\né"[random.Next(13)]));
}
