using Akin.Datasets;
using Akin.Hub;
using Akin.Pipelines;
using Akin.Training.FineTuning;
using Akin.Training.Logging;

namespace Akin.Training.Distillation;

/// <summary>Makes a small model out of a large one and teaches it the large one's vectors: <c>akin train distill</c>.</summary>
public static class Distiller
{
    /// <summary>Texts whose vectors say which directions to keep.</summary>
    private const int DirectionTexts = 20_000;

    /// <summary>Runs the whole way: the student's weights and vocabulary, the teacher's vectors, training.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="progress">Told about downloads.</param>
    /// <param name="cancellationToken">Writes a checkpoint and ends the run, which can be resumed.</param>
    /// <exception cref="TrainingOptionException">There is no text, or the shape asks for what the teacher does not have.</exception>
    /// <exception cref="TrainingStateException">The teacher's vectors or a checkpoint are of another run.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DistillationResult Run(DistillationOptions options, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        FineTuningRun.RequireValid(options.Arguments, hasEvaluation: false);
        string output = options.Arguments.OutputDir;
        Directory.CreateDirectory(output);
        string teacherFolder = ModelHub.ResolveFolder(options.Teacher, options.Hub, progress, cancellationToken);
        SentenceTransformer teacher = SentenceTransformer.FromPretrained(teacherFolder, cancellationToken: cancellationToken);
        using TeacherVectors vectors = TeacherVectors.Open(options.TeacherVectors ?? Path.Combine(output, "teacher.vectors"), teacher);

        (List<string> prompts, List<string> texts) = ReadTexts(options, teacher);
        if (!options.OnlyKnownTexts)
        {
            vectors.Add(teacher, prompts, texts, options.TeacherProgress, cancellationToken);
        }

        string start = options.Student ?? Path.Combine(output, "start");
        if (options.Student is null)
        {
            StudentModel.Create(teacher, teacherFolder, options.Shape, texts, start, cancellationToken);
        }

        (int Text, long Place)[] known =
            [.. Enumerable.Range(0, texts.Count).Where(i => vectors.Contains(prompts[i], texts[i])).Select(i => (i, vectors.Find(prompts[i], texts[i])))];
        EmbeddingMap? map = options.Dimensions is { } size ? Directions(vectors, [.. known.Take(DirectionTexts).Select(text => text.Place)], size, cancellationToken) : null;
        if (map is not null && options.Student is null)
        {
            SentenceTransformer.FromPretrained(start, cancellationToken: cancellationToken).Append(map).SavePretrained(start, cancellationToken);
        }

        SentenceTransformer student = SentenceTransformer.FromPretrained(start, new SentenceTransformerOptions { IsTrainable = true }, cancellationToken: cancellationToken);
        int wanted = map?.OutputSize ?? vectors.Dimension;
        if (student.Dimension != wanted)
        {
            throw new TrainingOptionException($"The student '{start}' has {student.Dimension} dimensions, the teacher {wanted}: they cannot be compared.");
        }

        DistillationExample[] examples = [.. known.Select(text => new DistillationExample(student.Tokenize(texts[text.Text]), text.Place))];
        Trainer<DistillationExample> trainer = new(new DistillationTask(student, vectors, options.Loss, map), options.Arguments)
        {
            TrainDataset = examples,
            Callbacks = [new JsonLinesLogCallback(Path.Combine(output, "log.jsonl")), .. options.Callbacks],
        };
        TrainOutput done = trainer.Train(options.Resume && Directory.Exists(output) ? TrainerCheckpoint.FindLast(output) : null, cancellationToken);
        trainer.SaveModel();
        return new DistillationResult(output, examples.Length, done.GlobalStep, done.Metrics["train_runtime"], done.TrainingLoss);
    }

    private static EmbeddingMap Directions(TeacherVectors vectors, long[] places, int size, CancellationToken cancellationToken)
    {
        if (size < 1 || size >= vectors.Dimension)
        {
            throw new TrainingOptionException($"The teacher's vectors have {vectors.Dimension} numbers; {size} cannot be kept of them.");
        }

        float[] all = new float[(long)places.Length * vectors.Dimension];
        for (int i = 0; i < places.Length; i++)
        {
            vectors.Read(places[i], all.AsSpan(i * vectors.Dimension, vectors.Dimension));
        }

        return places.Length > size
            ? EmbeddingMap.Reducing(all, vectors.Dimension, size, cancellationToken)
            : throw new TrainingOptionException($"{places.Length} texts do not tell {size} directions: more texts are needed than numbers are kept.");
    }

    private static (List<string> Prompts, List<string> Texts) ReadTexts(DistillationOptions options, SentenceTransformer teacher)
    {
        string standard = teacher.DefaultPromptName is { } name ? teacher.Prompts[name] : "";
        List<string> prompts = [], texts = [];
        foreach (string file in options.Texts)
        {
            foreach (TextRecord record in TextRecords.Read(file))
            {
                string prompt = standard;
                if (record.Metadata?["prompt"] is { } named && !teacher.Prompts.TryGetValue(named.ToString(), out prompt!))
                {
                    throw new DataFormatException(file, record.Line, $"the teacher has no prompt '{named}'; it has {string.Join(", ", teacher.Prompts.Keys)}.");
                }

                prompts.Add(prompt);
                texts.Add(record.Text);
            }
        }

        return texts.Count > 0 ? (prompts, texts) : throw new TrainingOptionException($"There is no text to learn from in {string.Join(", ", options.Texts)}.");
    }
}
