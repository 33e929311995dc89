using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Akin.Datasets;

/// <summary>Columns by name, each with its values: what a function given to <see cref="Dataset.MapBatches"/> returns.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "Named for what it holds.")]
public sealed class ColumnValues : Dictionary<string, IEnumerable>
{
    /// <summary>Creates a batch without columns.</summary>
    public ColumnValues()
        : base(StringComparer.Ordinal)
    {
    }
}
