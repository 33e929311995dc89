using System.Text;
using Akin.Tokenizers.Patterns;

namespace Akin.Tokenizers.Tests;

/// <summary>The regular expressions of tokenizer files, as Oniguruma's Ruby syntax has them.</summary>
public class PatternTests
{
    [Theory]
    [InlineData("abc", "xabcabx", "1..4")]
    [InlineData("a|ab", "abab", "0..1 2..3")]
    [InlineData("ab|a", "aab", "0..1 1..3")]
    [InlineData("a*", "baa", "0..0 1..3")]
    [InlineData("a+?", "aaa", "0..1 1..2 2..3")]
    [InlineData("a*?b", "aab", "0..3")]
    [InlineData("a{2,3}", "aaaaaaa", "0..3 3..6")]
    [InlineData("a{2,3}?", "aaaaa", "0..2 2..4")]
    [InlineData("a{,2}b", "aaab", "1..4")]
    [InlineData("a{2}?b", "aaab", "1..4")]
    [InlineData("a{2}?b", "b", "0..1")]
    [InlineData("a{x}", "a{x}", "0..4")]
    [InlineData("x{2,}", "xxxxyxyxx", "0..4 7..9")]
    [InlineData("(ab){2}", "ababab", "0..4")]
    [InlineData("(?:a|b)+c", "abacabx", "0..4")]
    [InlineData("(?:ab?)*c", "aababc", "0..6")]
    [InlineData("a++a", "aaa", "")]
    [InlineData("a?+ab", "aab", "0..3")]
    [InlineData("a?+ab", "ab", "")]
    [InlineData("(?>a|ab)c", "abc", "")]
    [InlineData("(?:a|ab)c", "abc", "0..3")]
    [InlineData("(?:a|ab)++c", "abc", "")]
    [InlineData("a(?=b)", "abaac", "0..1")]
    [InlineData("a(?!b)", "abaac", "2..3 3..4")]
    [InlineData("a(?=bc|d)", "abadabc", "2..3 4..5")]
    [InlineData("a(?!bc|d)", "abadabc", "0..1")]
    [InlineData("(?<=a)b", "abbb", "1..2")]
    [InlineData("(?<!a)b", "abbb", "2..3 3..4")]
    [InlineData("(?<=ab|c)d", "abdcdbd", "2..3 4..5")]
    [InlineData("(?<!ab|c)d", "abdcdbd", "6..7")]
    [InlineData("(?<=😀)b", "😀bab", "2..3")]
    [InlineData("[a-c]+", "xabcx", "1..4")]
    [InlineData("[^a-c]+", "xabcyy", "0..1 4..6")]
    [InlineData("[a-z&&[^aeiou]]+", "hello", "0..1 2..4")]
    [InlineData("[a-z&&[^aeiou]&&[^l]]+", "hello", "0..1")]
    [InlineData("[^a-z&&[^aeiou]]", "hE", "1..2")]
    [InlineData("[[ab][cd]]+", "adx", "0..2")]
    [InlineData("[]a]+", "a]b", "0..2")]
    [InlineData("[a\\-c]+", "a-cb", "0..3")]
    [InlineData("[a-]+", "a-b", "0..2")]
    [InlineData("[\\d-x]+", "1-xy", "0..3")]
    [InlineData("[[:digit:]]+", "a12", "1..3")]
    [InlineData("[[:^digit:]]+", "a12", "0..1")]
    [InlineData("(?i:s|ll)", "SLLsl", "0..1 1..3 3..4")]
    [InlineData("(?i)é", "É", "0..1")]
    [InlineData("(?i)k", "\u212A", "0..1")]
    [InlineData("(?i)[^a]", "Aab", "2..3")]
    [InlineData("a(?i)b|c", "aCB", "0..2")]
    [InlineData("a(?i:b)c", "aBcaBC", "0..3")]
    [InlineData("(?i:a(?-i)b)", "AbAB", "0..2")]
    [InlineData(".", "a\n😀", "0..1 2..4")]
    [InlineData("(?m:.)", "a\n", "0..1 1..2")]
    [InlineData("[^a]", "😀a", "0..2")]
    [InlineData("😀+", "a😀😀", "1..5")]
    [InlineData("[😀-😂]", "😁a😄", "0..2")]
    [InlineData("\\x{1F600}", "😀", "0..2")]
    [InlineData("\\u4E2D\\x41\\t", "中A\t", "0..3")]
    [InlineData("^a", "a\nab", "0..1 2..3")]
    [InlineData("^", "a\n", "0..0")]
    [InlineData("a$", "a\na", "0..1 2..3")]
    [InlineData("\\Aa", "a\na", "0..1")]
    [InlineData("a\\z", "a\na\n", "")]
    [InlineData("a\\Z", "a\na\n", "2..3")]
    [InlineData("\\b", "a b", "0..0 1..1 2..2 3..3")]
    [InlineData("\\B", "ab", "1..1")]
    [InlineData("\\p{Lu}\\P{Lu}\\p{^Lu}", "Aaa", "0..3")]
    [InlineData("\\p{Uppercase Letter}", "aB", "1..2")]
    [InlineData("\\p{Han}+", "a中文b", "1..3")]
    [InlineData("\\s+(?!\\S)|\\s+", "a   b", "1..3 3..4")]
    [InlineData("x*", "axb", "0..0 1..2 3..3")]
    [InlineData("", "ab", "0..0 1..1 2..2")]
    [InlineData("(?:)*a", "a", "0..1")]
    [InlineData("(?:a*)*b", "aab", "0..3")]
    [InlineData("(?:a?){3}b", "aab", "0..3")]
    [InlineData("(?:|a)+b", "ab", "0..2")]
    [InlineData("(?#note)a", "a", "0..1")]
    [InlineData("(?<name>a)b", "ab", "0..2")]
    [InlineData("a.*?c", "abcabc", "0..3 3..6")]
    [InlineData("(?:ab)*?c", "ababc", "0..5")]
    [InlineData("a]", "a]", "0..2")]
    [InlineData("\\h+", "fg0", "0..1 2..3")]
    public void Matches_AreThoseOfOniguruma(string expression, string text, string expected)
    {
        Same.Values($"{expression} on {text}", expected, Find(Pattern.Compile(expression), text));
        Same.Values($"{expression} on {text}, going back", expected, Find(Pattern.CompileWithoutAutomaton(expression), text));
    }

