namespace Akin.Training.PreTraining;

/// <summary>What <see cref="PreTrainingData"/> has made.</summary>
/// <param name="Documents">Documents in the texts.</param>
/// <param name="Sentences">Their sentences.</param>
/// <param name="Examples">Examples written.</param>
public sealed record PreTrainingDataResult(int Documents, int Sentences, int Examples);
