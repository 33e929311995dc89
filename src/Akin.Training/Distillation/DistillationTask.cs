using Akin.Kernels;
using Akin.Pipelines;
using Akin.Tensors;
using Akin.Tensors.Operations;
using Akin.Training.Tasks;

namespace Akin.Training.Distillation;

/// <summary>
/// Teaches a small model the vectors of a large one (Reimers and Gurevych 2020, https://arxiv.org/abs/2004.09813, section 2, with the teacher's own texts), and,
/// if asked to, how close the texts of a batch are to each other (as Tian et al. 2019, "Similarity-preserving" distillation).
/// </summary>
/// <remarks>A prediction is the student's unit vector, <c>[dimension]</c>.</remarks>
/// <param name="student">A trainable model of as many dimensions as the teacher, or as the map gives.</param>
/// <param name="teacher">The teacher's vectors; it stays open while the task is used.</param>
/// <param name="loss">What counts. Default: the vectors.</param>
/// <param name="map">What is done to the teacher's vectors first, when the student's have fewer numbers. Default: nothing.</param>
public sealed class DistillationTask(SentenceTransformer student, TeacherVectors teacher, DistillationLossOptions? loss = null, EmbeddingMap? map = null) : TrainingTask<DistillationExample>(student)
{
    private const float Never = -1e4f;

    private readonly DistillationLossOptions _loss = loss ?? new DistillationLossOptions();

    /// <inheritdoc/>
    public override int TokenCount(DistillationExample example)
    {
        ArgumentNullException.ThrowIfNull(example);
        return example.TokenIds.Length;
    }

    /// <inheritdoc/>
    public override TrainingBatch Collate(IReadOnlyList<DistillationExample> examples, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(examples);
        float[] targets = new float[examples.Count * teacher.Dimension];
        for (int i = 0; i < examples.Count; i++)
        {
            teacher.Read(examples[i].TeacherPlace, targets.AsSpan(i * teacher.Dimension, teacher.Dimension));
        }

        return new Batch(this, student, Join(examples.Select(example => new EncodedText(example.TokenIds))), Targets(targets, examples.Count));
    }

    /// <summary>The teacher's vectors as the student should have them, of length 1.</summary>
    private Tensor Targets(float[] vectors, int count)
    {
        if (map is null)
        {
            return new Tensor(new Shape(count, teacher.Dimension), vectors);
        }

        float[] mapped = map.Apply(vectors);
        Normalize.Rows(mapped, count, map.OutputSize, Normalize.DefaultEpsilon, mapped, WorkerPool.Shared);
        return new Tensor(new Shape(count, map.OutputSize), mapped);
    }

    private Tensor Loss(ForwardContext context, Tensor vectors, Tensor targets)
    {
        Tensor unit = context.Normalize(vectors);
        Tensor loss = context.Multiply(context.MseLoss(unit, targets, Reduction.BatchMean), _loss.VectorWeight);
        if (_loss.SimilarityWeight == 0 || targets.RowCount < 3)
        {
            return loss;
        }

        int count = targets.RowCount;
        bool[] self = new bool[count * count];
        for (int i = 0; i < count; i++)
        {
            self[(i * count) + i] = true;
        }

        Tensor said = context.LogSoftmax(Neighbours(unit));
        Tensor right = context.Softmax(Neighbours(targets));
        return context.Add(loss, context.Multiply(context.KlDivLoss(said, right, Reduction.BatchMean), _loss.SimilarityWeight));

        Tensor Neighbours(Tensor rows) => context.MaskedFill(
            context.Multiply(context.MatMul(rows, rows, transposeRight: Transpose.Yes), 1 / _loss.Temperature), self, Never);
    }

    private sealed class Batch(DistillationTask task, SentenceTransformer student, RaggedBatch texts, Tensor targets) : TrainingBatch(texts.TokenCount, targets.RowCount, targets.RowCount)
    {
        public override TaskOutput Forward(ForwardContext context)
        {
            Tensor vectors = student.Forward(context, texts);
            return new TaskOutput(task.Loss(context, vectors, targets), vectors);
        }

        public override IEnumerable<Prediction> Predictions(TaskOutput output) => output.Scores.Rows();
    }
}
