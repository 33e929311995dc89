using Akin.Hub;
using Akin.Training.Callbacks;

namespace Akin.Training.Distillation;

/// <summary>How a small model is made out of a large one. Immutable.</summary>
public sealed record DistillationOptions
{
    /// <summary>The large model: a folder, or its name on the hub.</summary>
    public required string Teacher { get; init; }

    /// <summary>What the small model keeps of it.</summary>
    public required StudentShape Shape { get; init; }

    /// <summary>
    /// Files of texts to learn from: .txt, .jsonl, .csv or .tsv, also .gz. A field <c>prompt</c> names the teacher's prompt for a text; without it the teacher's
    /// default prompt is used. The student has no prompts.
    /// </summary>
    public required IReadOnlyList<string> Texts { get; init; }

    /// <summary>The teacher's vectors on disk (<see cref="TeacherVectors"/>). Default: <c>teacher.vectors</c> in the output folder.</summary>
    public string? TeacherVectors { get; init; }

    /// <summary>Whether only texts are used whose vectors are there already, so that the teacher need not run. Default: no.</summary>
    public bool OnlyKnownTexts { get; init; }

    /// <summary>A student of the same shape to go on from, with new rates. Default: a new one.</summary>
    public string? Student { get; init; }

    /// <summary>
    /// How many numbers the student's vectors have, when fewer than the teacher's: the principal directions of the teacher's vectors, as a Dense module that is trained along.
    /// Default: as many.
    /// </summary>
    public int? Dimensions { get; init; }

    /// <summary>What counts.</summary>
    public DistillationLossOptions Loss { get; init; } = new();

    /// <summary>How to train; <see cref="TrainingArguments.OutputDir"/> receives the model and the log.</summary>
    public TrainingArguments Arguments { get; init; } = new();

    /// <summary>Whether to go on from the last checkpoint in the output folder, if there is one. Default: no.</summary>
    public bool Resume { get; init; }

    /// <summary>Watch the run. Default: nobody.</summary>
    public IReadOnlyList<TrainerCallback> Callbacks { get; init; } = [];

    /// <summary>Told how many texts the teacher has embedded. Default: nobody.</summary>
    public IProgress<int>? TeacherProgress { get; init; }

    /// <summary>How a model that is not a local folder is found.</summary>
    public HubOptions? Hub { get; init; }
}
