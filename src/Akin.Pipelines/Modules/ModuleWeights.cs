using Akin.Kernels;
using Akin.Models;
using Akin.Models.Checkpoints;
using Akin.Tensors;

namespace Akin.Pipelines.Modules;

/// <summary>The weights of one module: in its own file under their own names, in the model behind the module's name as well.</summary>
internal static class ModuleWeights
{
    /// <summary>Loads a module.</summary>
    /// <param name="folder">Where its weights are.</param>
    /// <param name="path">The module's name in the model, such as <c>2_Dense</c>.</param>
    /// <param name="isTrainable">Whether it will be trained.</param>
    /// <param name="create">Makes the module of its weights.</param>
    public static TModule Load<TModule>(string folder, string path, bool isTrainable, Func<Weights, TModule> create)
    {
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        CheckpointWeights source = new(checkpoint, whenMissing: null);
        TModule module = create(new Weights(new Stripped(source, path), isTrainable).Sub(path));
        source.RefuseUnexpected();
        return module;
    }

    public static void Save(string folder, Weights weights)
    {
        SafetensorsWriter writer = new();
        foreach (Parameter parameter in weights.Loaded())
        {
            writer.Add(OwnName(parameter, weights), parameter.Shape.ToArray(), parameter.CopyTo);
        }

        writer.Save(Path.Combine(folder, "model.safetensors"));
    }

    public static void LoadAgain(string folder, Weights weights)
    {
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        foreach (Parameter parameter in weights.Loaded())
        {
            checkpoint.Read(OwnName(parameter, weights), parameter.Value.Span);
            parameter.MarkChanged();
        }
    }

    private static string OwnName(Parameter parameter, Weights weights) => parameter.Name[(weights.Path.Length + 1)..];

    /// <summary>A source whose names lack the module's.</summary>
    private sealed class Stripped(IWeightSource source, string path) : IWeightSource
    {
        public bool Contains(string name) => source.Contains(Own(name));

        public void Require(string name, Shape shape) => source.Require(Own(name), shape);

        public void Read(string name, Shape shape, Initialization initialization, Span<float> destination) =>
            source.Read(Own(name), shape, initialization, destination);

        public RowScaledMatrix? ReadScaledRows(string name) => source.ReadScaledRows(Own(name));

        private string Own(string name) => name[(path.Length + 1)..];
    }
}
