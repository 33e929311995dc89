using System.Runtime.CompilerServices;

namespace Akin.Tokenizers.Patterns;

/// <summary>What matching works in: the choices put off, three numbers each, and the registers. Each thread keeps one for the next text.</summary>
internal sealed class PatternStack
{
    /// <summary>A choice: go on at an instruction.</summary>
    public const int GoOn = 0;

    /// <summary>A choice: a greedy run gives back one code point.</summary>
    public const int GiveBack = 1;

    /// <summary>A choice: a lazy run takes one more code point.</summary>
    public const int TakeMore = 2;

    /// <summary>A choice: the next branch.</summary>
    public const int NextBranch = 3;

    /// <summary>A larger stack is not kept for the next text.</summary>
    private const int Kept = 1 << 16;

    /// <summary>256 MiB.</summary>
    private const int Most = 1 << 26;

    [ThreadStatic]
    private static PatternStack? spare;

    private int[] entries = new int[64];
    private int height;
    private Pattern? pattern;

    public int[] Registers { get; private set; } = [];

    /// <summary>The number of choices, times three.</summary>
    public int Height => height;

    public static PatternStack Rent(Pattern pattern)
    {
        PatternStack stack = spare ?? new PatternStack();
        spare = null;
        stack.pattern = pattern;
        if (stack.Registers.Length < pattern.Program.RegisterCount)
            stack.Registers = new int[pattern.Program.RegisterCount];
        return stack;
    }

    public void Return()
    {
        if (entries.Length <= Kept)
            spare = this;
    }

    public void Clear() => height = 0;

    public void CutTo(int lower) => height = lower;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Push(int code, int position, int rest)
    {
        if (height + 3 > entries.Length)
            Grow();
        int[] to = entries;
        to[height] = code;
        to[height + 1] = position;
        to[height + 2] = rest;
        height += 3;
    }

    private void Grow()
    {
        if (entries.Length >= Most)
            throw new PatternException(pattern!.Source, $"it puts off more than {Most / 3} choices on a text; write it so that less has to be remembered");
        Array.Resize(ref entries, entries.Length * 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryPop(out int code, out int position, out int rest)
    {
        if (height == 0)
        {
            code = position = rest = 0;
            return false;
        }
        height -= 3;
        (code, position, rest) = (entries[height], entries[height + 1], entries[height + 2]);
        return true;
    }
}
