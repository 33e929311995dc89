using System.Diagnostics.CodeAnalysis;

namespace Akin.Datasets.Collators;

/// <summary>The tensors of a batch by name: <c>input_ids</c>, <c>attention_mask</c>, <c>labels</c> …</summary>
[SuppressMessage("Naming", "CA1710", Justification = "A batch is called a batch.")]
public sealed class CollatedBatch : Dictionary<string, CollatedTensor>
{
    /// <summary>Creates a batch without tensors.</summary>
    public CollatedBatch()
        : base(StringComparer.Ordinal)
    {
    }
}
