namespace Akin.Training.Distillation;

/// <summary>What a student is punished for: vectors that lie elsewhere than the teacher's, and neighbours that rank otherwise.</summary>
public sealed record DistillationLossOptions
{
    /// <summary>Weight of the squared distance between the two unit vectors, which is twice one less their cosine. Default: 1.</summary>
    public float VectorWeight { get; init; } = 1;

    /// <summary>
    /// Weight of the Kullback-Leibler divergence of the student's from the teacher's distribution over the other texts of the batch, softmax(cosine / temperature).
    /// Default: 0, off.
    /// </summary>
    public float SimilarityWeight { get; init; }

    /// <summary>The temperature of these distributions, above 0. Default: 0.03.</summary>
    public float Temperature { get; init; } = 0.03f;
}
