using System.Globalization;
using System.Numerics.Tensors;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Akin.Models.Checkpoints;
using Akin.Pipelines;
using Akin.Tokenizers;
using Akin.Training.FineTuning;

namespace Akin.Training.Distillation;

/// <summary>Makes a small model out of a large one by leaving things out: layers, tokens, units of the feed-forward parts.</summary>
/// <remarks>
/// What stays keeps its weights, which is worth hours of training. For encoders whose layers are called <c>encoder.layer.N</c> and have a feed-forward part of
/// <c>intermediate.dense</c> and <c>output.dense</c>: BERT, RoBERTa, XLM-RoBERTa, ELECTRA, MPNet.
/// </remarks>
public static partial class StudentModel
{
    private const string WordEmbeddings = "embeddings.word_embeddings.weight";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    [GeneratedRegex(@"^(?<front>(?:\w+\.)?encoder\.layer\.)(?<layer>\d+)\.(?<rest>.+)$")]
    private static partial Regex LayerName { get; }

    /// <summary>Writes the folder of an untrained student: mean pooling, unit vectors, no prompts.</summary>
    /// <param name="teacher">The teacher.</param>
    /// <param name="teacherFolder">Its folder.</param>
    /// <param name="shape">What to keep.</param>
    /// <param name="texts">The corpus that says which tokens stay.</param>
    /// <param name="folder">Where the student goes.</param>
    /// <param name="cancellationToken">Stops between two texts or tensors.</param>
    /// <exception cref="TrainingOptionException">The shape asks for what the teacher does not have.</exception>
    /// <exception cref="CheckpointException">The teacher's weights cannot be read, or are not those of a supported encoder.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Create(
        SentenceTransformer teacher, string teacherFolder, StudentShape shape, IEnumerable<string> texts, string folder, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(shape);
        Directory.CreateDirectory(folder);
        JsonObject config = JsonNode.Parse(File.ReadAllText(Path.Combine(teacherFolder, "config.json")))!.AsObject();
        int layerCount = Number(config, "num_hidden_layers");
        if (shape.Layers.Count == 0 || shape.Layers.Any(layer => layer < 0 || layer >= layerCount))
        {
            throw new TrainingOptionException($"The teacher has the layers 0 to {layerCount - 1}; asked for: {string.Join(", ", shape.Layers)}.");
        }

        int intermediateSize = Number(config, "intermediate_size");
        int keptUnits = shape.IntermediateSize ?? intermediateSize;
        if (keptUnits < 1 || keptUnits > intermediateSize)
        {
            throw new TrainingOptionException($"The teacher's feed-forward parts have {intermediateSize} units; asked for: {keptUnits}.");
        }

        Tokenizer tokenizer = teacher.Tokenizer;
        IReadOnlyList<int>? keptTokens = null;
        if (shape.VocabularySize is { } size && size < tokenizer.VocabularySize)
        {
            ReducedVocabulary reduced = Reduce(tokenizer, texts, size, cancellationToken);
            (tokenizer, keptTokens) = (reduced.Tokenizer, reduced.KeptIds);
            config["vocab_size"] = size;
            foreach (string field in (ReadOnlySpan<string>)["pad_token_id", "bos_token_id", "eos_token_id"])
            {
                if (config[field] is JsonValue value && value.TryGetValue(out int id))
                {
                    config[field] = reduced.KeptIds.Index().First(kept => kept.Item == id).Index;
                }
            }
        }

        config["num_hidden_layers"] = shape.Layers.Count;
        config["intermediate_size"] = keptUnits;
        foreach (string field in (ReadOnlySpan<string>)["hidden_dropout_prob", "attention_probs_dropout_prob"])
        {
            config[field] = 0.0; // a student that is too small to learn by heart need not be kept from it
        }

