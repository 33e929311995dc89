using Akin.Kernels;

namespace Akin.Search;

/// <summary>What an index is made of, fixed when it is created.</summary>
/// <param name="Model">The folder or hub identifier of the model whose vectors are stored.</param>
/// <param name="Dimension">Floats per vector, 1 … <see cref="MaxDimension"/>.</param>
public sealed record IndexFacts(string Model, int Dimension)
{
    /// <summary>The largest dimension an index may have.</summary>
    public const int MaxDimension = 65_536;

    /// <summary>Identifies the model's weights whatever the model is called, or <see langword="null"/> when unknown.</summary>
    public string? ModelFingerprint { get; init; }

    /// <summary>How vectors are compared; cosine unless said otherwise.</summary>
    public VectorMetric Metric { get; init; } = VectorMetric.Cosine;

    /// <summary>The facts of an index for the vectors of <paramref name="encoder"/>.</summary>
    public static IndexFacts For(IEncoder encoder, VectorMetric metric = VectorMetric.Cosine)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return new IndexFacts(encoder.ModelName, encoder.Dimension)
        {
            ModelFingerprint = encoder.ModelFingerprint,
            Metric = metric,
        };
    }
}
