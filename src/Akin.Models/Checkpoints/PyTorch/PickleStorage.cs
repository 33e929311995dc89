namespace Akin.Models.Checkpoints.PyTorch;

/// <summary>A run of elements that tensors view: named in the pickle, stored elsewhere in the file.</summary>
/// <param name="DType">Type of the elements.</param>
/// <param name="Key">Its name within the file.</param>
/// <param name="ElementCount">How many elements the pickle says it has; at least 0.</param>
internal sealed record PickleStorage(TensorDType DType, string Key, long ElementCount)
{
    public long SizeBytes => ElementCount * DType.SizeBytes();
}
