using System.Text.Json.Nodes;
using Akin.Models.Configuration;
using Akin.Pipelines.Tasks;

namespace Akin.Pipelines;

/// <summary>A task of <see cref="Pipeline"/>. A new one is a class in <c>Tasks/</c> and a line here.</summary>
public abstract class PipelineTask
{
    private protected PipelineTask()
    {
    }

    /// <summary>All tasks.</summary>
    public static IReadOnlyList<PipelineTask> All { get; } =
    [
        new TextClassificationTask(), new TokenClassificationTask(), new QuestionAnsweringTask(), new FillMaskTask(), new FeatureExtractionTask(), new SentenceSimilarityTask(),
        new ZeroShotClassificationTask(), new TextGenerationTask(),
        new Text2TextTask("text2text-generation", "Write a text from another.", "generated_text"),
        new Text2TextTask("summarization", "Say a text in fewer words.", "summary_text"),
        new Text2TextTask("translation", "Say a text in another language; translation_xx_to_yy names the languages.", "translation_text"),
    ];

    /// <summary>The name, such as <c>token-classification</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Other names, such as <c>ner</c>.</summary>
    public virtual IReadOnlyList<string> Aliases => [];

    /// <summary>What it does, in a sentence.</summary>
    public abstract string Description { get; }

    /// <summary>The options it takes, by the names of Python.</summary>
    public abstract IReadOnlyList<string> Options { get; }

    /// <summary>Whether it takes a second text.</summary>
    public virtual PairUse Pair => PairUse.None;

    /// <summary>What the two texts are.</summary>
    internal virtual string PairMeaning => "";

    /// <summary>How the classes of its models end, in <c>architectures</c>; empty: any model.</summary>
    private protected virtual IReadOnlyList<string> ModelSuffixes => [];

    /// <summary>Finds a task.</summary>
    /// <param name="name">A name or another name of it; a translation may name its languages.</param>
    /// <exception cref="PipelineException">There is no such task; the message says which names are near.</exception>
    public static PipelineTask Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(task => task.Name == name || task.Aliases.Contains(name) || (task.Name == "translation" && IsTranslation(name)))
            ?? throw new PipelineException(
                $"There is no task '{name}'. {string.Join(", ", Nearest(name))} {(Nearest(name).Length > 1 ? "are" : "is")} near; all are {string.Join(", ", All.Select(task => task.Name))}.");
    }

    /// <summary>Whether a model was trained for the task; true when its configuration does not say what it was trained for.</summary>
    internal virtual bool Fits(ConfigReader config) =>
        ModelSuffixes.Count == 0 || Classes(config) is not { Length: > 0 } classes
        || ModelSuffixes.Any(suffix => classes.Any(name => name.EndsWith(suffix, StringComparison.Ordinal)));

    internal void RequireFit(string model, ConfigReader config)
    {
        if (!Fits(config))
        {
            throw new PipelineException(
                $"'{model}' is a {string.Join(", ", Classes(config))}, which is not for {Name}; it is for {string.Join(", ", All.Where(task => task.Fits(config)).Select(task => task.Name))}.");
        }
    }

    /// <summary>Loads a model and gives what runs it.</summary>
    internal abstract Func<IEnumerable<(string Text, string? Pair)>, CancellationToken, IEnumerable<JsonNode>> Load(string folder, TaskOptions options);

    private static string[] Classes(ConfigReader config) => config.Json["architectures"] is JsonArray names ? [.. names.Select(name => name?.ToString() ?? "")] : [];

    private static bool IsTranslation(string name) => name.Split('_') is ["translation", { Length: > 0 }, "to", { Length: > 0 }];

    private static string[] Nearest(string name)
    {
        const int NearestCount = 2;
        return [.. All.SelectMany(task => task.Aliases.Append(task.Name)).OrderBy(other => Distance(name, other)).Take(NearestCount)];
    }

    /// <summary>Letters to change, add or leave out (Levenshtein 1966).</summary>
    private static int Distance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int next = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], next);
            }
        }

        return row[^1];
    }
}
