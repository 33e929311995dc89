namespace Akin.Tokenizers.Patterns;

/// <summary>
/// Turns a pattern into instructions. Two things make them fast: a choice looks at the next character before it tries a branch, and a
/// repetition whose characters cannot start what follows takes them for good, without remembering how to give them back.
/// </summary>
internal sealed class PatternCompiler
{
    private const int MostInstructions = 200_000;

    /// <summary>Classes looked at to know what can come next; a pattern that is nested and wide looks at the same ones again and again.</summary>
    private const long MostWork = 50_000_000;
    private const int MostSets = 250;
    private const int MostBranches = 32;

    private readonly string source;
    private readonly List<Instruction> instructions = [];
    private readonly List<CodePointSet> sets = [];
    private readonly Dictionary<CodePointSet, int> setNumbers = [];
    private readonly List<int[]> targets = [];
    private readonly List<uint[]> branches = [];
    private CharacterClasses classes = null!;
    private int registerCount;
    private long work;

    private PatternCompiler(string source) => this.source = source;

    /// <summary>Compiles a pattern.</summary>
    /// <param name="source">The pattern.</param>
    /// <param name="withAutomaton">Whether a finite automaton is made where that is possible.</param>
    public static PatternProgram Compile(string source, bool withAutomaton = true)
    {
        PatternNode pattern = PatternParser.Parse(source);
        PatternCompiler compiler = new(source);
        compiler.CollectSets(pattern);
        compiler.CollectLiterals(pattern);
        compiler.classes = new CharacterClasses(compiler.sets, source);
        Starts end = Starts.AtAccept(compiler.classes.Count);
        compiler.Emit(pattern, end);
        compiler.Add(new Instruction(OpCode.Accept));
        Starts first = compiler.First(pattern, end);
        bool startsWithRun = compiler.instructions[0] is { Code: OpCode.Greedy or OpCode.Possessive, Z: int.MaxValue };
        return new PatternProgram
        {
            Instructions = [.. compiler.instructions],
            Classes = compiler.classes,
            Targets = [.. compiler.targets],
            Branches = [.. compiler.branches],
            RegisterCount = compiler.registerCount,
            Starts = pattern.IsNullable ? null : [.. first.Classes.Select(static member => member ? (byte)1 : (byte)0)],
            StartsWithRun = startsWithRun,
            // A search for a run needs no automaton: it is one loop, and where it fails it need not be tried again in the same run.
            Automaton = withAutomaton && !startsWithRun ? PatternAutomaton.TryBuild(pattern, compiler.classes, compiler.setNumbers) : null,
        };
    }

    /// <summary>What can come next: which classes of characters, whether the match can end without one, and whether it is sure to be found whatever comes.</summary>
    private sealed record Starts(bool[] Classes, bool MayAccept, bool Accepts)
    {
        public static Starts AtAccept(int classCount) => new(new bool[classCount], MayAccept: true, Accepts: true);

        public Starts Or(Starts other, bool accepts) =>
            new([.. Classes.Zip(other.Classes, static (x, y) => x || y)], MayAccept || other.MayAccept, accepts);
    }

    private void CollectSets(PatternNode node)
    {
        switch (node)
        {
            case PatternNode.Characters { Set.Single: < 0 } characters:
                Number(characters.Set);
                break;
            case PatternNode.Repeat { Part: PatternNode.Characters characters }:
                Number(characters.Set);
                break;
            case PatternNode.Look { Part: PatternNode.Characters characters }:
                Number(characters.Set);
                break;
            case PatternNode.Assertion { Kind: AssertionKind.LineEnd }:
                Number(CodePointSet.Of('\n'));
                break;
            default:
                foreach (PatternNode part in PartsOf(node))
                    CollectSets(part);
                break;
        }
    }

    /// <summary>Makes single characters classes of their own as far as there is room, so that choices tell them apart.</summary>
    private void CollectLiterals(PatternNode node)
    {
        if (node is PatternNode.Characters { Set.Single: >= 0 } literal && sets.Count < MostSets / 2)
            Number(literal.Set);
        foreach (PatternNode part in PartsOf(node))
            CollectLiterals(part);
    }

