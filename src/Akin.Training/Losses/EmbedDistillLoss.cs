using Akin.Tensors;
using Akin.Tensors.Operations;
using LinearLayer = Akin.Tensors.Layers.Linear;

namespace Akin.Training.Losses;

/// <summary>Makes embeddings those of a teacher.</summary>
/// <remarks>
/// <para>In words: a small model learns to put texts where a large one puts them. With a sentence and its translation, both are pulled to the
/// teacher's embedding of the sentence: so a model becomes multilingual (Reimers and Gurevych 2020, https://arxiv.org/abs/2004.09813).</para>
/// <para>Inputs: <c>sentence[, translation …]</c> with the teacher's embedding of the row, or with one for each column, <c>[batch, columns, size]</c>.
/// Requirements: embeddings as large as the teacher's, or a <see cref="Projection"/>.</para>
/// <para>Formula: the mean over rows and columns of what <see cref="Error"/> says.</para>
/// <para>Relations: <see cref="MSELoss"/> is the mean squared error; <see cref="MarginMSELoss"/> needs scores instead of embeddings.</para>
/// <para>Example: <c>new EmbedDistillLoss(studentSize: 384, teacherSize: 768) { Error = EmbeddingError.Cosine }</c>.</para>
/// </remarks>
public class EmbedDistillLoss : SentenceLoss
{
    /// <summary>Makes the loss for a teacher whose embeddings are as large as the model's.</summary>
    public EmbedDistillLoss() => Parameters = [];

    /// <summary>Makes the loss with a new linear layer from the model's embeddings to the teacher's, which is trained along.</summary>
    /// <param name="studentSize">Floats per embedding of the model.</param>
    /// <param name="teacherSize">Floats per embedding of the teacher.</param>
    /// <param name="seed">Other seeds make other layers. Default: 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public EmbedDistillLoss(int studentSize, int teacherSize, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(studentSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(teacherSize, 1);
        Weights weights = new(new RandomWeights(seed, 1 / Math.Sqrt(3.0 * studentSize)), trainable: true); // the spread of PyTorch's linear layer
        Projection = new LinearLayer(weights.Sub("projection"), studentSize, teacherSize);
        Parameters = weights.Loaded();
    }

    /// <inheritdoc/>
    public override LossColumns Columns { get; } = new(new LossForm("sentence[, translation …]", 1, int.MaxValue, LossLabel.TeacherEmbeddings));

    /// <summary><c>projection.weight</c> and <c>projection.bias</c>, where there is a projection.</summary>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>From the model's embeddings to the teacher's; <see langword="null"/> where they are of one size.</summary>
    public LinearLayer? Projection { get; }

    /// <summary>How embeddings are compared. Default: by the mean squared difference.</summary>
    public EmbeddingError Error { get; init; } = EmbeddingError.MeanSquared;

    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, SentenceLossInput input)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(input);
        Tensor labels = input.Labels!;
        int columnCount = input.Embeddings.Count;
        bool isPerColumn = labels.Shape.Rank == 3;
        int studentSize = Projection?.OutputSize ?? input.Embeddings[0].ColumnCount;
        if ((labels.Shape.Rank != 2 && !(isPerColumn && labels.Shape[1] == columnCount)) || labels.ColumnCount != studentSize)
        {
            throw new LossInputException(
                $"{GetType().Name} wants the teacher's embeddings as [{input.BatchSize}, {studentSize}] or [{input.BatchSize}, {columnCount}, {studentSize}]; found {labels.Shape}."
                + (labels.ColumnCount == studentSize ? "" : $" The model's embeddings have {studentSize} floats and the teacher's {labels.ColumnCount}: use {nameof(EmbedDistillLoss)} with a projection."));
        }

        Tensor? sum = null;
        for (int column = 0; column < columnCount; column++)
        {
            Tensor student = Projection?.Forward(context, input.Embeddings[column]) ?? input.Embeddings[column];
            Tensor teacher = isPerColumn
                ? context.Reshape(context.Slice(labels, axis: 1, column, column + 1), student.Shape)
                : labels;
            Tensor error = Compare(context, student, teacher);
            sum = sum is null ? error : context.Add(sum, error);
        }

        return columnCount == 1 ? sum! : context.Multiply(sum!, 1f / columnCount);
    }

    private Tensor Compare(ForwardContext context, Tensor student, Tensor teacher) => Error switch
    {
        EmbeddingError.MeanSquared => context.MseLoss(student, teacher),
        EmbeddingError.Euclidean => context.Mean(context.Norm(context.Subtract(student, teacher))),
        _ => context.Affine(context.Mean(context.PairwiseCosSim(student, teacher)), -1, 1),
    };
}
