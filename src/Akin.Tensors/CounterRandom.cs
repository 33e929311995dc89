namespace Akin.Tensors;

/// <summary>Random numbers by place instead of by turn: number i of a stream is the same in any order, on any thread and on every machine.</summary>
/// <param name="seed">Chooses among unrelated generators.</param>
/// <param name="stream">Chooses among unrelated streams of one seed.</param>
public readonly struct CounterRandom(ulong seed, ulong stream)
{
    private readonly ulong _start = Whiten(Whiten(seed) ^ stream);

    /// <summary>64 bits for one stream of one seed.</summary>
    /// <param name="seed">Chooses among unrelated generators.</param>
    /// <param name="stream">Chooses among unrelated streams of one seed.</param>
    public static ulong Key(ulong seed, ulong stream) => new CounterRandom(seed, stream)._start;

    /// <summary>Uniform in [0, 1), with the 53 bits a double holds.</summary>
    /// <param name="index">The place in the stream.</param>
    public double Uniform(ulong index) => (Whiten(unchecked(_start + index)) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Normal with mean 0 and deviation 1: Box–Muller, a radius from one uniform number and an angle from another.</summary>
    /// <param name="index">The place in the stream.</param>
    public double Normal(ulong index)
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - Uniform(2 * index)));
        return radius * Math.Cos(2 * Math.PI * Uniform((2 * index) + 1));
    }

    /// <summary>splitmix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators").</summary>
    private static ulong Whiten(ulong state)
    {
        state = unchecked(state * 0x9E3779B97F4A7C15); // 2⁶⁴ / golden ratio, odd: neighbouring states fall far apart
        state = unchecked((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9);
        state = unchecked((state ^ (state >> 27)) * 0x94D049BB133111EB);
        return state ^ (state >> 31);
    }
}
