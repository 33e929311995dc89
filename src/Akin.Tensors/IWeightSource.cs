using Akin.Kernels;

namespace Akin.Tensors;

/// <summary>Where a model's weights come from: a checkpoint, or a random generator.</summary>
public interface IWeightSource
{
    /// <summary>Whether a weight is there. Models ask it only for parts they can do without.</summary>
    /// <param name="name">The full weight path, such as <c>bert.pooler.dense.weight</c>.</param>
    bool Contains(string name);

    /// <summary>Refuses a weight that is missing or of another shape, before memory is set aside for it.</summary>
    /// <param name="name">The full weight path.</param>
    /// <param name="shape">The shape the model expects.</param>
    void Require(string name, Shape shape);

    /// <summary>Reads one weight that <see cref="Require"/> has let pass.</summary>
    /// <param name="name">The full weight path.</param>
    /// <param name="shape">The shape the model expects.</param>
    /// <param name="initialization">What it is when it is new.</param>
    /// <param name="destination">Receives the numbers in row-major order.</param>
    void Read(string name, Shape shape, Initialization initialization, Span<float> destination);

    /// <summary>Reads a matrix that is stored as signed bytes with a scale for each row, and that <see cref="Require"/> has let pass, as it is stored.</summary>
    /// <param name="name">The full weight path.</param>
    /// <returns>The matrix, whose rows are what <see cref="Read"/> gives; <see langword="null"/>, as by default, when it is stored otherwise.</returns>
    RowScaledMatrix? ReadScaledRows(string name) => null;
}
