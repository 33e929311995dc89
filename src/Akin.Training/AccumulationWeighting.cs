namespace Akin.Training;

/// <summary>How the micro-batches of one step of the optimizer are put together.</summary>
public enum AccumulationWeighting
{
    /// <summary>
    /// By their share of the step's targets (examples, or labelled tokens): the same gradient as one batch of them all. This is what transformers 5 means
    /// to do (<c>num_items_in_batch</c>) and does for language models. A micro-batch without targets is left out.
    /// </summary>
    Targets,

    /// <summary>The plain mean, as transformers did before 4.46: token losses then depend on how rows fell into micro-batches.</summary>
    Mean,

    /// <summary>The plain sum: what transformers 5.23 does for BERT's classification and token heads. The gradient grows with the number of micro-batches.</summary>
    Sum,
}
