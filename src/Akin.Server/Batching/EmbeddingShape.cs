using Akin.Kernels;
using Akin.Server.Http;
using Akin.Server.Models;

namespace Akin.Server.Batching;

/// <summary>How a request wants its embeddings.</summary>
internal sealed record EmbeddingShape
{
    /// <summary>What is put in front of every text. Default: nothing.</summary>
    public string Prompt { get; init; } = "";

    /// <summary>How many leading dimensions are kept; null for all.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Whether embeddings are scaled to length 1, after they were cut. Default: no, beyond what the model itself does.</summary>
    public bool Normalizes { get; init; }

    /// <summary>Whether a text with more tokens than the model reads is refused rather than cut. Default: no.</summary>
    public bool RefusesLongTexts { get; init; }

    /// <summary>The field of the texts, for messages.</summary>
    public string TextField { get; init; } = "texts";

    /// <summary>The field of the dimensions, for messages.</summary>
    public string DimensionsField { get; init; } = "dimensions";

    /// <summary>Checks the dimensions.</summary>
    /// <exception cref="RequestException">The model has fewer.</exception>
    public void RequireFor(ServedEncoder model)
    {
        if (Dimensions is { } wanted && (wanted < 1 || wanted > model.Dimension))
        {
            throw RequestException.Invalid(DimensionsField, $"{DimensionsField} is {wanted}; model '{model.Name}' has 1 to {model.Dimension}.");
        }
    }

    /// <summary>Cuts and scales embeddings of a model, in place where they keep their length.</summary>
    public float[][] Apply(float[][] embeddings)
    {
        for (int i = 0; i < embeddings.Length; i++)
        {
            float[] row = Dimensions is { } count && count < embeddings[i].Length ? embeddings[i][..count] : embeddings[i];
            if (Normalizes)
            {
                Normalize.Rows(row, 1, row.Length, Normalize.DefaultEpsilon, row, WorkerPool.Serial);
            }

            embeddings[i] = row;
        }

        return embeddings;
    }
}
