namespace Akin.Tensors;

/// <summary>What a weight is before training.</summary>
public enum Initialization
{
    /// <summary>Drawn from a normal distribution around 0 (linear layers, embeddings).</summary>
    Normal,

    /// <summary>0 (biases, shifts).</summary>
    Zeros,

    /// <summary>1 (scales of norms).</summary>
    Ones,
}
