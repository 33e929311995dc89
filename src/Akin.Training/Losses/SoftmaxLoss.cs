using Akin.Tensors;
using Akin.Tensors.Operations;
using LinearLayer = Akin.Tensors.Layers.Linear;

namespace Akin.Training.Losses;

/// <summary>Trains a classifier of text pairs on top of the two embeddings: what made the first sentence models from NLI data.</summary>
/// <remarks>
/// <para>In words: from the two embeddings and their difference a linear layer must tell the class of the pair, such as entailment, neutral,
/// contradiction. The layer is trained along and thrown away.</para>
/// <para>Inputs: <c>sentence1, sentence2</c> with a class number. Requirements: classes 0 to <c>labelCount</c> − 1.</para>
/// <para>Formula: cross-entropy of W · [u, v, |u − v|, u ∘ v] + b (Reimers and Gurevych 2019, https://arxiv.org/abs/1908.10084); which parts are
/// joined is a matter of options.</para>
/// <para>Relations: <see cref="MultipleNegativesRankingLoss"/> with the entailed pairs, and the contradictions as negatives, gives better models.</para>
/// <para>Example: <c>new SoftmaxLoss(embeddingSize: 384, labelCount: 3)</c>.</para>
/// </remarks>
public sealed class SoftmaxLoss : SentenceLoss
{
    private readonly int _labelCount;
    private readonly Lazy<(LinearLayer Layer, IReadOnlyList<Parameter> Parameters)> _classifier;

    /// <summary>Makes the loss with a new classifier.</summary>
    /// <param name="embeddingSize">Floats per embedding of the model.</param>
    /// <param name="labelCount">The number of classes.</param>
    /// <param name="seed">Other seeds make other classifiers. Default: 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1, or there are less than two classes.</exception>
    public SoftmaxLoss(int embeddingSize, int labelCount, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(embeddingSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(labelCount, 2);
        _labelCount = labelCount;
        _classifier = new(() =>
        {
            int inputSize = embeddingSize * ((ConcatenatesEmbeddings ? 2 : 0) + (ConcatenatesDifference ? 1 : 0) + (ConcatenatesProduct ? 1 : 0));
            if (inputSize == 0)
            {
                throw new LossInputException($"{nameof(SoftmaxLoss)} has nothing to classify: join the embeddings, their difference or their product.");
            }

            // The spread of a new linear layer in PyTorch: uniform within 1/√n, which deviates by that divided by √3.
            Weights weights = new(new RandomWeights(seed, 1 / Math.Sqrt(3.0 * inputSize)), trainable: true);
            return (new LinearLayer(weights.Sub("classifier"), inputSize, labelCount), weights.Loaded());
        });
    }

    /// <inheritdoc/>
    public override LossColumns Columns { get; } = new(new LossForm("sentence1, sentence2", 2, 2, LossLabel.Class));

    /// <summary><c>classifier.weight</c>, <c>[labels, inputs]</c>, and <c>classifier.bias</c>, <c>[labels]</c>.</summary>
    public override IReadOnlyList<Parameter> Parameters => _classifier.Value.Parameters;

    /// <summary>Whether u and v are joined. Default: yes.</summary>
    public bool ConcatenatesEmbeddings { get; init; } = true;

    /// <summary>Whether |u − v| is joined. Default: yes.</summary>
    public bool ConcatenatesDifference { get; init; } = true;

    /// <summary>Whether u ∘ v is joined. Default: no.</summary>
    public bool ConcatenatesProduct { get; init; }

    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, SentenceLossInput input)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(input);
        (Tensor left, Tensor right) = (input.Embeddings[0], input.Embeddings[1]);
        List<Tensor> parts = ConcatenatesEmbeddings ? [left, right] : [];
        if (ConcatenatesDifference)
        {
            parts.Add(context.Abs(context.Subtract(left, right)));
        }

        if (ConcatenatesProduct)
        {
            parts.Add(context.Multiply(left, right));
        }

        LinearLayer classifier = _classifier.Value.Layer;
        int inputSize = parts.Sum(part => part.ColumnCount);
        if (inputSize != Parameters[0].Shape[1])
        {
            throw new LossInputException(
                $"{nameof(SoftmaxLoss)} was made for parts of {Parameters[0].Shape[1]} floats together; embeddings of {left.ColumnCount} floats give {inputSize}. Make it with the model's embedding size.");
        }

        int[] classes = ClassNumbers.Of(input.Labels!);
        for (int row = 0; row < classes.Length; row++)
        {
            if (classes[row] >= _labelCount)
            {
                throw new LossInputException(
                    $"{nameof(SoftmaxLoss)} was made for {_labelCount} classes: the label of row {row} of the batch is {classes[row]}, possible are 0 to {_labelCount - 1}.");
            }
        }

        return context.CrossEntropy(classifier.Forward(context, context.Concatenate(axis: 1, [.. parts])), classes);
    }
}
