namespace Akin.Datasets.Tasks;

/// <summary>A task of the GLUE benchmark: its columns, classes and file layout. Names of columns and classes are those of Python's <c>datasets</c>.</summary>
public sealed class GlueTask
{
    private static readonly string[] Entailment = ["entailment", "not_entailment"];

    private GlueTask(string name, string[] textColumns, Feature label, string[] fileColumns)
    {
        Name = name;
        TextColumns = textColumns;
        Label = label;
        FileColumns = fileColumns;
    }

    /// <summary>Corpus of Linguistic Acceptability.</summary>
    public static GlueTask Cola { get; } = new("cola", ["sentence"], new ClassLabel("unacceptable", "acceptable"), ["sentence", "label"]);

    /// <summary>Stanford Sentiment Treebank.</summary>
    public static GlueTask Sst2 { get; } = new("sst2", ["sentence"], new ClassLabel("negative", "positive"), ["sentence", "label"]);

    /// <summary>Microsoft Research Paraphrase Corpus.</summary>
    public static GlueTask Mrpc { get; } = new("mrpc", ["sentence1", "sentence2"], new ClassLabel("not_equivalent", "equivalent"), ["#1 String", "#2 String", "Quality"]);

    /// <summary>Quora Question Pairs.</summary>
    public static GlueTask Qqp { get; } = new("qqp", ["question1", "question2"], new ClassLabel("not_duplicate", "duplicate"), ["question1", "question2", "is_duplicate"]);

    /// <summary>Semantic Textual Similarity Benchmark: a number from 0 to 5.</summary>
    public static GlueTask Stsb { get; } = new("stsb", ["sentence1", "sentence2"], Value.Float32, ["sentence1", "sentence2", "score"]);

    /// <summary>Multi-Genre Natural Language Inference.</summary>
    public static GlueTask Mnli { get; } = new("mnli", ["premise", "hypothesis"], new ClassLabel("entailment", "neutral", "contradiction"), ["sentence1", "sentence2", "gold_label"]);

    /// <summary>Question Natural Language Inference, made of SQuAD.</summary>
    public static GlueTask Qnli { get; } = new("qnli", ["question", "sentence"], new ClassLabel(Entailment), ["question", "sentence", "label"]);

    /// <summary>Recognizing Textual Entailment.</summary>
    public static GlueTask Rte { get; } = new("rte", ["sentence1", "sentence2"], new ClassLabel(Entailment), ["sentence1", "sentence2", "label"]);

    /// <summary>All tasks.</summary>
    public static IReadOnlyList<GlueTask> All { get; } = [Cola, Sst2, Mrpc, Qqp, Stsb, Mnli, Qnli, Rte];

    /// <summary>The task's name: <c>mrpc</c>, <c>sst2</c> …</summary>
    public string Name { get; }

    /// <summary>The columns of text: one or two.</summary>
    public IReadOnlyList<string> TextColumns { get; }

    /// <summary>The type of the column <c>label</c>: a <see cref="ClassLabel"/>, or a number.</summary>
    public Feature Label { get; }

    /// <summary>Whether the label is a number.</summary>
    public bool IsRegression => Label is Value;

    /// <summary>The columns of a loaded set: text, <c>label</c>, <c>idx</c>.</summary>
    public Features Features => new([.. TextColumns.Select(column => KeyValuePair.Create<string, Feature>(column, Value.String)), KeyValuePair.Create("label", Label), KeyValuePair.Create<string, Feature>("idx", Value.Int32)]);

    /// <summary>The columns of the files, text first, then the label.</summary>
    internal IReadOnlyList<string> FileColumns { get; }

    /// <summary>A task by name; case, hyphens and underscores do not matter.</summary>
    /// <param name="name">For example <c>MRPC</c>, <c>sts-b</c>.</param>
    /// <exception cref="DatasetException">There is no such task.</exception>
    public static GlueTask Get(string name)
    {
        string plain = name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        return All.FirstOrDefault(task => string.Equals(task.Name, plain, StringComparison.OrdinalIgnoreCase))
            ?? throw new DatasetException($"there is no GLUE task '{name}'; tasks are {string.Join(", ", All.Select(task => task.Name))}.");
    }
}
