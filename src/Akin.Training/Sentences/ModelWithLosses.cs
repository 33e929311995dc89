using Akin.Models;
using Akin.Models.Checkpoints;
using Akin.Pipelines;
using Akin.Tensors;
using Akin.Training.Losses;

namespace Akin.Training.Sentences;

/// <summary>A model together with the losses that have weights of their own, so that these are trained, saved and taken up again as well.</summary>
internal sealed class ModelWithLosses(SentenceTransformer model, IReadOnlyList<SentenceLoss> losses) : ITrainableModel
{
    private const string FileName = "losses.safetensors";

    public IReadOnlyList<Parameter> Parameters => [.. model.Parameters, .. losses.SelectMany(loss => loss.Parameters)];

    public RaggedBatch CreateBatch() => model.CreateBatch();

    public void SavePretrained(string folder, CancellationToken cancellationToken = default)
    {
        model.SavePretrained(folder, cancellationToken);
        SafetensorsWriter writer = new();
        foreach ((string name, Parameter parameter) in Named())
        {
            writer.Add(name, parameter.Shape.ToArray(), parameter.CopyTo);
        }

        writer.Save(Path.Combine(folder, FileName), cancellationToken);
    }

    public void LoadWeights(string folder)
    {
        model.LoadWeights(folder);
        using Checkpoint checkpoint = Checkpoint.Open(Path.Combine(folder, FileName));
        foreach ((string name, Parameter parameter) in Named())
        {
            checkpoint.Read(name, parameter.Value.Span);
            parameter.MarkChanged();
        }
    }

    private IEnumerable<(string Name, Parameter Parameter)> Named() =>
        losses.SelectMany((loss, i) => loss.Parameters.Select(parameter => ($"{i}.{parameter.Name}", parameter)));
}
