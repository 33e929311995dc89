namespace Akin.Training.Tasks;

/// <summary>A question with its choices.</summary>
/// <param name="Choices">The question paired with every choice; as many for every example.</param>
/// <param name="Label">Which choice is right, from 0.</param>
public sealed record MultipleChoiceExample(IReadOnlyList<EncodedText> Choices, int Label);