    [Theory]
    [InlineData("(a", "not closed", 0)]
    [InlineData("a)", "closing parenthesis", 1)]
    [InlineData("[a", "not closed", 0)]
    [InlineData("[]", "without members", 0)]
    [InlineData("[z-a]", "runs backwards", 2)]
    [InlineData("*a", "nothing before it", 0)]
    [InlineData("a{3,2}", "at least 3 and at most 2", 1)]
    [InlineData("a{2000}", "more than 1000 repetitions", 1)]
    [InlineData("(a)\\1", "\"\\1\"", 3)]
    [InlineData("\\k<x>", "\"\\k\"", 0)]
    [InlineData("\\K", "\"\\K\"", 0)]
    [InlineData("\\G", "\"\\G\"", 0)]
    [InlineData("\\pL", "\"\\p\"", 0)]
    [InlineData("\\p{Emoji_Nonsense}", "\"Emoji_Nonsense\"", 0)]
    [InlineData("\\p{L", "without an end", 0)]
    [InlineData("\\x{110000}", "hexadecimal", 0)]
    [InlineData("\\x{D800}", "hexadecimal", 0)]
    [InlineData("\\u12", "hexadecimal", 0)]
    [InlineData("\\xE4", "byte of an encoding", 0)]
    [InlineData("[[:alpha:]]", "[:alpha:]", 1)]
    [InlineData("(?x:a)", "\"(?x\"", 0)]
    [InlineData("(?(1)a)", "\"(?(\"", 0)]
    [InlineData("(?~a)", "\"(?~\"", 0)]
    [InlineData("(?<=a+)b", "not fixed", 0)]
    [InlineData("(?=a)*", "consumes no characters", 5)]
    [InlineData("^*", "consumes no characters", 1)]
    [InlineData("a\\", "backslash at the end", 1)]
    public void Compile_WhatIsNotSupported_IsRefusedWithItsNameAndPlace(string expression, string problem, int position)
    {
        PatternException refusal = Assert.Throws<PatternException>(() => Pattern.Compile(expression));
        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(position, refusal.Position);
        Assert.Equal(expression, refusal.Pattern);
    }

