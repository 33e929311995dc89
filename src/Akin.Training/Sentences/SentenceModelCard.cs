using System.Globalization;
using System.Text;
using Akin.Models.Checkpoints;
using Akin.Pipelines;
using Akin.Training.Losses;

namespace Akin.Training.Sentences;

/// <summary>Writes the <c>README.md</c> of a trained sentence model: what it is, what it learned from, how, and how well.</summary>
internal static class SentenceModelCard
{
    public static void Save(
        string path, SentenceTransformer model, SentenceTransformerTrainingArguments arguments, IReadOnlyList<SentenceDataset> train, TrainerState state)
    {
        StringBuilder card = new();
        card.Append(CultureInfo.InvariantCulture, $"""
            ---
            library_name: sentence-transformers
            pipeline_tag: sentence-similarity
            tags:
            - sentence-transformers
            - sentence-similarity
            - feature-extraction
            {string.Join('\n', LossNames(train).Select(loss => $"- loss:{loss}"))}
            ---

            # {Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(arguments.OutputDir)))}

            A sentence model: it turns texts into vectors of {model.Dimension} numbers that are compared by {Lower(model.SimilarityFunction)}.
            It reads the first {model.MaxSequenceLength} tokens of a text. It was trained with Akin from `{model.Name}`.

            ## Use

            ```csharp
            SentenceTransformer model = SentenceTransformer.FromPretrained("path/of/this/folder");
            float[][] embeddings = model.Encode(["first text", "second text"]);
            ```

            ```
            akin embed --model path/of/this/folder --input texts.txt --output vectors.npy
            ```

            ## Data and losses

            | set | examples | columns | loss |
            |---|---|---|---|

            """);
        foreach (SentenceDataset set in train)
        {
            card.Append(CultureInfo.InvariantCulture, $"| {set.Name} | {set.Examples.Count} | {string.Join(", ", set.Columns)} | {LossName(set.Loss)} |\n");
        }

        card.Append(CultureInfo.InvariantCulture, $"""

            ## Training

            {state.GlobalStep} steps ({state.Epoch:0.##} epochs) of {arguments.PerDeviceTrainBatchSize * arguments.GradientAccumulationSteps} examples, {arguments.Optim}, learning rate
            {arguments.LearningRate:G3} ({arguments.LrSchedulerType}), warm-up {arguments.WarmupSteps:G3}, weight decay {arguments.WeightDecay:G3}, batches {arguments.BatchSampler}, seed {arguments.Seed}.

            """);
        AppendFigures(card, state);
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(card.ToString())));
    }

    private static void AppendFigures(StringBuilder card, TrainerState state)
    {
        Dictionary<string, double>[] evaluations =
            [.. state.LogHistory.Select(entry => entry.Where(value => IsFigure(value.Key)).ToDictionary()).Where(entry => entry.Count > 0)];
        if (evaluations is not [.., var last])
        {
            return;
        }

        card.Append("\n## Figures\n\n| measure | after training |\n|---|---|\n");
        foreach ((string name, double value) in last)
        {
            card.Append(CultureInfo.InvariantCulture, $"| {name["eval_".Length..]} | {value:F4} |\n");
        }
    }

    private static bool IsFigure(string name) =>
        name.StartsWith("eval_", StringComparison.Ordinal) && !name.EndsWith("_runtime", StringComparison.Ordinal) && !name.EndsWith("_per_second", StringComparison.Ordinal);

    private static IEnumerable<string> LossNames(IReadOnlyList<SentenceDataset> sets) => sets.Select(set => LossName(set.Loss)).Distinct();

    private static string LossName(SentenceLoss loss) => loss.GetType().Name;

    private static string Lower(SimilarityFunction function) => function switch
    {
        SimilarityFunction.Cosine => "their cosine",
        SimilarityFunction.Dot => "their dot product",
        SimilarityFunction.Euclidean => "their Euclidean distance",
        _ => "their Manhattan distance",
    };
}
