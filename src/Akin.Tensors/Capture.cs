namespace Akin.Tensors;

/// <summary>What a forward pass hands out beside its result.</summary>
[Flags]
public enum Capture
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The embeddings and the output of every layer.</summary>
    HiddenStates = 1,

    /// <summary>The attention probabilities of every layer.</summary>
    Attentions = 2,
}
