using Akin.Tensors;

namespace Akin.Models.Heads;

/// <summary>What a model with its pre-training heads gives.</summary>
/// <param name="PredictionLogits">
/// Scores of the vocabulary for every token, <c>[tokens, vocabulary]</c>; in ELECTRA the score that the token was replaced, <c>[tokens]</c>.
/// </param>
/// <param name="SequenceLogits">Scores of the relation between the two texts, <c>[sequences, 2]</c>; <see langword="null"/> where there is no such head.</param>
/// <param name="Encoder">What the backbone gave.</param>
public readonly record struct PreTrainingOutput(Tensor PredictionLogits, Tensor? SequenceLogits, EncoderOutput Encoder);
