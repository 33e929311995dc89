namespace Akin.Training.Evaluation;

/// <summary>Scores the classes of an example by the embeddings of its texts, as the classifier of <c>SoftmaxLoss</c> does.</summary>
/// <param name="embeddings">The embeddings of the example's texts, <c>[texts][dimension]</c>.</param>
/// <returns>A score for each class; the highest is the prediction.</returns>
public delegate ReadOnlySpan<float> ClassifyEmbeddings(IReadOnlyList<float[]> embeddings);
