using Akin.Models;
using Akin.Tensors;

namespace Akin.Training.Tasks;

/// <summary>What a model is trained for: how examples become a batch, and a batch a loss and predictions.</summary>
/// <remarks>The seam between the trainer, which knows steps, rates and files, and the models, which know neither labels nor files.</remarks>
/// <typeparam name="TExample">An example with its labels.</typeparam>
public abstract class TrainingTask<TExample>
{
    /// <summary>Keeps the model.</summary>
    /// <param name="model">Loaded with <see cref="LoadOptions.IsTrainable"/>.</param>
    protected TrainingTask(ITrainableModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
    }

    /// <summary>The model.</summary>
    public ITrainableModel Model { get; }

    /// <summary>The share of a target that is spread evenly over all classes (label smoothing), from 0 to below 1. Default: 0.</summary>
    /// <remarks>A trainer sets it from its arguments. Tasks whose targets are not classes refuse anything but 0.</remarks>
    public double LabelSmoothing
    {
        get;
        set => field = value >= 0 && value < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Label smoothing is a number from 0 to below 1.");
    }

    /// <summary>How many tokens an example has: what grouping by length goes by.</summary>
    /// <param name="example">An example.</param>
    public abstract int TokenCount(TExample example);

    /// <summary>Makes a batch.</summary>
    /// <param name="examples">The examples, at least one.</param>
    /// <param name="seed">Where random choices (dynamic masking) come from: the same for a batch whenever it is made again.</param>
    /// <exception cref="InvalidBatchException">Labels do not fit their texts or the model.</exception>
    public abstract TrainingBatch Collate(IReadOnlyList<TExample> examples, ulong seed);

    /// <summary>Puts texts into a batch of the model.</summary>
    /// <param name="texts">The texts, in order.</param>
    protected RaggedBatch Join(IEnumerable<EncodedText> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        RaggedBatch batch = Model.CreateBatch();
        foreach (EncodedText text in texts)
        {
            batch.Add(text.InputIds.Span, text.TokenTypeIds.Span);
        }

        return batch;
    }
}