    private static IReadOnlyList<PatternNode> PartsOf(PatternNode node) => node switch
    {
        PatternNode.Sequence sequence => sequence.Parts,
        PatternNode.Alternation alternation => alternation.Branches,
        PatternNode.Repeat repeat => [repeat.Part],
        PatternNode.Atomic atomic => [atomic.Part],
        PatternNode.Look look => [look.Part],
        _ => [],
    };

    private int Number(CodePointSet set)
    {
        if (!setNumbers.TryGetValue(set, out int number))
        {
            number = sets.Count < MostSets ? sets.Count : throw new PatternException(source, $"it has more than {MostSets} different character classes, which is not supported");
            setNumbers.Add(set, number);
            sets.Add(set);
        }
        return number;
    }

    /// <summary>What a part, followed by something known, can start with. Conditions only ever narrow that, so they are passed over.</summary>
    private Starts First(PatternNode node, Starts follow)
    {
        work += classes.Count;
        if (work > MostWork)
            throw new PatternException(source, "it is nested and wide at once in a way that takes too long to compile");
        switch (node)
        {
            case PatternNode.Characters characters:
                bool[] members = new bool[classes.Count];
                if (setNumbers.TryGetValue(characters.Set, out int number))
                {
                    ReadOnlySpan<byte> row = classes.Members(number);
                    for (int i = 0; i < members.Length; i++)
                        members[i] = row[i] != 0;
                }
                else
                {
                    members[classes.Of(characters.Set.Single)] = true;
                }
                return new Starts(members, MayAccept: false, Accepts: false);
            case PatternNode.Sequence sequence:
                Starts next = follow;
                for (int i = sequence.Parts.Count - 1; i >= 0; i--)
                    next = First(sequence.Parts[i], next);
                return next;
            case PatternNode.Alternation alternation:
                return alternation.Branches.Select(branch => First(branch, follow)).Aggregate(static (a, b) => a.Or(b, a.Accepts || b.Accepts));
            case PatternNode.Repeat repeat:
                Starts round = First(repeat.Part, follow);
                return repeat.Minimum == 0 ? round.Or(follow, follow.Accepts) : repeat.Part.IsNullable ? round.Or(follow, accepts: false) : round;
            case PatternNode.Atomic atomic:
                return First(atomic.Part, follow);
            case PatternNode.Look or PatternNode.Assertion:
                return follow with { Accepts = false };
            default:
                throw new InvalidOperationException($"no such node: {node}");
        }
    }

    private void Emit(PatternNode node, Starts follow)
    {
        switch (node)
        {
            case PatternNode.Characters characters:
                EmitCharacters(characters.Set);
                break;
            case PatternNode.Sequence sequence:
                Starts[] after = new Starts[sequence.Parts.Count];
                Starts next = follow;
                for (int i = after.Length - 1; i >= 0; i--)
                {
                    after[i] = next;
                    next = First(sequence.Parts[i], next);
                }
                for (int i = 0; i < after.Length; i++)
                    Emit(sequence.Parts[i], after[i]);
                break;
            case PatternNode.Alternation alternation:
                EmitChoice(alternation.Branches, follow);
                break;
            case PatternNode.Repeat { Part: PatternNode.Characters characters } repeat:
                EmitRun(repeat, characters, follow);
                break;
            case PatternNode.Repeat { Kind: RepeatKind.Possessive } repeat:
                EmitAtomic(repeat with { Kind = RepeatKind.Greedy });
                break;
            case PatternNode.Repeat repeat:
                EmitRepeat(repeat, follow);
                break;
            case PatternNode.Atomic atomic:
                EmitAtomic(atomic.Part);
                break;
            case PatternNode.Look look:
                EmitLook(look);
                break;
            case PatternNode.Assertion assertion:
                Add(new Instruction(OpCode.Assert, (int)assertion.Kind));
                break;
        }
    }

    private void EmitCharacters(CodePointSet set)
    {
        if (set.Single < 0)
        {
            Add(new Instruction(OpCode.One, setNumbers[set]));
            return;
        }
        foreach (char unit in char.ConvertFromUtf32(set.Single))
            Add(new Instruction(OpCode.Unit, unit));
    }

    private void EmitRun(PatternNode.Repeat repeat, PatternNode.Characters characters, Starts follow)
    {
        bool[] members = First(characters, follow).Classes;
        bool apart = !follow.MayAccept && !members.Zip(follow.Classes, static (x, y) => x && y).Any(static both => both);
        OpCode code = repeat.Kind switch
        {
            RepeatKind.Lazy => OpCode.Lazy,
            RepeatKind.Greedy when !apart && !follow.Accepts && repeat.Minimum < repeat.Maximum => OpCode.Greedy,
            _ => OpCode.Possessive,
        };
        Add(new Instruction(code, setNumbers[characters.Set], repeat.Minimum, repeat.Maximum));
    }