    [Fact]
    public void Compile_HostileSizes_AreRefusedBeforeTheyCostMuch()
    {
        string[] hostile =
        [
            new string('(', 100_000), new string('(', 300) + new string(')', 300), new string('[', 300), "a" + string.Concat(Enumerable.Repeat("{2}", 1000)),
            "((((a{1000}){1000}){1000}){1000})", NestedAndWide(), new string('a', 70_000), string.Concat(Enumerable.Range(0, 5000).Select(static i => $"[{(char)(0x4E00 + (2 * i))}{(char)(0x5E00 + i)}]")),
        ];
        foreach (string expression in hostile)
            Assert.Throws<PatternException>(() => Pattern.Compile(expression));
        Assert.Equal("9..10", Find("[" + string.Concat(Enumerable.Range(0, 20_000).Select(static i => (char)(0x4E00 + i))) + "]", "abcdefghi中"));
        Assert.Equal("3..5", Find(string.Join('|', Enumerable.Range(0, 10_000).Select(static i => $"w{i}")), "a w7777".Replace(" ", "  ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("(a+)+$")]
    [InlineData("(a|aa)+$")]
    [InlineData("(?:a?){30}a{30}b")]
    [InlineData("(.*)*x")]
    [InlineData("(?:(?:a*)*)*x")]
    public void Matches_PatternThatExplodes_EndsInATypedError(string expression)
    {
        string text = new string('a', 40_000) + "!";
        PatternException problem = Assert.Throws<PatternException>(() => Find(Pattern.CompileWithoutAutomaton(expression), text));
        Assert.Contains(expression, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(?:a?){30}a{30}b", "940..1001")]
    [InlineData("(?:a|aa)+b", "0..1001")]
    [InlineData("(?:a+)+c|(?:a+)*b", "0..1001")]
    public void Matches_PatternThatWouldExplodeGoingBack_IsFoundByAnAutomaton(string expression, string expected)
    {
        Assert.NotNull(Pattern.Compile(expression).Program.Automaton);
        Assert.Equal(expected, Find(expression, new string('a', 1000) + "b"));
    }

    [Theory]
    [InlineData("\\s+$")]
    [InlineData("a+b")]
    [InlineData("\\s++$|\\s+(?!\\S)|\\s")]
    [InlineData("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+")]
    [InlineData("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+")]
    public void Matches_LongRuns_TakeWorkInProportion(string expression)
    {
        foreach (char unit in " a1.한\n")
            Find(expression, new string(unit, 1_000_000) + "c");
    }

    [Fact]
    public void Matches_OfUnpairedSurrogates_AreValid()
    {
        foreach (string expression in new[] { ".", "[^a]+", "\\p{L}|\\P{L}", "\\S+", "(?<=.)." })
        {
            foreach (string text in new[] { "\uD800", "\uDC00a", "a\uD83D", "\uDE00\uD83D" })
                Assert.NotEmpty(Find(expression, text + "b"));
        }
    }

    [Fact]
    public void Matches_OnceWarm_AllocateNothing()
    {
        Pattern pattern = Pattern.Compile("'s| ?\\p{L}+| ?[^\\s\\p{L}]+|\\s+(?!\\S)|\\s+");
        string text = string.Concat(Enumerable.Repeat("the cat's  on the mat, é 中文 👍 ", 100));
        long Count()
        {
            long count = 0;
            using PatternMatches matches = pattern.Matches(text);
            while (matches.MoveNext())
                count++;
            return count;
        }

        long expected = Count();
        long count = 0;
        Assert.Equal(0, Allocations.During(() => count = Count()));
        Assert.Equal(expected, count);
    }

    private static string NestedAndWide()
    {
        string wide = string.Join('|', Enumerable.Range(0, 12_000).Select(static i => $"[{(char)('a' + (i % 26))}x]"));
        for (int i = 0; i < 180; i++)
            wide = $"(?:{wide}){(char)(0x4E00 + i)}";
        Assert.InRange(wide.Length, 60_000, PatternParser.LongestPattern);
        return wide;
    }

    private static string Find(string expression, string text) => Find(Pattern.Compile(expression), text);

    private static string Find(Pattern pattern, string text)
    {
        StringBuilder found = new();
        using PatternMatches matches = pattern.Matches(text);
        while (matches.MoveNext())
            found.Append(found.Length == 0 ? string.Empty : " ").Append(matches.Start).Append("..").Append(matches.End);
        return found.ToString();
    }
}
