using Akin.Kernels;

namespace Akin.Models.Checkpoints;

/// <summary>A checkpoint seen under other names. It owns the checkpoint that it shows.</summary>
internal sealed class RenamedCheckpoint : Checkpoint
{
    private readonly Checkpoint _stored;
    private readonly IReadOnlyDictionary<string, string> _storedNames;
    private readonly Dictionary<string, TensorInfo> _tensors;

    /// <param name="stored">The checkpoint as it is on disk.</param>
    /// <param name="storedNames">Name shown → name on disk. What is not listed is hidden.</param>
    public RenamedCheckpoint(Checkpoint stored, IReadOnlyDictionary<string, string> storedNames)
        : base(stored.Path)
    {
        _stored = stored;
        _storedNames = storedNames;
        _tensors = storedNames.ToDictionary(pair => pair.Key, pair => stored.Tensors[pair.Value].With(pair.Key), StringComparer.Ordinal);
    }

    public override IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    public override IReadOnlyDictionary<string, string> Metadata => _stored.Metadata;

    public override void Dispose() => _stored.Dispose();

    private protected override void ReadCore(TensorInfo tensor, Span<float> destination) => _stored.Read(_storedNames[tensor.Name], destination);

    private protected override RowScaledMatrix? ReadScaledRowsCore(TensorInfo tensor) => _stored.ReadScaledRows(_storedNames[tensor.Name]);
}
