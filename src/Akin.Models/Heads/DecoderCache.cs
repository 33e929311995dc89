using Akin.Tensors.Operations;

namespace Akin.Models.Heads;

/// <summary>What a decoder keeps of the sequences it is writing: the keys and values of every layer.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class DecoderCache
{
    /// <summary>Makes an empty cache.</summary>
    /// <param name="layerCount">Layers of the decoder.</param>
    /// <param name="looksAtEncoder">Whether its layers also look at the states of an encoder. Default: no.</param>
    public DecoderCache(int layerCount, bool looksAtEncoder = false)
    {
        SelfAttention = [.. Enumerable.Range(0, layerCount).Select(_ => new KeyValueCache())];
        CrossAttention = [.. Enumerable.Range(0, looksAtEncoder ? layerCount : 0).Select(_ => new KeyValueCache(isFixed: true))];
    }

    /// <summary>For every layer: the tokens that were read.</summary>
    public IReadOnlyList<KeyValueCache> SelfAttention { get; }

    /// <summary>For every layer: the states of the encoder; empty for a decoder alone.</summary>
    public IReadOnlyList<KeyValueCache> CrossAttention { get; }

    /// <summary>Chooses the sequences to go on with.</summary>
    /// <param name="order">For each sequence from now on, the one it was.</param>
    public void Select(ReadOnlySpan<int> order)
    {
        foreach (KeyValueCache layer in SelfAttention.Concat(CrossAttention))
        {
            layer.Select(order);
        }
    }

    /// <summary>Forgets the tokens that were read, but not what the encoder said.</summary>
    public void ClearTokens()
    {
        foreach (KeyValueCache layer in SelfAttention)
        {
            layer.Clear();
        }
    }
}
