using System.Globalization;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Patterns;

/// <summary>
/// Reads a regular expression in the Ruby syntax of Oniguruma, which the reference compiles patterns with. What would be rare in a tokenizer
/// (back references, conditions, extended layout …) is refused by name rather than guessed at.
/// </summary>
internal sealed class PatternParser
{
    public const int LongestPattern = 1 << 16;
    private const int DeepestNesting = 200;
    private const int MostRepetitions = 1000;

    private readonly string source;
    private int at;
    private int depth;

    private PatternParser(string source) => this.source = source;

    public static PatternNode Parse(string source)
    {
        if (source.Length > LongestPattern)
            throw new PatternException(source, $"longer than the {LongestPattern} characters that are supported");
        if (Utf16.IndexOfUnpairedSurrogate(source) is >= 0 and int place)
            throw new PatternException(source, "half of a surrogate pair is no character", place);
        PatternParser parser = new(source);
        PatternNode pattern = parser.Alternatives(default);
        return parser.at == source.Length ? pattern : throw parser.Wrong("closing parenthesis without an opening one");
    }

    private readonly record struct Options(bool IgnoreCase, bool DotMatchesNewline);

    private bool AtEnd => at == source.Length;

    private PatternNode Alternatives(Options options)
    {
        if (++depth > DeepestNesting)
            throw Wrong($"groups nested deeper than the {DeepestNesting} levels that are supported");
        List<PatternNode> branches = [Branch(options)];
        while (Take('|'))
            branches.Add(Branch(options));
        depth--;
        return branches.Count == 1 ? branches[0] : new PatternNode.Alternation(branches);
    }

    private PatternNode Branch(Options options)
    {
        List<PatternNode> parts = [];
        while (!AtEnd && source[at] is not ('|' or ')'))
        {
            if (Take("(?#"))
            {
                at = source.IndexOf(')', at) is >= 0 and int end ? end + 1 : throw Wrong("comment without an end");
                continue;
            }
            PatternNode part = Atom(options);
            parts.Add(Quantified(part));
        }
        return parts.Count == 1 ? parts[0] : new PatternNode.Sequence(parts);
    }

    private PatternNode Quantified(PatternNode part)
    {
        int repetitions = 0;
        while (!AtEnd)
        {
            int start = at, minimum, maximum;
            bool interval = false;
            if (Take('*'))
                (minimum, maximum) = (0, int.MaxValue);
            else if (Take('+'))
                (minimum, maximum) = (1, int.MaxValue);
            else if (Take('?'))
                (minimum, maximum) = (0, 1);
            else if (source[at] == '{' && TryInterval(out minimum, out maximum))
                interval = true;
            else
                return part;
            if (part is PatternNode.Assertion or PatternNode.Look)
                throw Wrong("a repetition of something that consumes no characters", start);
            RepeatKind kind = RepeatKind.Greedy;
            if (interval && minimum == maximum && Take('?'))
            {
                part = new PatternNode.Repeat(part, minimum, maximum, RepeatKind.Greedy);
                (minimum, maximum) = (0, 1); // Ruby's rule: a{3}? is (?:a{3})?
            }
            else if (Take('?'))
            {
                kind = RepeatKind.Lazy;
            }
            else if (!interval && Take('+')) // after an interval "+" is a second repetition
            {
                kind = RepeatKind.Possessive;
            }
            if (++repetitions > DeepestNesting)
                throw Wrong($"more than {DeepestNesting} repetitions one after the other", start);
            part = new PatternNode.Repeat(part, minimum, maximum, kind);
        }
        return part;
    }

