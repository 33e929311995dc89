using System.Text;

namespace Akin.Tensors;

/// <summary>New weights for a model that starts from nothing: normal numbers, zeros and ones.</summary>
/// <remarks>A number depends only on the seed, the weight's name and its place, not on the order of reading. Thread-safe.</remarks>
/// <param name="seed">Other seeds give other numbers.</param>
/// <param name="standardDeviation">Of normal numbers; <c>initializer_range</c> in configurations.</param>
public sealed class RandomWeights(ulong seed, double standardDeviation) : IWeightSource
{
    /// <inheritdoc/>
    public bool Contains(string name) => true;

    /// <inheritdoc/>
    public void Require(string name, Shape shape)
    {
        // Anything can be made.
    }

    /// <inheritdoc/>
    public void Read(string name, Shape shape, Initialization initialization, Span<float> destination)
    {
        double deviation = standardDeviation * initialization.Deviation;
        if (deviation == 0)
        {
            destination.Fill(initialization.Mean);
            return;
        }

        CounterRandom random = new(seed, NameHash(name));
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = (float)(initialization.Mean + (deviation * random.Normal((ulong)i)));
        }
    }

    /// <summary>FNV-1a, 64 bits: the same on every machine and in every run.</summary>
    private static ulong NameHash(string name)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte value in Encoding.UTF8.GetBytes(name))
        {
            hash = unchecked((hash ^ value) * 0x100000001B3);
        }

        return hash;
    }
}