    private void EmitRepeat(PatternNode.Repeat repeat, Starts follow)
    {
        Starts again = First(repeat.Part, follow).Or(follow, accepts: false);
        for (int i = 0; i < repeat.Minimum; i++)
            Emit(repeat.Part, again);
        if (repeat.Maximum == int.MaxValue)
        {
            // again: split(round, out); mark; round; leave if empty; jump again; out:
            int split = Add(default);
            int register = -1;
            if (repeat.Part.IsNullable)
                Add(new Instruction(OpCode.Mark, register = registerCount++));
            Emit(repeat.Part, again);
            int leave = register < 0 ? -1 : Add(default);
            Add(new Instruction(OpCode.Jump, split));
            if (leave >= 0)
                instructions[leave] = new Instruction(OpCode.LeaveIfEmpty, register, instructions.Count);
            instructions[split] = Fork(repeat.Kind, split + 1, instructions.Count);
            return;
        }
        List<int> splits = [];
        for (int i = repeat.Minimum; i < repeat.Maximum; i++)
        {
            splits.Add(Add(default));
            Emit(repeat.Part, again);
        }
        foreach (int split in splits)
            instructions[split] = Fork(repeat.Kind, split + 1, instructions.Count);
    }

    private static Instruction Fork(RepeatKind kind, int round, int leave) =>
        kind == RepeatKind.Lazy ? new Instruction(OpCode.Split, leave, round) : new Instruction(OpCode.Split, round, leave);

    private void EmitChoice(IReadOnlyList<PatternNode> alternatives, Starts follow)
    {
        if (alternatives.Count > MostBranches)
        {
            // More than the bits of a word: a choice of choices.
            int size = (alternatives.Count + MostBranches - 1) / MostBranches;
            EmitChoice([.. alternatives.Chunk(size).Select(static group => new PatternNode.Alternation(group))], follow);
            return;
        }
        int choice = targets.Count, branch = 0;
        int[] places = new int[alternatives.Count];
        uint[] possible = new uint[classes.Count + 1];
        targets.Add(places);
        branches.Add(possible);
        Add(new Instruction(OpCode.Choose, choice));
        List<int> jumps = [];
        foreach (PatternNode alternative in alternatives)
        {
            Starts first = First(alternative, follow);
            uint bit = 1u << branch;
            for (int i = 0; i < classes.Count; i++)
                possible[i] |= first.MayAccept || first.Classes[i] ? bit : 0;
            possible[^1] |= first.MayAccept || alternative.IsNullable ? bit : 0;
            places[branch++] = instructions.Count;
            Emit(alternative, follow);
            jumps.Add(Add(default));
        }
        foreach (int jump in jumps)
            instructions[jump] = new Instruction(OpCode.Jump, instructions.Count);
    }

    private void EmitAtomic(PatternNode part)
    {
        int register = registerCount++;
        Add(new Instruction(OpCode.Enter, register));
        Emit(part, Starts.AtAccept(classes.Count));
        Add(new Instruction(OpCode.Commit, register));
    }

    private void EmitLook(PatternNode.Look look)
    {
        if (look is { Back: null, Part: PatternNode.Characters characters })
        {
            Add(new Instruction(look.Negative ? OpCode.NotNext : OpCode.Next, setNumbers[characters.Set]));
            return;
        }
        int register = registerCount;
        registerCount += 2;
        int start = Add(default);
        if (look.Back is > 0 and { } back)
            Add(new Instruction(OpCode.Back, back));
        Emit(look.Part, Starts.AtAccept(classes.Count));
        Add(new Instruction(look.Negative ? OpCode.FoundNot : OpCode.Looked, register));
        instructions[start] = new Instruction(look.Negative ? OpCode.LookNot : OpCode.Look, register, instructions.Count);
    }

    private int Add(Instruction instruction)
    {
        if (instructions.Count >= MostInstructions)
            throw new PatternException(source, $"it is larger than the {MostInstructions} instructions that are supported");
        instructions.Add(instruction);
        return instructions.Count - 1;
    }
}
