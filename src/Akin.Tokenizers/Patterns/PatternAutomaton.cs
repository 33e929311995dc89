using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Akin.Tokenizers.Patterns;

/// <summary>
/// A pattern as a finite automaton: one look into a table per character, and no way back. What it finds is what going back and forth would
/// find, because a state is the list of the ways still open in the order in which they would be tried, and a way that is complete
/// drops those after it (Cox, "Regular Expression Matching: the Virtual Machine Approach", 2009). A look ahead at one character is decided when that
/// character is read.
/// </summary>
internal sealed class PatternAutomaton
{
    private const int MostNodes = 2000;
    private const int MostStates = 1000;

    /// <summary>Ways gone over while states are made: those of GPT-4o's pattern take a hundredth. Beyond it there is no automaton.</summary>
    private const int MostWork = 20_000_000;
    private const int Dead = 0;

    private readonly CharacterClasses classes;

    /// <summary>For each state and class, and last the end of the text: the place of the next state in this table times two, plus 1 if the match is complete before the character.</summary>
    private readonly int[] table;
    private readonly int start;

    private PatternAutomaton(CharacterClasses classes, int[] table, int start) => (this.classes, this.table, this.start) = (classes, table, start);

    /// <summary>The automaton of a pattern; null when it has parts that need going back, or too many states.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="classes">The classes of characters.</param>
    /// <param name="setNumbers">The number of each set in <paramref name="classes"/>.</param>
    public static PatternAutomaton? TryBuild(PatternNode pattern, CharacterClasses classes, IReadOnlyDictionary<CodePointSet, int> setNumbers)
    {
        Ways ways = new(setNumbers);
        int first = ways.Add(pattern, Ways.Accept);
        return first < 0 ? null : new Builder(ways, classes).TryBuild(first);
    }

    /// <summary>Matches at one place: the end of the match, or -1.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">The place.</param>
    /// <param name="read">How far was read.</param>
    public int Match(ReadOnlySpan<char> text, int at, out int read)
    {
        ref int entries = ref MemoryMarshal.GetArrayDataReference(table);
        int end = -1, state = start, size = 1;
        while (true)
        {
            int characterClass = at < text.Length ? classes.At(text, at, out size) : classes.Count;
            int entry = Unsafe.Add(ref entries, state + characterClass); // states are places in the table, and each has an entry per class and one for the end
            if ((entry & 1) != 0)
                end = at;
            state = entry >> 1;
            if (state == Dead)
                break;
            at += size;
        }
        read = at;
        return end;
    }

    private enum WayKind
    {
        Accept,

        /// <summary>Takes a character of a set.</summary>
        Take,

        /// <summary>Tries one way, then another.</summary>
        Fork,

        /// <summary>Requires a next character of a set.</summary>
        Next,

        /// <summary>Requires that no character of a set is next.</summary>
        NotNext,

        /// <summary>Requires a next character of a set, or the end of the text.</summary>
        NextOrEnd,

        /// <summary>Requires the end of the text.</summary>
        End,
    }

    private readonly record struct Way(WayKind Kind, int Set, int To, int Else);

    /// <summary>The ways through a pattern, built from its end.</summary>
    private sealed class Ways(IReadOnlyDictionary<CodePointSet, int> setNumbers)
    {
        private readonly List<Way> ways = [new Way(WayKind.Accept, 0, 0, 0)];

        public const int Accept = 0;

        public int Count => ways.Count;

        public Way this[int number] => ways[number];

        /// <summary>Adds the way through a part that goes on at another; -1 when there is none.</summary>
        public int Add(PatternNode node, int to)
        {
            if (to < 0 || ways.Count > MostNodes)
                return -1;
            switch (node)
            {
                case PatternNode.Characters characters:
                    return setNumbers.TryGetValue(characters.Set, out int set) ? Add(new Way(WayKind.Take, set, to, 0)) : -1;
                case PatternNode.Sequence sequence:
                    for (int i = sequence.Parts.Count - 1; i >= 0; i--)
                        to = Add(sequence.Parts[i], to);
                    return to;
                case PatternNode.Alternation alternation:
                    int others = -1;
                    for (int i = alternation.Branches.Count - 1; i >= 0; i--)
                    {
                        int branch = Add(alternation.Branches[i], to);
                        if (branch < 0)
                            return -1;
                        others = others < 0 ? branch : Add(new Way(WayKind.Fork, 0, branch, others));
                    }
                    return others;
                case PatternNode.Repeat { Kind: not RepeatKind.Possessive } repeat:
                    return Repeat(repeat, to);
                case PatternNode.Repeat { Part: PatternNode.Characters, Maximum: int.MaxValue } run:
                    // Possessive: a longest run is one that no further member follows.
                    return Repeat(run with { Kind = RepeatKind.Greedy }, Add(new PatternNode.Look(run.Part, Negative: true, Back: null), to));
                case PatternNode.Repeat { Part: PatternNode.Characters, Minimum: 0, Maximum: 1 } one:
                    int none = Add(new PatternNode.Look(one.Part, Negative: true, Back: null), to), taken = Add(one.Part, to);
                    return none < 0 || taken < 0 ? -1 : Add(new Way(WayKind.Fork, 0, taken, none));
                case PatternNode.Assertion { Kind: AssertionKind.TextEnd }:
                    return Add(new Way(WayKind.End, 0, to, 0));
                case PatternNode.Assertion { Kind: AssertionKind.LineEnd }:
                    return setNumbers.TryGetValue(CodePointSet.Of('\n'), out int lineFeed) ? Add(new Way(WayKind.NextOrEnd, lineFeed, to, 0)) : -1;
                case PatternNode.Look { Back: null, Part: PatternNode.Characters next } look:
                    return setNumbers.TryGetValue(next.Set, out int nextSet) ? Add(new Way(look.Negative ? WayKind.NotNext : WayKind.Next, nextSet, to, 0)) : -1;
                default:
                    return -1;
            }
        }