    /// <summary>{n}, {n,}, {,m} or {n,m}; anything else in braces is meant literally.</summary>
    private bool TryInterval(out int minimum, out int maximum)
    {
        minimum = maximum = 0;
        int end = source.IndexOf('}', at);
        if (end < 0 || end - at > 20)
            return false;
        string[] numbers = source[(at + 1)..end].Split(',');
        if (numbers.Length > 2 || numbers.All(static number => number.Length == 0) || numbers.Any(static number => number.Any(static unit => !char.IsAsciiDigit(unit))))
            return false;
        bool small = int.TryParse(numbers[0].Length == 0 ? "0" : numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out minimum);
        maximum = minimum;
        if (numbers.Length == 2)
        {
            maximum = int.MaxValue;
            small &= numbers[1].Length == 0 || int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out maximum);
        }
        if (!small || minimum > MostRepetitions || maximum is > MostRepetitions and < int.MaxValue)
            throw Wrong($"more than {MostRepetitions} repetitions");
        if (minimum > maximum)
            throw Wrong($"at least {minimum} and at most {maximum} repetitions");
        at = end + 1;
        return true;
    }

    private PatternNode Atom(Options options)
    {
        int start = at;
        switch (source[at])
        {
            case '(':
                at++;
                return Group(options);
            case '[':
                at++;
                CodePointSet members = Class(options, start);
                return new PatternNode.Characters(members);
            case '.':
                at++;
                return new PatternNode.Characters(options.DotMatchesNewline ? CodePointSet.All : CodePointSet.Of('\n').Complement());
            case '^':
                at++;
                return new PatternNode.Assertion(AssertionKind.LineStart);
            case '$':
                at++;
                return new PatternNode.Assertion(AssertionKind.LineEnd);
            case '*' or '+' or '?':
                throw Wrong("a repetition with nothing before it to repeat");
            case '\\':
                return Escape(options);
            default:
                return Literal(NextCodePoint(), options);
        }
    }

    private static PatternNode.Characters Literal(int codePoint, Options options)
    {
        CodePointSet set = CodePointSet.Of(codePoint);
        return new PatternNode.Characters(options.IgnoreCase ? set.WithoutCase() : set);
    }

    private PatternNode Group(Options options)
    {
        int start = at - 1;
        PatternNode node;
        if (!Take('?'))
            node = Alternatives(options);
        else if (Take(':'))
            node = Alternatives(options);
        else if (Take('>'))
            node = new PatternNode.Atomic(Alternatives(options));
        else if (Take('='))
            node = new PatternNode.Look(Alternatives(options), Negative: false, Back: null);
        else if (Take('!'))
            node = new PatternNode.Look(Alternatives(options), Negative: true, Back: null);
        else if (Take("<="))
            node = LookBehind(Alternatives(options), negative: false, start);
        else if (Take("<!"))
            node = LookBehind(Alternatives(options), negative: true, start);
        else if (Take('<'))
            node = Named(options, start);
        else
            return WithOptions(options, start);
        Close(start);
        return node;
    }

    private PatternNode Named(Options options, int start)
    {
        int end = source.IndexOf('>', at);
        if (end <= at || !source.AsSpan(at, end - at).ToString().All(static unit => char.IsLetterOrDigit(unit) || unit == '_'))
            throw Wrong("a group name was expected, as in (?<name>…)", start);
        at = end + 1;
        return Alternatives(options);
    }

    /// <summary>(?i), which holds to the end of the enclosing group, or (?i:…).</summary>
    private PatternNode WithOptions(Options options, int start)
    {
        bool value = true;
        while (!AtEnd && source[at] is not (')' or ':'))
        {
            char option = source[at++];
            options = option switch
            {
                '-' => options,
                'i' => options with { IgnoreCase = value },
                'm' => options with { DotMatchesNewline = value },
                _ => throw Wrong($"the group \"(?{option}\" is not supported; supported: (?:…) (?>…) (?=…) (?!…) (?<=…) (?<!…) (?<name>…) (?i) (?m)", start),
            };
            value &= option != '-';
        }
        if (Take(':'))
        {
            PatternNode node = Alternatives(options);
            Close(start);
            return node;
        }
        Close(start);
        return Alternatives(options);
    }

    private void Close(int start)
    {
        if (!Take(')'))
            throw Wrong("a group that is not closed", start);
    }

    private PatternNode LookBehind(PatternNode part, bool negative, int start)
    {
        IReadOnlyList<PatternNode> branches = part is PatternNode.Alternation alternation ? alternation.Branches : [part];
        PatternNode[] looks = [.. branches.Select(branch => new PatternNode.Look(
            branch, negative, LengthOf(branch) ?? throw Wrong("looking back by a length that is not fixed", start)))];
        return looks.Length == 1 ? looks[0] : negative ? new PatternNode.Sequence(looks) : new PatternNode.Alternation(looks);
    }

    /// <summary>The number of code points that a part always matches, or null when it varies.</summary>
    private static int? LengthOf(PatternNode part)
    {
        switch (part)
        {
            case PatternNode.Characters:
                return 1;
            case PatternNode.Sequence sequence:
                return sequence.Parts.Aggregate((int?)0, static (sum, item) => sum + LengthOf(item));
            case PatternNode.Alternation alternation:
                int?[] lengths = [.. alternation.Branches.Select(LengthOf).Distinct()];
                return lengths.Length == 1 ? lengths[0] : null;
            case PatternNode.Repeat repeat:
                long? length = repeat.Minimum == repeat.Maximum ? (long)repeat.Minimum * LengthOf(repeat.Part) : null;
                return length <= MostRepetitions ? (int)length : null;
            case PatternNode.Atomic atomic:
                return LengthOf(atomic.Part);
            default:
                return 0;
        }
    }

    private PatternNode Escape(Options options)
    {
        int start = at++;
        if (AtEnd)
            throw Wrong("a backslash at the end", start);
        AssertionKind? assertion = source[at] switch
        {
            'A' => AssertionKind.TextStart,
            'z' => AssertionKind.TextEnd,
            'Z' => AssertionKind.TextEndOrLastLine,
            'b' => AssertionKind.WordBoundary,
            'B' => AssertionKind.NotWordBoundary,
            _ => null,
        };
        if (assertion is { } kind)
        {
            at++;
            return new PatternNode.Assertion(kind);
        }
        CodePointSet set = EscapedSet(start);
        return set.Single >= 0 ? Literal(set.Single, options) : new PatternNode.Characters(set);
    }

    /// <summary>What stands behind a backslash, inside or outside a class: a set by name, or one character.</summary>
    private CodePointSet EscapedSet(int start)
    {
        if (AtEnd)
            throw Wrong("a backslash at the end", start);
        int codePoint = NextCodePoint();
        switch (codePoint)
        {
            case 's':
                return NamedSets.Space;
            case 'S':
                return NamedSets.Space.Complement();
            case 'w':
                return NamedSets.Word;
            case 'W':
                return NamedSets.Word.Complement();
            case 'd':
                return NamedSets.Digit;
            case 'D':
                return NamedSets.Digit.Complement();
            case 'h':
                return NamedSets.HexDigit;
            case 'H':
                return NamedSets.HexDigit.Complement();
            case 'p' or 'P' when Take('{'):
                return Property(negative: codePoint == 'P', start);
            case 'x' when Take('{'):
                int end = source.IndexOf('}', at);
                return CodePointSet.Of(Hexadecimal(end < 0 ? 0 : end - at, start, closing: 1));
            case 'x':
                int digits = 0;
                while (digits < 2 && at + digits < source.Length && char.IsAsciiHexDigit(source[at + digits]))
                    digits++;
                int value = Hexadecimal(digits, start, closing: 0);
                return value < 0x80 ? CodePointSet.Of(value) : throw Wrong("a byte of an encoding (\\x80 and above) is not supported; \\x{…} names a character", start);
            case 'u':
                return CodePointSet.Of(Hexadecimal(4, start, closing: 0));
            case 't':
                return CodePointSet.Of('\t');
            case 'n':
                return CodePointSet.Of('\n');
            case 'r':
                return CodePointSet.Of('\r');
            case 'f':
                return CodePointSet.Of('\f');
            case 'v':
                return CodePointSet.Of('\v');
            case 'a':
                return CodePointSet.Of('\a');
            case 'e':
                return CodePointSet.Of(0x1B);
            case < 0x80 when char.IsAsciiLetterOrDigit((char)codePoint):
                throw Wrong($"\"\\{(char)codePoint}\" is not supported", start);
            default:
                return CodePointSet.Of(codePoint);
        }
    }

    private int Hexadecimal(int digits, int start, int closing)
    {
        if (digits is < 1 or > 8 || at + digits > source.Length
            || !int.TryParse(source.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value)
            || value is < 0 or > CodePointSet.Last or (>= 0xD800 and < 0xE000))
        {
            throw Wrong("a character by its hexadecimal number was expected, as in \\x{20AC} or \\u20AC", start);
        }
        at += digits + closing;
        return value;
    }

    private CodePointSet Property(bool negative, int start)
    {
        int end = source.IndexOf('}', at);
        if (end < 0)
            throw Wrong("a property name without an end", start);
        string name = source[at..end];
        at = end + 1;
        if (name.StartsWith('^'))
            (negative, name) = (!negative, name[1..]);
        CodePointSet set = NamedSets.Find(name) ?? throw Wrong($"the character property \"{name}\" is not supported; general categories and scripts are", start);
        return negative ? set.Complement() : set;
    }

    /// <summary>The members of a class whose opening bracket has been read.</summary>
    private CodePointSet Class(Options options, int start)
    {
        if (++depth > DeepestNesting)
            throw Wrong($"classes nested deeper than the {DeepestNesting} levels that are supported", start);
        bool negative = Take('^');
        CodePointSet? intersected = null;
        List<CodePointSet> members = [];
        bool first = true;
        for (; ; first = false)
        {
            if (AtEnd)
                throw Wrong("a class that is not closed", start);
            if (source[at] == ']' && !(first && source.IndexOf(']', at + 1) > 0))
            {
                if (first)
                    throw Wrong("a class without members", start);
                at++;
                break;
            }
            if (Take("&&"))
            {
                intersected = Both(intersected, members);
                members.Clear();
                continue;
            }
            int item = at;
            CodePointSet set = ClassItem(options);
            if (set.Single >= 0 && at + 1 < source.Length && source[at] == '-' && source[at + 1] != ']')
            {
                int dash = at++;
                CodePointSet last = ClassItem(options);
                if (last.Single < 0)
                {
                    set = set.Union(CodePointSet.Of('-')).Union(last); // [a-\d]: the dash means itself
                }
                else
                {
                    set = set.Single <= last.Single
                        ? CodePointSet.Range(set.Single, last.Single)
                        : throw Wrong($"the range {source[item..at]} runs backwards", dash);
                }
            }
            members.Add(set);
        }
        depth--;
        CodePointSet all = Both(intersected, members);
        if (options.IgnoreCase)
            all = all.WithoutCase();
        return negative ? all.Complement() : all;
    }

    private static CodePointSet Both(CodePointSet? left, List<CodePointSet> right) =>
        left is null ? CodePointSet.Union(right) : left.Intersect(CodePointSet.Union(right));

    private CodePointSet ClassItem(Options options)
    {
        int start = at;
        if (Take("[:"))
        {
            int end = source.IndexOf(":]", at, StringComparison.Ordinal);
            if (end > at && end - at <= 20 && source.AsSpan(at, end - at).TrimStart('^').IndexOfAnyExceptInRange('a', 'z') < 0)
            {
                string name = source[at..end];
                at = end + 2;
                bool negative = name.StartsWith('^');
                CodePointSet? set = name.TrimStart('^') switch
                {
                    "digit" => NamedSets.Digit,
                    "space" => NamedSets.Space,
                    "word" => NamedSets.Word,
                    "xdigit" => NamedSets.HexDigit,
                    "ascii" => CodePointSet.Range(0, 0x7F),
                    _ => throw Wrong($"the class [:{name}:] is not supported; supported: digit, space, word, xdigit, ascii", start),
                };
                return negative ? set.Complement() : set;
            }
            at = start;
        }
        if (Take('['))
            return Class(options, start);
        if (Take('\\'))
            return Take('b') ? CodePointSet.Of('\b') : EscapedSet(start);
        return CodePointSet.Of(NextCodePoint());
    }

    private int NextCodePoint()
    {
        int codePoint = Utf16.CodePointAt(source, at, out int size);
        at += size;
        return codePoint;
    }

    private bool Take(char unit)
    {
        if (AtEnd || source[at] != unit)
            return false;
        at++;
        return true;
    }

    private bool Take(string units)
    {
        if (!source.AsSpan(at).StartsWith(units, StringComparison.Ordinal))
            return false;
        at += units.Length;
        return true;
    }

    private PatternException Wrong(string problem, int? position = null) => new(source, problem, position ?? at);
}
