namespace Akin.Training;

/// <summary>The optimizers a trainer makes by name (<c>optim</c>).</summary>
public enum OptimizerKind
{
    /// <summary>PyTorch's AdamW.</summary>
    AdamW,

    /// <summary>The optimizer of google-research/bert.</summary>
    BertAdam,

    /// <summary>Stochastic gradient descent; weight decay is added to the gradient.</summary>
    Sgd,

    /// <summary>Adafactor with a fixed rate that does not depend on the size of parameters, as transformers' Trainer makes it.</summary>
    Adafactor,
}
