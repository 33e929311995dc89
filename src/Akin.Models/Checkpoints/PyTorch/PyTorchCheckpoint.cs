namespace Akin.Models.Checkpoints.PyTorch;

/// <summary>
/// One <c>pytorch_model.bin</c>: what <c>torch.save</c> makes of a state dict, as a zip file (PyTorch 1.6 and later) or in the layout before
/// that. A state dict is a dictionary of tensors; a training checkpoint that holds one among other things is refused with advice.
/// </summary>
internal sealed class PyTorchCheckpoint : Checkpoint
{
    /// <summary>
    /// Stride 0 lets a tiny storage pose as a huge tensor. A view may have more elements than its storage up to this many (64 MB of floats);
    /// position tables and the like are far below.
    /// </summary>
    private const long MostExpandedElements = 1 << 24;

    private readonly MappedFile _file;
    private readonly Dictionary<string, TensorInfo> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, View> _views = new(StringComparer.Ordinal);

    public PyTorchCheckpoint(string path)
        : base(path)
    {
        _file = MappedFile.Open(path);
        try
        {
            ForeignFile.Refuse(_file, "a file written by torch.save");
            PyTorchFile content = StartsAsZip() ? PyTorchFile.ReadZip(_file) : PyTorchFile.ReadLegacy(_file);
            foreach ((string name, PickleTensor tensor) in StateDict(content.Value))
            {
                Add(name, tensor, content.StorageOffsets[tensor.Storage.Key]);
            }
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public override IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    public override void Dispose() => _file.Dispose();

    private protected override void ReadCore(TensorInfo tensor, Span<float> destination)
    {
        View view = _views[tensor.Name];
        if (view.IsContiguous)
        {
            _file.ReadElements(view.Start, tensor.DType, destination);
        }
        else
        {
            Gather(tensor, view, destination);
        }
    }

    private bool StartsAsZip()
    {
        using MappedFile.Bytes start = _file.Rent(0, (int)Math.Min(_file.Length, 4));
        return start.Span.SequenceEqual("PK\u0003\u0004"u8);
    }

    private Dictionary<string, PickleTensor> StateDict(object? value)
    {
        const string Expected = "a state dict: names and tensors";
        if (value is not PickleMapping mapping)
        {
            throw new CheckpointException(Path, null, PickleReader.Kind(value), Expected, "Save `model.state_dict()` with torch.save.");
        }

        Dictionary<string, PickleTensor> tensors = new(StringComparer.Ordinal);
        foreach ((object? key, object? entry) in mapping.Entries)
        {
            if (key is not string name || entry is not PickleTensor tensor)
            {
                string keys = string.Join(", ", mapping.Entries.Take(8).Select(pair => $"{(pair.Key as string) ?? PickleReader.Kind(pair.Key)}: {PickleReader.Kind(pair.Value)}"));
                PickleMapping? nested = mapping.Entries.Select(pair => pair.Value).OfType<PickleMapping>().FirstOrDefault(inner => inner.Entries.Any(pair => pair.Value is PickleTensor));
                string? place = nested is null ? null : mapping.Entries.First(pair => pair.Value == nested).Key as string;
                string remedy = place is null ? "Save `model.state_dict()` alone." : $"This is a training checkpoint: load it in Python and save what is under '{place}' alone.";
                throw new CheckpointException(Path, null, $"entries that are not tensors ({keys})", Expected, remedy);
            }

            if (!tensors.TryAdd(name, tensor))
            {
                throw new CheckpointException(Path, name, "it twice", "it once", "The file is damaged: fetch it again.");
            }
        }

        return tensors;
    }

    private void Add(string name, PickleTensor tensor, long storageOffset)
    {
        Int128 elements = 1;
        Int128 last = tensor.Offset;
        for (int i = 0; i < tensor.Shape.Length; i++)
        {
            // No sum or product overflows: Int128 has room for the product of two longs, and both are bounded before they grow further.
            elements *= tensor.Shape[i];
            last += tensor.Shape[i] == 0 ? 0 : ((Int128)tensor.Shape[i] - 1) * tensor.Strides[i];
            if (elements > long.MaxValue / sizeof(double) || last > long.MaxValue)
            {
                throw Beyond(name, tensor);
            }
        }

        // A tensor without elements touches nothing, wherever it stands.
        if (elements > 0 && (last >= tensor.Storage.ElementCount || elements > Int128.Max(tensor.Storage.ElementCount, MostExpandedElements)))
        {
            throw Beyond(name, tensor);
        }

        int size = tensor.Storage.DType.SizeBytes();
        TensorInfo info = new(name, tensor.Storage.DType, tensor.Shape, Path);
        _tensors.Add(name, info);
        _views.Add(name, elements == 0
            ? new View(storageOffset, 0, tensor.Strides, true)
            : new View(storageOffset + (tensor.Offset * size), ((long)last - tensor.Offset + 1) * size, tensor.Strides, IsContiguous(tensor)));
    }

    private CheckpointException Beyond(string name, PickleTensor tensor) => new(
        Path,
        name,
        $"shape [{string.Join(", ", tensor.Shape)}] with strides [{string.Join(", ", tensor.Strides)}] at {tensor.Offset}",
        $"a view inside its storage of {tensor.Storage.ElementCount} elements",
        "The file is damaged or hostile: fetch it again.");

    /// <summary>Whether the elements lie one after the other. The stride of a dimension of size 1 is never used.</summary>
    private static bool IsContiguous(PickleTensor tensor)
    {
        long expected = 1;
        for (int i = tensor.Shape.Length - 1; i >= 0; i--)
        {
            if (tensor.Shape[i] != 1 && tensor.Strides[i] != expected)
            {
                return false;
            }

            expected *= tensor.Shape[i];
        }

        return true;
    }

    /// <summary>Reads a view whose elements do not lie one after the other: transposed, sliced or expanded.</summary>
    private void Gather(TensorInfo tensor, View view, Span<float> destination)
    {
        int size = tensor.DType.SizeBytes();
        if (view.Length > int.MaxValue || (long)destination.Length * size > Array.MaxLength)
        {
            throw new CheckpointException(Path, tensor.Name, $"a view with strides over {view.Length} bytes", "at most 2 GiB", "Save the tensor contiguous.");
        }

        byte[] gathered = new byte[destination.Length * size];
        long[] index = new long[tensor.Shape.Length];
        long element = 0;
        using (MappedFile.Bytes bytes = _file.Rent(view.Start, (int)view.Length))
        {
            for (int written = 0; written < gathered.Length; written += size)
            {
                bytes.Span.Slice((int)(element * size), size).CopyTo(gathered.AsSpan(written));
                for (int dimension = index.Length - 1; dimension >= 0; dimension--)
                {
                    element += view.Strides[dimension];
                    if (++index[dimension] < tensor.Shape[dimension])
                    {
                        break;
                    }

                    element -= view.Strides[dimension] * tensor.Shape[dimension];
                    index[dimension] = 0;
                }
            }
        }

        ElementConversion.ToSingle(tensor.DType, gathered, destination);
    }

    /// <summary>Where a tensor's elements lie in the file.</summary>
    /// <param name="Start">The byte of the first element.</param>
    /// <param name="Length">Bytes from there to the end of the last element.</param>
    /// <param name="Strides">Elements from one index to the next, per dimension.</param>
    /// <param name="IsContiguous">Whether the elements lie one after the other.</param>
    private readonly record struct View(long Start, long Length, long[] Strides, bool IsContiguous);
}
