using Akin.Pipelines;
using Akin.Tensors;
using Akin.Tensors.Operations;
using Reduction = Akin.Tensors.Operations.Reduction;

namespace Akin.Training.Losses;

/// <summary>Makes the model share its attention among the passages of a query as a teacher does.</summary>
/// <remarks>
/// <para>In words: the softmax over the passages' similarities should be the softmax over the teacher's scores.</para>
/// <para>Inputs: <c>query, positive, negative[, negative …]</c> with the teacher's scores, one for each passage.</para>
/// <para>Formula: mean KL(softmax(t / T) ‖ softmax(s / S)) · S² over the rows, with S and T the temperatures (Lin et al. 2020,
/// https://arxiv.org/abs/2010.11386).</para>
/// <para>Relations: <see cref="MarginMSELoss"/> compares differences of scores.</para>
/// <para>Example: <c>new DistillKLDivLoss { StudentTemperature = 2, TeacherTemperature = 2 }</c>.</para>
/// </remarks>
public sealed class DistillKLDivLoss : SentenceLoss
{
    /// <inheritdoc/>
    public override LossColumns Columns { get; } = new(new LossForm("query, positive, negative[, negative …]", 3, int.MaxValue, LossLabel.TeacherScores));

    /// <summary>Default: the inner product, in the range of a teacher's scores.</summary>
    public SimilarityFunction Similarity { get; init; } = SimilarityFunction.Dot;

    /// <summary>Divides the model's similarities. Default: 1.</summary>
    public float StudentTemperature
    {
        get;
        init => field = Positive(value);
    } = 1;

    /// <summary>Divides the teacher's scores. Default: 1.</summary>
    public float TeacherTemperature
    {
        get;
        init => field = Positive(value);
    } = 1;

    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, SentenceLossInput input)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(input);
        Shape shape = new(input.BatchSize, input.Embeddings.Count - 1);
        if (input.Labels!.Shape != shape)
        {
            throw new LossInputException(
                $"{nameof(DistillKLDivLoss)} wants of every row {shape.ColumnCount} teacher's scores, one for each passage; found labels of shape {input.Labels.Shape}.");
        }

        Tensor student = context.Multiply(Similarity.OfFirstWithOthers(context, input.Embeddings), 1 / StudentTemperature);
        Tensor teacher = context.Softmax(context.Multiply(input.Labels, 1 / TeacherTemperature));
        Tensor divergence = context.KlDivLoss(context.LogSoftmax(student), teacher, Reduction.BatchMean);
        return context.Multiply(divergence, StudentTemperature * StudentTemperature);
    }

    private static float Positive(float temperature) => temperature > 0
        ? temperature
        : throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "A temperature is above 0.");
}
