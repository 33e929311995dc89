namespace Akin.Pipelines;

/// <summary>Where embeddings go: into an array of their own each, or into rows of one matrix.</summary>
internal readonly ref struct EncodeTarget
{
    private readonly float[][]? _rows;
    private readonly Span<float> _matrix;

    public EncodeTarget(float[][] rows, int dimension, bool normalizes)
    {
        _rows = rows;
        Dimension = dimension;
        Normalizes = normalizes;
    }

    public EncodeTarget(Span<float> matrix, int dimension, bool normalizes)
    {
        _matrix = matrix;
        Dimension = dimension;
        Normalizes = normalizes;
    }

    /// <summary>Floats of a stored embedding; the leading ones of what the model makes.</summary>
    public int Dimension { get; }

    /// <summary>Whether stored embeddings are scaled to length 1.</summary>
    public bool Normalizes { get; }

    public Span<float> Row(int row) => _rows is null ? _matrix.Slice(row * Dimension, Dimension) : _rows[row] = new float[Dimension];
}
