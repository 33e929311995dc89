namespace Akin.Training.Losses;

/// <summary>Makes embeddings those of a teacher, by the mean squared difference: <see cref="EmbedDistillLoss"/> as it is mostly used.</summary>
/// <remarks>
/// <para>Inputs: <c>sentence[, translation …]</c> with the teacher's embedding. Requirements: embeddings as large as the teacher's.</para>
/// <para>Example: <c>new MSELoss()</c>.</para>
/// </remarks>
public sealed class MSELoss : EmbedDistillLoss;
