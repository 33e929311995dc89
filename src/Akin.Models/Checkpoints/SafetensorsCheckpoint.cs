using Akin.Kernels;

namespace Akin.Models.Checkpoints;

/// <summary>One safetensors file, mapped.</summary>
internal sealed class SafetensorsCheckpoint : Checkpoint
{
    private readonly MappedFile _file;
    private readonly Dictionary<string, TensorInfo> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _offsets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorInfo> _scales = new(StringComparer.Ordinal);
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

            JoinScales();
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

    private protected override void ReadCore(TensorInfo tensor, Span<float> destination)
    {
        if (!_scales.TryGetValue(tensor.Name, out TensorInfo? scale))
        {
            _file.ReadElements(_offsets[tensor.Name], tensor.DType, destination);
            return;
        }

        _file.ReadScaledRows(_offsets[tensor.Name], ReadScales(scale), destination);
    }

    private protected override RowScaledMatrix? ReadScaledRowsCore(TensorInfo tensor)
    {
        if (!_scales.TryGetValue(tensor.Name, out TensorInfo? scale))
        {
            return null;
        }

        byte[] rows = GC.AllocateUninitializedArray<byte>(checked((int)tensor.ElementCount)); // every byte is read
        _file.ReadBytes(_offsets[tensor.Name], rows);
        return new RowScaledMatrix(rows, ReadScales(scale));
    }

    private float[] ReadScales(TensorInfo scale)
    {
        float[] scales = new float[scale.ElementCount];
        _file.ReadElements(_offsets[scale.Name], scale.DType, scales);
        return scales;
    }

    /// <summary>A matrix of bytes and its scales are one tensor.</summary>
    private void JoinScales()
    {
        foreach (TensorInfo matrix in _tensors.Values.Where(tensor => tensor is { DType: TensorDType.I8, Shape.Length: 2 }).ToArray())
        {
            string name = matrix.Name + RowScaledBytes.ScaleSuffix;
            if (!_tensors.TryGetValue(name, out TensorInfo? scale))
            {
                continue;
            }

            if (scale.DType is not (TensorDType.F32 or TensorDType.F16 or TensorDType.BF16) || scale.ElementCount != matrix.Shape[0] || scale.Shape[0] != matrix.Shape[0])
            {
                throw new CheckpointException(Path, name, scale.ToString(), $"floats of shape [{matrix.Shape[0]}, 1]: a scale for every row of {matrix}", "Quantise the model again.");
            }

            _tensors[matrix.Name] = new TensorInfo(matrix.Name, TensorDType.F32, matrix.Shape, Path) { Quantization = RowScaledBytes.Name };
            _scales.Add(matrix.Name, scale);
            _tensors.Remove(name);
        }
    }
}
