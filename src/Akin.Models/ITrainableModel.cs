using Akin.Tensors;

namespace Akin.Models;

/// <summary>What training needs of a model: weights to change, batches to run and files to keep them in.</summary>
public interface ITrainableModel
{
    /// <summary>Every weight once, under a name of its own.</summary>
    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Makes an empty batch that is numbered as the model expects.</summary>
    RaggedBatch CreateBatch();

    /// <summary>Writes the model as Python's libraries read it.</summary>
    /// <param name="folder">The folder; made if it does not exist.</param>
    /// <param name="cancellationToken">Stops between tensors; files that were there stay as they were.</param>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    void SavePretrained(string folder, CancellationToken cancellationToken = default);

    /// <summary>Reads weights that <see cref="SavePretrained"/> has written back into this model, as after an interruption.</summary>
    /// <param name="folder">The folder of the same model.</param>
    /// <exception cref="Checkpoints.CheckpointException">The weights are damaged, or not of this model.</exception>
    /// <exception cref="InvalidOperationException">The model was not loaded to be trained.</exception>
    void LoadWeights(string folder);
}
