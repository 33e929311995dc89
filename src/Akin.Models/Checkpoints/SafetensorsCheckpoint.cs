namespace Akin.Models.Checkpoints;

/// <summary>One safetensors file, mapped.</summary>
internal sealed class SafetensorsCheckpoint : Checkpoint
{
    private readonly MappedFile _file;
    private readonly Dictionary<string, TensorInfo> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _offsets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata;

    public SafetensorsCheckpoint(string path)
        : base(path)
    {
        _file = MappedFile.Open(path);
        try
        {
            SafetensorsHeader header = SafetensorsHeader.Read(_file);
            _metadata = header.Metadata;
            foreach ((TensorInfo info, long offset) in header.Tensors)
            {
                _tensors.Add(info.Name, info);
                _offsets.Add(info.Name, offset);
            }
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public override IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    public override IReadOnlyDictionary<string, string> Metadata => _metadata;

    public override void Dispose() => _file.Dispose();

    private protected override void ReadCore(TensorInfo tensor, Span<float> destination) =>
        _file.ReadElements(_offsets[tensor.Name], tensor.DType, destination);
}
