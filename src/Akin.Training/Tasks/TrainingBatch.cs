using Akin.Tensors;

namespace Akin.Training.Tasks;

/// <summary>Examples that are ready to run, with their labels.</summary>
public abstract class TrainingBatch
{
    /// <summary>Keeps how much there is.</summary>
    /// <param name="tokenCount">Tokens of all texts.</param>
    /// <param name="exampleCount">How many examples they are.</param>
    /// <param name="targetCount">How many targets the loss is a mean over.</param>
    protected TrainingBatch(int tokenCount, int exampleCount, int targetCount) => (TokenCount, ExampleCount, TargetCount) = (tokenCount, exampleCount, targetCount);

    /// <summary>How many examples there are.</summary>
    public int ExampleCount { get; }

    /// <summary>
    /// How many targets the loss is a mean over: examples for classification, labelled tokens for tagging and masked words. With 0 the loss is NaN, as
    /// in PyTorch, and nothing can be learned.
    /// </summary>
    public int TargetCount { get; }

    /// <summary>How many tokens all texts have together.</summary>
    public int TokenCount { get; }

    /// <summary>Runs the model.</summary>
    /// <param name="context">With a tape to train, without to evaluate; results live until its scope ends.</param>
    /// <exception cref="InvalidBatchException">A label or an id is outside its bounds.</exception>
    /// <exception cref="OperationCanceledException">The pass was cancelled.</exception>
    public abstract TaskOutput Forward(ForwardContext context);

    /// <summary>Takes the predictions out of an output.</summary>
    /// <param name="output">What <see cref="Forward"/> gave.</param>
    /// <returns>One for every example.</returns>
    public abstract IEnumerable<Prediction> Predictions(TaskOutput output);
}
