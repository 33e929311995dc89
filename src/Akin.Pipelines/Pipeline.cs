using System.Text.Json.Nodes;
using Akin.Hub;
using Akin.Models.Configuration;

namespace Akin.Pipelines;

/// <summary>
/// Any task by its name, with the names of Python's <c>transformers.pipeline</c> for tasks, options and fields of results. In C# the classes of the tasks, such as
/// <see cref="TextClassificationPipeline"/>, give typed results.
/// </summary>
/// <remarks>Places in texts are counted in code points, as in Python. Not thread-safe: each thread needs a pipeline of its own.</remarks>
public sealed class Pipeline
{
    private readonly Func<IEnumerable<(string Text, string? Pair)>, CancellationToken, IEnumerable<JsonNode>> _run;

    private Pipeline(string task, Func<IEnumerable<(string Text, string? Pair)>, CancellationToken, IEnumerable<JsonNode>> run) => (Task, _run) = (task, run);

    /// <summary>All tasks.</summary>
    public static IReadOnlyList<PipelineTask> Tasks => PipelineTask.All;

    /// <summary>What was asked for, such as <c>ner</c> or <c>translation_en_to_de</c>.</summary>
    public string Task { get; }

    /// <summary>Loads a model for a task.</summary>
    /// <param name="task">A name of <see cref="Tasks"/>, or another name it is known by, such as <c>ner</c>; a translation may name its languages, as <c>translation_en_to_de</c>.</param>
    /// <param name="pathOrId">A folder, or the name of a repository on the hub.</param>
    /// <param name="options">Options by the names of Python, such as <c>aggregation_strategy</c> or <c>max_new_tokens</c>; null for the defaults.</param>
    /// <param name="hub">How a model that is not a local folder is found.</param>
    /// <param name="progress">Told about downloads.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="PipelineException">There is no such task or option, or the model is for other tasks.</exception>
    /// <exception cref="HubException">There is no such folder or repository, or it cannot be fetched.</exception>
    /// <exception cref="ConfigException">The configuration cannot be honoured.</exception>
    public static Pipeline Create(
        string task, string pathOrId, JsonObject? options = null, HubOptions? hub = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        PipelineTask kind = PipelineTask.Find(task);
        string folder = ModelHub.ResolveFolder(pathOrId, hub, progress, cancellationToken);
        kind.RequireFit(pathOrId, ConfigReader.Open(folder));
        TaskOptions read = new(kind, task, options ?? []);
        return new Pipeline(task, kind.Load(folder, read));
    }

    /// <summary>The tasks that a model was trained for, by the classes in its configuration.</summary>
    /// <param name="pathOrId">A folder, or the name of a repository on the hub.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    public static IReadOnlyList<string> TasksOf(string pathOrId, CancellationToken cancellationToken = default)
    {
        ConfigReader config = ConfigReader.Open(ModelHub.ResolveFolder(pathOrId, cancellationToken: cancellationToken));
        return [.. Tasks.Where(task => task.Fits(config)).Select(task => task.Name)];
    }

    /// <summary>Runs the task on one text.</summary>
    /// <param name="text">The text; in question answering the question.</param>
    /// <param name="pair">The second text of a pair; in question answering the context, in sentence similarity the other sentence.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What Python's pipeline returns.</returns>
    /// <exception cref="PipelineException">The task needs a second text and there is none, or takes none.</exception>
    public JsonNode Run(string text, string? pair = null, CancellationToken cancellationToken = default) => Run([(text, pair)], cancellationToken).Single();

    /// <summary>Runs the task on texts as they come, in their order: any number of them in the memory of a window.</summary>
    /// <param name="texts">Texts, or pairs.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>For every text what Python's pipeline returns for it.</returns>
    /// <exception cref="PipelineException">The task needs a second text and there is none, or takes none.</exception>
    public IEnumerable<JsonNode> Run(IEnumerable<(string Text, string? Pair)> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return _run(texts.Select(RequirePair), cancellationToken);
    }

    private (string Text, string? Pair) RequirePair((string Text, string? Pair) input) => (PipelineTask.Find(Task).Pair, input.Pair) switch
    {
        (PairUse.Needed, null) => throw new PipelineException($"{Task} takes two texts, {PipelineTask.Find(Task).PairMeaning}: the second is missing."),
        (PairUse.None, not null) => throw new PipelineException($"{Task} takes one text, not a pair."),
        _ => input,
    };
}
