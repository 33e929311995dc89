using System.Diagnostics.CodeAnalysis;

namespace Akin.Datasets;

/// <summary>The values of one row by column name: what a function given to <see cref="Dataset.Map"/> returns, and what a struct value is read as.</summary>
/// <remarks>The order in which columns are set is the order they get. <c>row => new() { ["length"] = 3 }</c> makes one.</remarks>
[SuppressMessage("Naming", "CA1710", Justification = "A row of a data set is called a row.")]
public sealed class RowValues : Dictionary<string, object?>
{
    /// <summary>Creates a row without values.</summary>
    public RowValues()
        : base(StringComparer.Ordinal)
    {
    }
}
