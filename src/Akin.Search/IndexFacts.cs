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

    /// <summary>Throws unless an index of these facts can be used with vectors of <paramref name="wanted"/>.</summary>
    /// <param name="wanted">What it is to be used with.</param>
    /// <param name="place">Where the index is, for the message.</param>
    /// <exception cref="IndexModelException">Model, dimension or metric differ.</exception>
    public void Require(IndexFacts wanted, string place)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        string? difference =
            wanted.Dimension != Dimension ? $"its vectors have {Dimension} floats, not {wanted.Dimension}"
            : ModelFingerprint is not null && wanted.ModelFingerprint is not null
                ? ModelFingerprint == wanted.ModelFingerprint ? null : $"its weights or its settings (pooling, longest text, document prompt) are others (fingerprint {ModelFingerprint}, not {wanted.ModelFingerprint})"
            : Model != wanted.Model ? "their vectors cannot be compared"
            : null;
        difference ??= wanted.Metric != Metric ? $"it compares vectors by {Metric}, not {wanted.Metric}" : null;
        if (difference is not null)
        {
            throw new IndexModelException(place, Model, wanted.Model, difference);
        }
    }
}
