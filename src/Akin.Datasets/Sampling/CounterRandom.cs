namespace Akin.Datasets.Sampling;

/// <summary>
/// Random numbers by place instead of by order: each is a hash of a seed, a stream and a counter (the finalizer of SplitMix64, applied in turn), so that a draw
/// does not depend on which thread makes it, or on what was drawn before.
/// </summary>
/// <param name="seed">The seed of the run.</param>
/// <param name="stream">What the draws are for: an epoch, a batch, an example.</param>
public readonly struct CounterRandom(ulong seed, ulong stream)
{
    private readonly ulong _key = Mix(Whiten(seed) ^ (stream + Golden));

    /// <summary>2⁶⁴ divided by the golden ratio: SplitMix64's step.</summary>
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>64 random bits.</summary>
    /// <param name="counter">Which draw.</param>
    public ulong Bits(ulong counter) => Mix(_key ^ Whiten(counter));

    /// <summary>A number in [0, 1) with 53 random bits.</summary>
    /// <param name="counter">Which draw.</param>
    public double Uniform(ulong counter) => (Bits(counter) >> 11) * (1.0 / (1L << 53));

    /// <summary>A number in [0, bound); the bias of at most bound / 2⁶⁴ is below what any sample shows.</summary>
    /// <param name="counter">Which draw.</param>
    /// <param name="bound">How many numbers there are, above 0.</param>
    public int Below(ulong counter, int bound) => (int)Math.BigMul(Bits(counter), (ulong)bound, out _);

    /// <summary>What SplitMix64 gives for a state (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators").</summary>
    /// <param name="state">Any number; neighbours give unrelated ones.</param>
    public static ulong Whiten(ulong state) => Mix(unchecked(state + Golden));

    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
