using System.Numerics;

namespace Akin.Datasets.Sampling;

/// <summary>
/// numpy's <c>default_rng(seed)</c>: PCG64 (XSL-RR) seeded through SeedSequence (numpy/random/bit_generator.pyx, pcg64.h, version 2),
/// so that shuffles and splits are those of Python.
/// </summary>
internal sealed class NumpyGenerator
{
    private static readonly UInt128 Multiplier = new(0x2360ED051FC65DA4, 0x4385DF649FCCF645);

    private readonly UInt128 _increment;
    private UInt128 _state;
    private uint? _upperHalf;

    public NumpyGenerator(ulong seed)
    {
        Span<ulong> words = stackalloc ulong[4];
        SeedWords(seed, words);
        _increment = (new UInt128(words[2], words[3]) << 1) | 1;
        _state = _increment + new UInt128(words[0], words[1]);
        Step();
    }

    /// <summary>The numbers 0 … count − 1 in random order.</summary>
    public int[] Permutation(int count)
    {
        int[] numbers = [.. Enumerable.Range(0, count)];
        Permute(numbers);
        return numbers;
    }

    /// <summary><c>Generator.permutation</c> of given values.</summary>
    public int[] Permutation(ReadOnlySpan<int> values)
    {
        int[] copy = values.ToArray();
        Permute(copy);
        return copy;
    }

    /// <summary><c>Generator.choice(values, size, replace=False)</c>.</summary>
    public int[] Choice(ReadOnlySpan<int> values, int size)
    {
        int[] places = new int[size];
        const int TailShuffleFrom = 10_000;
        if (values.Length > TailShuffleFrom && size > values.Length / 50)
        {
            int[] all = [.. Enumerable.Range(0, values.Length)];
            Shuffle(all, Math.Max(values.Length - size, 1));
            all.AsSpan(values.Length - size).CopyTo(places);
        }
        else
        {
            // Floyd's algorithm, then a shuffle.
            HashSet<int> taken = [];
            for (int count = 0; count < size; count++)
            {
                int last = values.Length - size + count;
                int drawn = (int)Below((uint)last);
                places[count] = taken.Add(drawn) ? drawn : last;
                taken.Add(places[count]);
            }

            Shuffle(places, 1);
        }

        int[] chosen = new int[size];
        for (int place = 0; place < size; place++)
        {
            chosen[place] = values[places[place]];
        }

        return chosen;
    }

    /// <summary>numpy's shuffle of an array draws with a mask and rejection …</summary>
    private void Permute(int[] values)
    {
        for (int place = values.Length - 1; place > 0; place--)
        {
            uint mask = uint.MaxValue >> BitOperations.LeadingZeroCount((uint)place);
            uint other;
            do
            {
                other = Next32() & mask;
            }
            while (other > place);

            (values[place], values[other]) = (values[other], values[place]);
        }
    }

    /// <summary>… and the shuffle inside <c>choice</c> by Lemire's method.</summary>
    private void Shuffle(int[] values, int first)
    {
        for (int place = values.Length - 1; place >= first; place--)
        {
            int other = (int)Below((uint)place);
            (values[place], values[other]) = (values[other], values[place]);
        }
    }

    /// <summary>A number of 0 … maximum, all equally likely (Lemire's method).</summary>
    private uint Below(uint maximum)
    {
        if (maximum == 0)
        {
            return 0;
        }

        uint bound = maximum + 1;
        ulong product = (ulong)Next32() * bound;
        if ((uint)product < bound)
        {
            uint threshold = (uint.MaxValue - maximum) % bound;
            while ((uint)product < threshold)
            {
                product = (ulong)Next32() * bound;
            }
        }

        return (uint)(product >> 32);
    }

    private uint Next32()
    {
        if (_upperHalf is { } kept)
        {
            _upperHalf = null;
            return kept;
        }

        Step();
        ulong folded = (ulong)(_state >> 64) ^ (ulong)_state;
        ulong next = BitOperations.RotateRight(folded, (int)(_state >> 122));
        _upperHalf = (uint)(next >> 32);
        return (uint)next;
    }

    private void Step() => _state = unchecked((_state * Multiplier) + _increment);

    /// <summary>numpy's SeedSequence with a pool of four words.</summary>
    private static void SeedWords(ulong seed, Span<ulong> words)
    {
        const int PoolSize = 4;
        Span<uint> pool = stackalloc uint[PoolSize];
        uint constant = 0x43B0D7E5;
        for (int word = 0; word < PoolSize; word++)
        {
            pool[word] = HashMix(word < 2 ? (uint)(seed >> (32 * word)) : 0, ref constant, 0x931E8875);
        }

        for (int source = 0; source < PoolSize; source++)
        {
            for (int target = 0; target < PoolSize; target++)
            {
                if (source != target)
                {
                    uint mixed = unchecked((0xCA01F9DD * pool[target]) - (0x4973F715 * HashMix(pool[source], ref constant, 0x931E8875)));
                    pool[target] = mixed ^ (mixed >> 16);
                }
            }
        }

        constant = 0x8B51F9DD;
        for (int word = 0; word < words.Length; word++)
        {
            uint low = HashMix(pool[(2 * word) % PoolSize], ref constant, 0x58F38DED);
            uint high = HashMix(pool[((2 * word) + 1) % PoolSize], ref constant, 0x58F38DED);
            words[word] = ((ulong)high << 32) | low;
        }
    }

    private static uint HashMix(uint value, ref uint constant, uint multiplier)
    {
        value ^= constant;
        constant = unchecked(constant * multiplier);
        value = unchecked(value * constant);
        return value ^ (value >> 16);
    }
}
