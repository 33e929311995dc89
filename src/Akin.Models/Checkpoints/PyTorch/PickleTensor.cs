namespace Akin.Models.Checkpoints.PyTorch;

/// <summary>A tensor as pickled: a strided view of a storage. Element (i, j, …) is at <c>Offset + i·Strides[0] + j·Strides[1] + …</c>.</summary>
/// <param name="Storage">The elements.</param>
/// <param name="Offset">Elements before the first; at least 0.</param>
/// <param name="Shape">Sizes, each at least 0.</param>
/// <param name="Strides">Elements from one index to the next, per dimension; each at least 0.</param>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides);
