using System.Runtime.CompilerServices;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Patterns;

/// <summary>
/// The matches of a pattern in a text, one after the other. An empty match right after a match is passed over. All matches of a text share
/// one budget of steps. To be disposed, so that the memory it works in is used again.
/// </summary>
internal ref struct PatternMatches
{
    /// <summary>Steps that a text may take: patterns of tokenizers take about ten per character.</summary>
    private const long StepsPerCharacter = 100;
    private const long FreeSteps = 2_000_000;

    private readonly Pattern pattern;
    private readonly PatternProgram program;
    private readonly ReadOnlySpan<char> text;
    private readonly PatternStack stack;
    private long steps;
    private int next;
    private int lastEnd = -1;

    public PatternMatches(Pattern pattern, ReadOnlySpan<char> text, int from = 0)
    {
        this.pattern = pattern;
        this.text = text;
        program = pattern.Program;
        stack = PatternStack.Rent(pattern);
        next = from;
        steps = FreeSteps + (StepsPerCharacter * text.Length);
    }

    /// <summary>Where the match starts, in UTF-16 units.</summary>
    public int Start { get; private set; }

    /// <summary>One past its end.</summary>
    public int End { get; private set; }

    public readonly void Dispose() => stack.Return();

    public bool MoveNext()
    {
        if (pattern.LiteralText is { } literal)
            return MoveNextLiteral(literal);
        while (next <= text.Length && Search(next))
        {
            if (End == Start && End == lastEnd)
            {
                next = End + (End < text.Length ? SizeAt(End) : 1);
                continue;
            }
            next = lastEnd = End;
            return true;
        }
        next = text.Length + 1;
        return false;
    }

    private bool MoveNextLiteral(string literal)
    {
        int found = next <= text.Length ? text[next..].IndexOf(literal, StringComparison.Ordinal) : -1;
        if (found < 0)
            return false;
        Start = next + found;
        next = End = Start + literal.Length;
        return true;
    }

    /// <summary>Finds the first match at or after a place.</summary>
    private bool Search(int at)
    {
        byte[]? starts = program.Starts;
        CharacterClasses classes = program.Classes;
        for (; ; )
        {
            if (starts is not null)
            {
                int size = 0;
                while (at < text.Length && starts[classes.At(text, at, out size)] == 0)
                    at += size;
                if (at == text.Length)
                    return false;
            }
            int end = program.Automaton is { } automaton ? Match(automaton, at, out int runEnd) : Match(at, out runEnd);
            if (end >= 0)
            {
                (Start, End) = (at, end);
                return true;
            }
            if (at >= text.Length)
                return false;
            at = Math.Max(runEnd, at + SizeAt(at));
        }
    }

    private readonly int SizeAt(int at)
    {
        Utf16.CodePointAt(text, at, out int size);
        return size;
    }

    private int Match(PatternAutomaton automaton, int at, out int runEnd)
    {
        int end = automaton.Match(text, at, out int read);
        steps -= read - at + 1;
        if (steps < 0)
            throw TooManySteps();
        runEnd = 0;
        return end;
    }

    /// <summary>Matches at one place: the end of the match, or -1. In that case no match starts before <paramref name="runEnd"/> either.</summary>
    private int Match(int at, out int runEnd)
    {
        ReadOnlySpan<Instruction> instructions = program.Instructions;
        CharacterClasses classes = program.Classes;
        int[] registers = stack.Registers;
        runEnd = 0;
        int counter = 0, position = at;
        long budget = steps;
        stack.Clear();
        for (; ; )
        {
            ref readonly Instruction instruction = ref instructions[counter];
            bool failed = false;
            switch (instruction.Code)
            {
                case OpCode.Accept:
                    steps = budget;
                    return position;
                case OpCode.Unit:
                    if (position < text.Length && text[position] == instruction.X)
                    {
                        position++;
                        counter++;
                    }
                    else
                    {
                        failed = true;
                    }
                    break;
                case OpCode.One:
                    if (position < text.Length && classes.IsMember(instruction.X, classes.At(text, position, out int size)))
                    {
                        position += size;
                        counter++;
                    }
                    else
                    {
                        failed = true;
                    }
                    break;
                case OpCode.Possessive:
                case OpCode.Greedy:
                    int start = position;
                    int count = classes.Run(instruction.X, instruction.Z, text, ref position);
                    budget -= position - start;
                    if (counter == 0 && program.StartsWithRun)
                        runEnd = position;
                    failed = count < instruction.Y;
                    if (count > instruction.Y && instruction.Code == OpCode.Greedy)
                        stack.Push((counter << 2) | PatternStack.GiveBack, position, Forward(start, instruction.Y));
                    counter++;
                    break;
                case OpCode.Lazy:
                    int least = position;
                    if (classes.Run(instruction.X, instruction.Y, text, ref position) < instruction.Y)
                    {
                        failed = true;
                        break;
                    }
                    budget -= position - least;
                    if (instruction.Y < instruction.Z)
                        stack.Push((counter << 2) | PatternStack.TakeMore, position, instruction.Z - instruction.Y);
                    counter++;
                    break;
                case OpCode.Jump:
                    counter = instruction.X;
                    break;
                case OpCode.Split:
                    stack.Push((instruction.Y << 2) | PatternStack.GoOn, position, 0);
                    counter = instruction.X;
                    break;
                case OpCode.Choose:
                    uint possible = program.Branches[instruction.X][position < text.Length ? classes.At(text, position, out _) : classes.Count];
                    failed = !Choose(possible, position, ref counter);
                    break;
                case OpCode.Assert:
                    failed = !Holds((AssertionKind)instruction.X, position);
                    counter++;
                    break;
                case OpCode.Next:
                    failed = position >= text.Length || !classes.IsMember(instruction.X, classes.At(text, position, out _));
                    counter++;
                    break;
                case OpCode.NotNext:
                    failed = position < text.Length && classes.IsMember(instruction.X, classes.At(text, position, out _));
                    counter++;
                    break;
                case OpCode.Mark:
                    stack.Push(~instruction.X, registers[instruction.X], 0);
                    registers[instruction.X] = position;
                    counter++;
                    break;
                case OpCode.LeaveIfEmpty:
                    counter = registers[instruction.X] == position ? instruction.Y : counter + 1;
                    break;
                case OpCode.Enter:
                    registers[instruction.X] = stack.Height;
                    counter++;
                    break;
                case OpCode.Commit:
                    stack.CutTo(registers[instruction.X]);
                    counter++;
                    break;
                case OpCode.Look:
                    registers[instruction.X] = position;
                    registers[instruction.X + 1] = stack.Height;
                    counter++;
                    break;
                case OpCode.Looked:
                    position = registers[instruction.X];
                    stack.CutTo(registers[instruction.X + 1]);
                    counter++;
                    break;
                case OpCode.LookNot:
                    registers[instruction.X + 1] = stack.Height;
                    stack.Push((instruction.Y << 2) | PatternStack.GoOn, position, 0);
                    counter++;
                    break;
                case OpCode.FoundNot:
                    stack.CutTo(registers[instruction.X + 1]);
                    failed = true;
                    break;
                case OpCode.Back:
                    for (int left = instruction.X; left > 0 && !failed; left--)
                    {
                        failed = position == 0;
                        if (!failed)
                            position -= Utf16.Length(Utf16.CodePointBefore(text, position));
                    }
                    counter++;
                    break;
                default:
                    throw new InvalidOperationException($"no such instruction: {instruction}");
            }
            if (--budget < 0)
                throw TooManySteps();
            if (failed && !GoBack(ref counter, ref position))
            {
                steps = budget;
                return -1;
            }
        }
    }

    /// <summary>Takes up the last choice that was put off; false when there is none.</summary>
    private readonly bool GoBack(ref int counter, ref int position)
    {
        CharacterClasses classes = program.Classes;
        while (stack.TryPop(out int code, out int place, out int rest))
        {
            if (code < 0)
            {
                stack.Registers[~code] = place;
                continue;
            }
            counter = code >> 2;
            position = place;
            switch (code & 3)
            {
                case PatternStack.GoOn:
                    return true;
                case PatternStack.GiveBack: // rest: where the shortest run ends
                    position -= position > 1 && char.IsLowSurrogate(text[position - 1]) && char.IsHighSurrogate(text[position - 2]) ? 2 : 1;
                    if (position > rest)
                        stack.Push(code, position, rest);
                    counter++;
                    return true;
                case PatternStack.TakeMore: // rest: how many more may be taken
                    if (position >= text.Length || !classes.IsMember(program.Instructions[counter].X, classes.At(text, position, out int size)))
                        continue;
                    position += size;
                    if (rest > 1)
                        stack.Push(code, position, rest == int.MaxValue ? rest : rest - 1);
                    counter++;
                    return true;
                default: // rest: the branches that have not been tried, as bits
                    Choose((uint)rest, position, ref counter);
                    return true;
            }
        }
        return false;
    }

    /// <summary>Goes on with the first of the branches, and remembers the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool Choose(uint possible, int position, ref int counter)
    {
        if (possible == 0)
            return false;
        uint others = possible & (possible - 1);
        if (others != 0)
            stack.Push((counter << 2) | PatternStack.NextBranch, position, (int)others);
        counter = program.Targets[program.Instructions[counter].X][System.Numerics.BitOperations.TrailingZeroCount(possible)];
        return true;
    }

    /// <summary>The place a number of code points further on.</summary>
    private readonly int Forward(int at, int count)
    {
        for (; count > 0; count--)
            at += SizeAt(at);
        return at;
    }

    private readonly bool Holds(AssertionKind kind, int position) => kind switch
    {
        AssertionKind.LineStart => position == 0 || (text[position - 1] == '\n' && position < text.Length),
        AssertionKind.LineEnd => position == text.Length || text[position] == '\n',
        AssertionKind.TextStart => position == 0,
        AssertionKind.TextEnd => position == text.Length,
        AssertionKind.TextEndOrLastLine => position == text.Length || (position == text.Length - 1 && text[position] == '\n'),
        AssertionKind.WordBoundary => IsWordBoundary(position),
        _ => !IsWordBoundary(position),
    };

    private readonly bool IsWordBoundary(int position)
    {
        bool before = position > 0 && UnicodeTables.Is(Utf16.CodePointBefore(text, position), CharacterFlags.PatternWord);
        bool after = position < text.Length && UnicodeTables.Is(Utf16.CodePointAt(text, position, out _), CharacterFlags.PatternWord);
        return before != after;
    }

    private readonly PatternException TooManySteps() => new(
        pattern.Source, $"it takes more than {StepsPerCharacter} steps per character on a text of {text.Length} UTF-16 units; write it so that less has to be tried");
}
