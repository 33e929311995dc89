using Akin.Pipelines;
using Akin.Tensors;

namespace Akin.Training.Losses;

/// <summary>The weights of a loss that trains a second copy of the model.</summary>
internal static class TwinParameters
{
    /// <summary>The weights of the copy under names that are not the model's.</summary>
    /// <exception cref="ArgumentException">The copy was loaded for inference.</exception>
    public static IReadOnlyList<Parameter> Of(SentenceTransformer twin)
    {
        ArgumentNullException.ThrowIfNull(twin);
        return twin.IsTrainable
            ? [.. twin.Parameters.Select(parameter => parameter.As($"twin.{parameter.Name}"))]
            : throw new ArgumentException(
                $"'{twin.Name}' has nothing to train: load it with `new {nameof(SentenceTransformerOptions)} {{ {nameof(SentenceTransformerOptions.IsTrainable)} = true }}`.", nameof(twin));
    }
}