        private int Repeat(PatternNode.Repeat repeat, int to)
        {
            if (to < 0)
                return -1;
            int way = to;
            if (repeat.Maximum == int.MaxValue)
            {
                if (repeat.Part.IsNullable)
                    return -1;
                way = Add(default(Way));
                int round = Add(repeat.Part, way);
                if (round < 0)
                    return -1;
                ways[way] = Fork(repeat.Kind, round, to);
            }
            for (int i = repeat.Maximum; i > repeat.Minimum && i < int.MaxValue && way >= 0; i--)
            {
                int round = Add(repeat.Part, way);
                way = round < 0 ? -1 : Add(Fork(repeat.Kind, round, to));
            }
            for (int i = 0; i < repeat.Minimum && way >= 0; i++)
                way = Add(repeat.Part, way);
            return way;
        }

        private static Way Fork(RepeatKind kind, int round, int leave) =>
            kind == RepeatKind.Lazy ? new Way(WayKind.Fork, 0, leave, round) : new Way(WayKind.Fork, 0, round, leave);

        private int Add(Way way)
        {
            ways.Add(way);
            return ways.Count - 1;
        }
    }

    /// <summary>Makes the states: lists of ways in the order in which they would be tried.</summary>
    private sealed class Builder(Ways ways, CharacterClasses classes)
    {
        private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal); // the ways of a state, as characters
        private readonly List<int[]> states = [[]];
        private readonly List<int> entries = [];
        private readonly bool[] seen = new bool[ways.Count];
        private readonly Stack<int> open = new();
        private readonly int stride = classes.Count + 1;
        private long work;

        public PatternAutomaton? TryBuild(int first)
        {
            entries.AddRange(new int[stride]); // the dead state
            int start = Number([first]);
            for (int state = start; state < states.Count; state++)
            {
                for (int characterClass = 0; characterClass <= classes.Count; characterClass++)
                {
                    entries.Add(Step(states[state], characterClass));
                    if (states.Count > MostStates || work > MostWork)
                        return null;
                }
            }
            return new PatternAutomaton(classes, [.. entries], start * stride);
        }

        private int Number(int[] list)
        {
            string key = string.Concat(list.Select(static way => (char)way));
            if (!numbers.TryGetValue(key, out int number))
            {
                number = states.Count;
                states.Add(list);
                numbers.Add(key, number);
            }
            return number;
        }

        private int Step(int[] state, int characterClass)
        {
            bool atEnd = characterClass == classes.Count, accepts = false;
            List<int> next = [];
            Array.Clear(seen);
            work += seen.Length / 16;
            open.Clear();
            for (int i = state.Length - 1; i >= 0; i--)
                open.Push(state[i]);
            while (open.TryPop(out int number))
            {
                if (seen[number])
                    continue;
                seen[number] = true;
                work += 1 + (next.Count / 4);
                Way way = ways[number];
                if (way.Kind == WayKind.Accept)
                {
                    accepts = true;
                    break; // what would be tried after this never is
                }
                bool member = !atEnd && way.Kind != WayKind.Fork && classes.IsMember(way.Set, characterClass);
                switch (way.Kind)
                {
                    case WayKind.Fork:
                        open.Push(way.Else);
                        open.Push(way.To);
                        break;
                    case WayKind.Take when member && !next.Contains(way.To):
                        next.Add(way.To);
                        break;
                    case WayKind.Next when member:
                    case WayKind.NotNext when !member:
                    case WayKind.NextOrEnd when member || atEnd:
                    case WayKind.End when atEnd:
                        open.Push(way.To);
                        break;
                }
            }
            int to = next.Count == 0 ? Dead : Number([.. next]) * stride;
            return (to << 1) | (accepts ? 1 : 0);
        }
    }
}
