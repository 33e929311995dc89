using Akin.Models.Checkpoints;
using Akin.Tensors;

namespace Akin.Pipelines.Modules;

/// <summary>Writes a module's weights.</summary>
internal static class ModuleWeights
{
    public static void Save(string folder, IReadOnlyList<Parameter> parameters)
    {
        SafetensorsWriter writer = new();
        foreach (Parameter parameter in parameters)
        {
            writer.Add(parameter.Name, parameter.Shape.ToArray(), parameter.CopyTo);
        }

        writer.Save(Path.Combine(folder, "model.safetensors"));
    }
}
