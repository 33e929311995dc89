namespace Akin.Models.Checkpoints.TensorFlow;

/// <summary>
/// A TensorFlow checkpoint of BERT under Hugging Face's names and in their layout (see <see cref="TensorFlowNames"/>).
/// What the optimizer keeps is left out.
/// </summary>
internal sealed class TensorFlowCheckpoint : Checkpoint
{
    private const int TileLength = 32;

    private readonly TensorBundle _bundle;
    private readonly Dictionary<string, TensorInfo> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (BundleEntry Entry, bool Transposed)> _sources = new(StringComparer.Ordinal);

    /// <param name="prefix">The path without <c>.index</c>.</param>
    public TensorFlowCheckpoint(string prefix)
        : base(prefix + ".index")
    {
        _bundle = new TensorBundle(prefix);
        try
        {
            foreach (BundleEntry entry in _bundle.Entries.Values)
            {
                if (!TensorFlowNames.IsOptimizerState(entry.Variable.Name))
                {
                    Add(entry);
                }
            }
        }
        catch
        {
            _bundle.Dispose();
            throw;
        }
    }

    public override IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    public override void Dispose() => _bundle.Dispose();

    private protected override void ReadCore(TensorInfo tensor, Span<float> destination)
    {
        (BundleEntry entry, bool transposed) = _sources[tensor.Name];
        if (!transposed)
        {
            _bundle.Read(entry, destination);
            return;
        }

        float[] stored = new float[destination.Length];
        _bundle.Read(entry, stored);
        Transpose(stored, rowCount: (int)entry.Variable.Shape[0], columnCount: (int)entry.Variable.Shape[1], destination);
    }

    private void Add(BundleEntry entry)
    {
        (string name, bool transposed) = TensorFlowNames.Translate(entry.Variable.Name);
        long[] shape = entry.Variable.Shape;
        if (transposed)
        {
            if (shape is not [long inputs, long outputs])
            {
                throw new CheckpointException(Path, entry.Variable.Name, $"a kernel of {shape.Length} dimensions", "2: inputs and outputs", "Check that this is a checkpoint of BERT.");
            }

            shape = [outputs, inputs];
        }

        if (!_tensors.TryAdd(name, entry.Variable.With(name, shape)))
        {
            throw new CheckpointException(Path, entry.Variable.Name, $"'{_sources[name].Entry.Variable.Name}' too, which is the same parameter", "one of them", "Check that this is a checkpoint of BERT.");
        }

        _sources.Add(name, (entry, transposed));
    }

    /// <summary>Turns rows into columns, a small square at a time so that both sides stay in cache.</summary>
    private static void Transpose(ReadOnlySpan<float> source, int rowCount, int columnCount, Span<float> destination)
    {
        for (int firstRow = 0; firstRow < rowCount; firstRow += TileLength)
        {
            int endRow = Math.Min(firstRow + TileLength, rowCount);
            for (int firstColumn = 0; firstColumn < columnCount; firstColumn += TileLength)
            {
                int endColumn = Math.Min(firstColumn + TileLength, columnCount);
                for (int row = firstRow; row < endRow; row++)
                {
                    for (int column = firstColumn; column < endColumn; column++)
                    {
                        destination[(column * rowCount) + row] = source[(row * columnCount) + column];
                    }
                }
            }
        }
    }
}
