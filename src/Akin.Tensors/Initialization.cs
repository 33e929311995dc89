namespace Akin.Tensors;

/// <summary>What a weight is before training: numbers of a normal distribution.</summary>
/// <param name="Mean">Their mean.</param>
/// <param name="Deviation">Their standard deviation, as a multiple of the model's own (<c>initializer_range</c> in configurations).</param>
public readonly record struct Initialization(float Mean, double Deviation)
{
    /// <summary>With the model's deviation around 0 (linear layers, embeddings).</summary>
    public static Initialization Normal => new(0, 1);

    /// <summary>All 0 (biases, shifts).</summary>
    public static Initialization Zeros => new(0, 0);

    /// <summary>All 1 (scales of norms).</summary>
    public static Initialization Ones => new(1, 0);
}