        config["dtype"] = "float32";
        config.Remove("torch_dtype");
        WriteWeights(teacherFolder, shape, keptTokens, keptUnits, Path.Combine(folder, "model.safetensors"), cancellationToken);
        WriteJson(Path.Combine(folder, "config.json"), config);
        tokenizer.SavePretrained(folder);
        WriteModules(folder, Number(config, "hidden_size"), Math.Min(shape.MaxSequenceLength ?? int.MaxValue, teacher.MaxSequenceLength));
    }

    private static ReducedVocabulary Reduce(Tokenizer tokenizer, IEnumerable<string> texts, int size, CancellationToken cancellationToken)
    {
        try
        {
            return ReducedVocabulary.Create(tokenizer, texts, size, cancellationToken);
        }
        catch (Exception error) when (error is NotSupportedException or ArgumentOutOfRangeException)
        {
            throw new TrainingOptionException($"The vocabulary cannot have {size} tokens: {error.Message}");
        }
    }

    private static void WriteWeights(
        string teacherFolder, StudentShape shape, IReadOnlyList<int>? keptTokens, int keptUnits, string path, CancellationToken cancellationToken)
    {
        using Checkpoint checkpoint = Checkpoint.Open(teacherFolder);
        SafetensorsWriter writer = new();
        Dictionary<string, int[]> units = [];
        foreach ((string name, TensorInfo tensor) in checkpoint.Tensors)
        {
            cancellationToken.ThrowIfCancellationRequested();
            float[] values = checkpoint.Read(name);
            int[] lengths = Array.ConvertAll(tensor.Shape, length => checked((int)length));
            if (LayerName.Match(name) is not { Success: true } match)
            {
                if (keptTokens is not null && name.EndsWith(WordEmbeddings, StringComparison.Ordinal))
                {
                    (values, lengths[0]) = (Rows(values, lengths[1], keptTokens), keptTokens.Count);
                }

                if (!name.Contains("pooler", StringComparison.Ordinal))
                {
                    writer.Add(name, lengths, values);
                }

                continue;
            }

            int layer = int.Parse(match.Groups["layer"].ValueSpan, CultureInfo.InvariantCulture);
            for (int place = 0; place < shape.Layers.Count; place++)
            {
                if (shape.Layers[place] == layer)
                {
                    string rest = match.Groups["rest"].Value;
                    (float[] kept, int[] keptLengths) = rest switch
                    {
                        "intermediate.dense.weight" => (Rows(values, lengths[1], Units(match)), [keptUnits, lengths[1]]),
                        "intermediate.dense.bias" => (Rows(values, 1, Units(match)), [keptUnits]),
                        "output.dense.weight" => (Columns(values, lengths[1], Units(match)), [lengths[0], keptUnits]),
                        _ => (values, lengths),
                    };
                    writer.Add($"{match.Groups["front"].Value}{place}.{rest}", keptLengths, kept);
                }
            }
        }

        writer.Save(path, cancellationToken);

        int[] Units(Match match)
        {
            string layer = $"{match.Groups["front"].Value}{match.Groups["layer"].Value}.";
            if (!units.TryGetValue(layer, out int[]? kept))
            {
                kept = LargestUnits(checkpoint, layer, keptUnits);
                units.Add(layer, kept);
            }

            return kept;
        }
    }

    /// <summary>Units whose incoming and outgoing weights are large do most; their order stays.</summary>
    private static int[] LargestUnits(Checkpoint checkpoint, string layer, int count)
    {
        float[] incoming = checkpoint.Read(layer + "intermediate.dense.weight");
        float[] outgoing = checkpoint.Read(layer + "output.dense.weight");
        int unitCount = checked((int)checkpoint.Tensors[layer + "intermediate.dense.weight"].Shape[0]);
        int size = incoming.Length / unitCount;
        double[] weights = new double[unitCount];
        for (int unit = 0; unit < unitCount; unit++)
        {
            double sum = 0;
            for (int row = 0; row < size; row++)
            {
                double weight = outgoing[(row * unitCount) + unit];
                sum += weight * weight;
            }

            weights[unit] = sum * TensorPrimitives.SumOfSquares(incoming.AsSpan(unit * size, size));
        }

        return [.. Enumerable.Range(0, unitCount).OrderByDescending(unit => weights[unit]).Take(count).Order()];
    }

    private static float[] Rows(float[] values, int size, IReadOnlyList<int> rows)
    {
        float[] kept = new float[rows.Count * size];
        for (int i = 0; i < rows.Count; i++)
        {
            values.AsSpan(rows[i] * size, size).CopyTo(kept.AsSpan(i * size));
        }

        return kept;
    }

    private static float[] Columns(float[] values, int columnCount, int[] columns)
    {
        int rowCount = values.Length / columnCount;
        float[] kept = new float[rowCount * columns.Length];
        for (int row = 0; row < rowCount; row++)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                kept[(row * columns.Length) + i] = values[(row * columnCount) + columns[i]];
            }
        }

        return kept;
    }

    private static void WriteModules(string folder, int hiddenSize, int maxSequenceLength)
    {
        const string Modules = "sentence_transformers.models.";
        WriteJson(
            Path.Combine(folder, "modules.json"),
            new JsonArray([.. new[] { ("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize") }.Select((module, index) => new JsonObject
            {
                ["idx"] = index,
                ["name"] = index.ToString(CultureInfo.InvariantCulture),
                ["path"] = module.Item1,
                ["type"] = Modules + module.Item2,
            })]));
        WriteJson(Path.Combine(folder, "sentence_bert_config.json"), new JsonObject { ["max_seq_length"] = maxSequenceLength, ["do_lower_case"] = false });
        Directory.CreateDirectory(Path.Combine(folder, "1_Pooling"));
        Directory.CreateDirectory(Path.Combine(folder, "2_Normalize"));
        WriteJson(Path.Combine(folder, "1_Pooling", "config.json"), new JsonObject { ["word_embedding_dimension"] = hiddenSize, ["pooling_mode_mean_tokens"] = true });
    }

    private static int Number(JsonObject config, string field) => config[field] is JsonValue value && value.TryGetValue(out int number)
        ? number
        : throw new TrainingOptionException($"The teacher's configuration has no number '{field}': encoders of this kind cannot be made smaller.");

    private static void WriteJson(string path, JsonNode json) => File.WriteAllText(path, json.ToJsonString(Indented) + "\n");
}
