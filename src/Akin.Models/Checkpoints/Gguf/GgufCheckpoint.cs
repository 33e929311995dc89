using System.Buffers;
using System.Globalization;

namespace Akin.Models.Checkpoints.Gguf;

/// <summary>
/// The weights of a GGUF file of BERT, under transformers' names: F32 and F16 as they are, Q4_0 and Q8_0 multiplied out when they are read. ggml's files also
/// hold a vocabulary, which Akin.Tokenizers reads.
/// </summary>
internal sealed class GgufCheckpoint : Checkpoint
{
    public const string Extension = ".gguf";

    private readonly MappedFile _file;
    private readonly Dictionary<string, TensorInfo> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GgufTensor> _stored = new(StringComparer.Ordinal);

    public GgufCheckpoint(string path)
        : base(path)
    {
        _file = MappedFile.Open(path);
        try
        {
            GgufHeader header = GgufHeader.Read(_file);
            Metadata = header.Values.ToDictionary(pair => pair.Key, pair => Convert.ToString(pair.Value, CultureInfo.InvariantCulture)!, StringComparer.Ordinal);
            foreach (GgufTensor tensor in header.Tensors)
            {
                string name = GgufNames.ToTransformers(tensor.Name);
                if (!_stored.TryAdd(name, tensor))
                {
                    throw new CheckpointException(path, tensor.Name, $"'{_stored[name].Name}' too, which is the same parameter", "one of them", "The file is damaged: fetch it again.");
                }

                _tensors.Add(name, new TensorInfo(name, tensor.Type == GgufTensorType.F16 ? TensorDType.F16 : TensorDType.F32, tensor.Shape, path)
                {
                    Quantization = tensor.Type.IsQuantized ? tensor.Type.Name : null,
                });
            }
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public override IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    public override IReadOnlyDictionary<string, string> Metadata { get; }

    public override void Dispose() => _file.Dispose();

    private protected override void ReadCore(TensorInfo tensor, Span<float> destination)
    {
        GgufTensor stored = _stored[tensor.Name];
        if (!stored.Type.IsQuantized)
        {
            _file.ReadElements(stored.Offset, tensor.DType, destination);
            return;
        }

        const int BlocksAtOnce = 1 << 13;
        GgufTensorType type = stored.Type;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BlocksAtOnce * type.BlockBytes);
        try
        {
            long blockCount = stored.ElementCount / type.BlockLength;
            for (long first = 0; first < blockCount; first += BlocksAtOnce)
            {
                int some = (int)Math.Min(BlocksAtOnce, blockCount - first);
                Span<byte> blocks = buffer.AsSpan(0, some * type.BlockBytes);
                _file.ReadBytes(stored.Offset + (first * type.BlockBytes), blocks);
                type.Restore(blocks, destination.Slice((int)(first * type.BlockLength), some * type.BlockLength));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
