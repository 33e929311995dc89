using Akin.Kernels;

namespace Akin.Models.Checkpoints;

/// <summary>
/// The named tensors of a model on disk, whatever the format: safetensors, PyTorch's <c>pytorch_model.bin</c> or TensorFlow's
/// <c>bert_model.ckpt</c>, in one file or several, or a GGUF file of BERT. Files are treated as hostile: lengths and offsets are checked when the checkpoint is
/// opened, and nothing in a file is ever executed. Reading is safe from several threads at once.
/// </summary>
public abstract class Checkpoint : IDisposable
{
    private protected Checkpoint(string path) => Path = path;

    /// <summary>The file that was opened: the weights themselves, or the index of the shards.</summary>
    public string Path { get; }

    /// <summary>What the checkpoint holds, by name.</summary>
    public abstract IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>What the file says beside its tensors: free texts of a safetensors header, such as <c>format: pt</c>, or the named values of a GGUF file; empty for other formats.</summary>
    public virtual IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    /// <summary>
    /// Opens a checkpoint. A folder is searched for <c>model.safetensors</c>, <c>model.safetensors.index.json</c>, <c>pytorch_model.bin</c>,
    /// <c>pytorch_model.bin.index.json</c>, <c>checkpoint</c> (TensorFlow's note of its last one), <c>bert_model.ckpt.index</c> and <c>*.gguf</c>, in this
    /// order; a file is opened by its ending, a TensorFlow checkpoint also by its name without <c>.index</c>.
    /// </summary>
    /// <param name="path">A model's folder, or a file of weights, or an index of such files.</param>
    /// <exception cref="CheckpointException">There is no checkpoint, or it is damaged, hostile or of an unsupported kind.</exception>
    public static Checkpoint Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return CheckpointFiles.Open(path);
    }

    /// <summary>Reads a tensor, converted to float: F16, BF16 and small integers exactly, F64 and large integers rounded to nearest.</summary>
    /// <param name="name">A name from <see cref="Tensors"/>.</param>
    /// <param name="destination">Receives the elements in row-major order; its length must be the tensor's <see cref="TensorInfo.ElementCount"/>.</param>
    /// <exception cref="CheckpointException">There is no such tensor, it has another size, or its data is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint was disposed.</exception>
    public void Read(string name, Span<float> destination)
    {
        TensorInfo tensor = Find(name);
        if (tensor.ElementCount != destination.Length)
        {
            throw new CheckpointException(tensor.File, name, $"{tensor} ({tensor.ElementCount} elements)", $"{destination.Length} elements", "Check that config.json belongs to these weights.");
        }

        ReadCore(tensor, destination);
    }

    /// <summary>Reads a tensor into a new array; see <see cref="Read(string, Span{float})"/>.</summary>
    /// <param name="name">A name from <see cref="Tensors"/>.</param>
    /// <exception cref="CheckpointException">There is no such tensor, it does not fit an array, or its data is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint was disposed.</exception>
    public float[] Read(string name)
    {
        TensorInfo tensor = Find(name);
        if (tensor.ElementCount > Array.MaxLength)
        {
            throw new CheckpointException(tensor.File, name, $"{tensor} ({tensor.ElementCount} elements)", $"at most {Array.MaxLength}", "Tensors of this size are not supported.");
        }

        float[] values = new float[tensor.ElementCount];
        ReadCore(tensor, values);
        return values;
    }

    /// <summary>Reads a matrix that is stored as signed bytes with a scale for each row, as it is stored.</summary>
    /// <param name="name">A name from <see cref="Tensors"/>.</param>
    /// <returns>The matrix, whose rows are what <see cref="Read(string)"/> gives; <see langword="null"/> when the tensor is stored otherwise.</returns>
    /// <exception cref="CheckpointException">There is no such tensor, or its data is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint was disposed.</exception>
    public RowScaledMatrix? ReadScaledRows(string name) => ReadScaledRowsCore(Find(name));

    /// <summary>
    /// The same checkpoint under the names that Akin's architectures ask for; see <see cref="CanonicalNames"/>.
    /// Disposing the result disposes this checkpoint.
    /// </summary>
    /// <param name="backbonePrefix">The backbone's prefix with its dot, for example <c>bert.</c>.</param>
    /// <exception cref="CheckpointException">Two tensors would get the same name.</exception>
    public Checkpoint WithCanonicalNames(string backbonePrefix) => new RenamedCheckpoint(this, CanonicalNames.Map(this, backbonePrefix));

    /// <summary>Closes the files. Tensors that were read stay valid; reading afterwards is refused.</summary>
    public abstract void Dispose();

    /// <summary>Reads a tensor of this checkpoint; the length of <paramref name="destination"/> is right.</summary>
    private protected abstract void ReadCore(TensorInfo tensor, Span<float> destination);

    /// <summary>Reads a matrix of bytes; other formats have none.</summary>
    private protected virtual RowScaledMatrix? ReadScaledRowsCore(TensorInfo tensor) => null;

    private TensorInfo Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Tensors.TryGetValue(name, out TensorInfo? tensor)
            ? tensor
            : throw new CheckpointException(Path, name, $"no such tensor among {Tensors.Count} ({string.Join(", ", Tensors.Keys.Take(5))}{(Tensors.Count > 5 ? ", …" : "")})", "the tensor", "Check that the checkpoint is of this architecture.");
    }
}
