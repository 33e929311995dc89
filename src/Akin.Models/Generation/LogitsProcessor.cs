namespace Akin.Models.Generation;

/// <summary>Changes the scores of the next token before it is chosen; −∞ rules a token out. Names, order and formulas are those of transformers 5.23.</summary>
/// <remarks>Thread-safe unless a class says otherwise.</remarks>
public abstract class LogitsProcessor
{
    /// <summary>Changes the scores of one sequence.</summary>
    /// <param name="step">The sequence.</param>
    /// <param name="scores">Logits or log-probabilities of the vocabulary, changed in place.</param>
    public abstract void Process(in GenerationStep step, Span<float> scores);
}
