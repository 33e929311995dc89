namespace Akin.Training.Tasks;

/// <summary>A pair of texts with masked words and the relation of the two.</summary>
/// <param name="Tokens">The masked pair with the right id of every masked token.</param>
/// <param name="SequenceLabel">0: the second text follows the first, 1: it does not.</param>
public sealed record PreTrainingExample(TokenLabelsExample Tokens, int SequenceLabel);
