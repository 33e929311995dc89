using Akin.Search;

namespace Akin.Training.Evaluation;

/// <summary>How far the embeddings of a student are from those of its teacher: the mean squared difference of a number, times 100.</summary>
/// <remarks>
/// For a multilingual student the source sentences are in the teacher's language and the target sentences their translations. Gives <c>negative_mse</c>, so that
/// more is better. Texts get the model's default prompt. File: <c>mse_evaluation_NAME_results.csv</c>.
/// </remarks>
public sealed class MSEEvaluator : SentenceEvaluator
{
    private readonly float[][] _teacher;
    private readonly IReadOnlyList<string> _target;

    /// <param name="teacherEmbeddings">What the teacher made of the source sentences, <c>[sentences][dimension]</c>; at least one.</param>
    /// <param name="target">The sentences for the student, in the same order.</param>
    /// <exception cref="ArgumentException">The lists differ in length, or are empty.</exception>
    public MSEEvaluator(IReadOnlyList<float[]> teacherEmbeddings, IReadOnlyList<string> target)
    {
        RequireEqual(teacherEmbeddings.Count, target.Count, "teacher embeddings and target sentences");
        RequireSome(target.Count, "sentences");
        _teacher = [.. teacherEmbeddings];
        _target = target;
    }

    /// <summary>Asks the teacher first.</summary>
    /// <param name="teacher">The teacher.</param>
    /// <param name="source">The sentences for the teacher; at least one.</param>
    /// <param name="target">The sentences for the student, in the same order.</param>
    /// <param name="cancellationToken">Stops the teacher.</param>
    public static MSEEvaluator FromTeacher(
        IEncoder teacher, IReadOnlyList<string> source, IReadOnlyList<string> target, CancellationToken cancellationToken = default) =>
        new(teacher.EncodeSentences(source, cancellationToken), target);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Teacher and student differ in dimension.</exception>
    public override EvaluatorScores Evaluate(
        IEncoder model, EvaluationOutput? output = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        float[][] student = Embed(model.EncodeSentences, _target, new EncodedCount(progress), cancellationToken);
        double sum = 0;
        for (int i = 0; i < student.Length; i++)
        {
            ReadOnlySpan<float> teacher = _teacher[i].AsSpan(0, Math.Min(_teacher[i].Length, TruncateDimension ?? int.MaxValue));
            if (teacher.Length != student[i].Length)
            {
                throw new ArgumentException(
                    $"The teacher's embeddings have {teacher.Length} dimensions, the student's {student[i].Length}: compare {nameof(TruncateDimension)} of them, or give the student a Dense module.", nameof(model));
            }

            for (int j = 0; j < teacher.Length; j++)
            {
                double difference = (double)teacher[j] - student[i][j];
                sum += difference * difference;
            }
        }

        double error = 100 * sum / student.Length / student[0].Length;
        if (output is not null)
        {
            // Upstream's file has two underscores where there is no name.
            EvaluationTable table = new($"mse_evaluation_{Name}_results.csv");
            table.Add("MSE", error);
            table.AppendTo(output);
        }

        return Named(new Dictionary<string, double> { ["negative_mse"] = -error }, "negative_mse");
    }
}
