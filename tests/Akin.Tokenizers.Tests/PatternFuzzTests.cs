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
        int found = 0, automata = 0;
        for (int round = 0; round < 700; round++)
        {
            (string ours, string theirs) = RandomPattern(random, depth: 0);
            Regex regex = new(theirs, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));
            Pattern pattern = Pattern.Compile(ours), backtracking = Pattern.CompileWithoutAutomaton(ours);
            automata += pattern.Program.Automaton is null ? 0 : 1;
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
                    if (backtracking.TryFind(text, from, out int otherStart, out int otherEnd) != matches || (otherStart, otherEnd) != (start, end))
                        throw new XunitException($"seed {seed} round {round}: {ours} on \"{text}\" from {from}: {start}..{end} by automaton, {otherStart}..{otherEnd} by going back");
                }
            }
        }
        Assert.True(found > 1000, "the patterns hardly match anything");
        Assert.InRange(automata, 100, 650);
    }

    /// <summary>The patterns that published tokenizers cut with.</summary>
    [Theory]
    [InlineData("gpt2", "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+")]
    [InlineData("clip", "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+")]
    [InlineData("cl100k, llama3", "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+")]
    [InlineData("qwen2", "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+")]
    [InlineData("o200k", "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+")]
    [InlineData("bloom", " ?[^(\\s|[.,!?…。，、।۔،])]+")]
    [InlineData("deepseek", "\\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃]+")]
    [InlineData("deepseek 3", "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+")]
    [InlineData("deepseek digits and han", "\\p{N}{1,3}|[一-龥\u3040-ゟ゠-ヿ]+")]
    [InlineData("falcon", "[0-9][0-9][0-9]|'(?:[sdmt]|ll|ve|re)| ?\\p{L}+")]
    [InlineData("tiktoken gpt2", "'(?:[sdmt]|ll|ve|re)| ?\\p{L}++| ?\\p{N}++| ?[^\\s\\p{L}\\p{N}]++|\\s++$|\\s+(?!\\S)|\\s")]
    [InlineData("tiktoken cl100k", "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$|\\s*[\\r\\n]|\\s+(?!\\S)|\\s")]
    public void PublishedPattern_OnRandomText_IsFoundTheSameBothWays(string name, string expression)
    {
        Pattern pattern = Pattern.Compile(expression), backtracking = Pattern.CompileWithoutAutomaton(expression);
        Assert.NotNull(pattern.Program.Automaton);
        Random random = new(17);
        string[] more = ["'s", "'LL", "'ſ", " the", " The", "DON'T", "  \n\n ", "\r\n", "123456", " 7", "!!!\n", "...", "中文", "한국어", " é", "ÀB", "//", "<|endoftext|>", "ǅa", "ʰ"];
        int count = 0;
        for (int round = 0; round < 400; round++)
        {
            string text = Unicode.Utf16.WellFormed(string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.Next(3) == 0 ? FuzzTests.RandomText(random) : more[random.Next(more.Length)])));
            using PatternMatches matches = pattern.Matches(text), others = backtracking.Matches(text);
            while (matches.MoveNext())
            {
                Assert.True(others.MoveNext(), $"{name} on {text}");
                Same.Values($"{name} on {text}", (others.Start, others.End), (matches.Start, matches.End));
                count++;
            }
            Assert.False(others.MoveNext(), $"{name} on {text}");
        }
        Assert.True(count > 100, name);
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
