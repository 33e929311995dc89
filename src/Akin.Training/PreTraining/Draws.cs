using Akin.Datasets.Sampling;

namespace Akin.Training.PreTraining;

/// <summary>Random numbers one after the other.</summary>
/// <param name="seed">The seed of the run.</param>
/// <param name="stream">What they are for.</param>
internal sealed class Draws(ulong seed, ulong stream)
{
    private readonly CounterRandom _random = new(seed, stream);
    private ulong _count;

    /// <summary>Whether something of a probability happens.</summary>
    public bool Happens(double probability) => _random.Uniform(_count++) < probability;

    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    public int Between(int least, int most) => least + _random.Below(_count++, most - least + 1);

    /// <summary>Puts items into random order (Fisher and Yates).</summary>
    public void Shuffle<T>(List<T> items)
    {
        for (int last = items.Count - 1; last > 0; last--)
        {
            int other = Between(0, last);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }
}
