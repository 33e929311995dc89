using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Models.Checkpoints;
using Akin.Models.Configuration;
using Akin.Tensors;

namespace Akin.Models;

/// <summary>A model with its configuration and its weights.</summary>
/// <remarks>Thread-safe for inference: every thread uses a <see cref="ForwardContext"/> of its own.</remarks>
public abstract class PretrainedModel : ITrainableModel
{
    private static readonly JsonSerializerOptions ConfigFormat = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // labels in Korean or Chinese stay readable
    };

    private readonly Weights _weights;

    /// <summary>Keeps what every model has.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="weights">Where in the tree of names the model's weights are loaded from.</param>
    protected PretrainedModel(ModelConfig config, Weights weights)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(weights);
        Config = config;
        _weights = weights;
    }

    /// <summary>The configuration.</summary>
    public ModelConfig Config { get; }

    /// <summary>Every weight once, under its name in checkpoints; weights that share memory with another are not repeated.</summary>
    public IReadOnlyList<Parameter> Parameters => _weights.Loaded();

    /// <summary>How the model numbers the positions of a text.</summary>
    public virtual PositionNumbering Numbering => PositionNumbering.FromZero;

    /// <summary>Weights that the checkpoint lacked and that are new: train them before use.</summary>
    public IReadOnlyList<string> InitializedWeights { get; internal set; } = [];

    /// <summary>Tensors of the checkpoint that this model does not use, such as those of another head.</summary>
    public IReadOnlyList<string> UnusedWeights { get; internal set; } = [];

    /// <summary>What is taken off the names of weights when the model is saved: a backbone alone is stored without its prefix.</summary>
    private protected virtual string PrefixWhenSaved => "";

    /// <inheritdoc/>
    public RaggedBatch CreateBatch() => new(Numbering);

    /// <summary>Writes <c>config.json</c> and <c>model.safetensors</c> as Python's libraries read them.</summary>
    /// <inheritdoc/>
    public void SavePretrained(string folder, CancellationToken cancellationToken = default) => SavePretrained(folder, WeightPrecision.Float32, cancellationToken);

    /// <summary>Writes <c>config.json</c> and <c>model.safetensors</c>.</summary>
    /// <param name="folder">The folder; made if it does not exist.</param>
    /// <param name="precision">How weights are stored.</param>
    /// <param name="cancellationToken">Stops between tensors; files that were there stay as they were.</param>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public void SavePretrained(string folder, WeightPrecision precision, CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(folder);
        SafetensorsWriter writer = new();
        foreach (Parameter parameter in Parameters)
        {
            string name = parameter.Name[PrefixWhenSaved.Length..];
            if (precision == WeightPrecision.Float32)
            {
                writer.Add(name, parameter.Shape.ToArray(), parameter.CopyTo);
                continue;
            }

            float[] values = new float[parameter.Shape.ElementCount];
            parameter.CopyTo(values);
            writer.Add(name, parameter.Shape.ToArray(), values, precision);
        }

        writer.Save(Path.Combine(folder, "model.safetensors"), cancellationToken);

        JsonObject json = (JsonObject)Config.Json.DeepClone();
        json["architectures"] = new JsonArray(GetType().Name);
        foreach (string dtype in (ReadOnlySpan<string>)["dtype", "torch_dtype"])
        {
            if (json.ContainsKey(dtype))
            {
                json[dtype] = precision == WeightPrecision.Float16 ? "float16" : "float32";
            }
        }

        AtomicFile.Write(Path.Combine(folder, "config.json"), stream => stream.Write(Encoding.UTF8.GetBytes(json.ToJsonString(ConfigFormat) + "\n")));
    }

    /// <inheritdoc/>
    public void LoadWeights(string folder)
    {
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        foreach (Parameter parameter in Parameters)
        {
            checkpoint.Read(parameter.Name[PrefixWhenSaved.Length..], parameter.Value.Span);
            parameter.MarkChanged();
        }
    }

    /// <summary>Refuses a batch whose positions were numbered for another kind of model.</summary>
    protected void RequireNumbering(RaggedBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Numbering != Numbering)
        {
            throw new InvalidBatchException(
                $"The batch numbers positions as {batch.Numbering}, but {GetType().Name} needs {Numbering}: make batches with {nameof(CreateBatch)}().");
        }
    }
}
