using System.Text;
using Akin.Models.Checkpoints;
using Akin.Training.Metrics;
using Akin.Training.Metrics.Entities;

namespace Akin.Training.Reports;

/// <summary>What <c>report.html</c> shows of a training; parts that are empty are left out. Immutable.</summary>
public sealed record TrainingReport
{
    /// <summary>The headline.</summary>
    public required string Title { get; init; }

    /// <summary>Names and values worth knowing: the model, the data, the settings, the time it took.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Facts { get; init; } = [];

    /// <summary>
    /// The log of the training, from which the learning curves are drawn: names and values (<c>loss</c>, <c>learning_rate</c>, <c>eval_accuracy</c> …), each entry
    /// with its <c>step</c>. This is what <see cref="TrainerState.LogHistory"/> holds.
    /// </summary>
    public IReadOnlyList<IReadOnlyDictionary<string, double>> History { get; init; } = [];

    /// <summary>The scores of each class (or entity type) at the end.</summary>
    public IReadOnlyList<ClassScores> Classes { get; init; } = [];

    /// <summary>Rows below the classes: averages by name.</summary>
    public IReadOnlyList<KeyValuePair<string, PrecisionRecallF1>> Averages { get; init; } = [];

    /// <summary>What was taken for what, at the end.</summary>
    public ConfusionMatrix? Confusion { get; init; }

    /// <summary>This report with the classes, averages and confusions of a classification.</summary>
    public TrainingReport With(ClassificationReport classification) => this with
    {
        Classes = classification.Classes,
        Averages =
        [
            new("macro avg", classification.Macro),
            new("weighted avg", classification.Weighted),
            new("accuracy", classification.Micro),
        ],
        Confusion = classification.Confusion,
    };

    /// <summary>This report with the labels and averages of a multi-label classification.</summary>
    public TrainingReport With(MultiLabelReport classification) => this with
    {
        Classes = classification.Classes,
        Averages = [new("micro avg", classification.Micro), new("macro avg", classification.Macro), new("weighted avg", classification.Weighted)],
        Confusion = null,
    };

    /// <summary>This report with the entity types and averages of a tagger.</summary>
    public TrainingReport With(EntityReport entities) => this with
    {
        Classes = entities.Classes,
        Averages = [new("micro avg", entities.Micro), new("macro avg", entities.Macro), new("weighted avg", entities.Weighted)],
        Confusion = null,
    };

    /// <summary>The page as HTML: one file with everything in it, which asks no other computer for anything.</summary>
    public string ToHtml() => new ReportPage(this).Render();

    /// <summary>Writes <see cref="ToHtml"/> to a file, whole or not at all.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(ToHtml())));
}
