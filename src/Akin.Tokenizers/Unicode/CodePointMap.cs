namespace Akin.Tokenizers.Unicode;

/// <summary>A sorted map from code points to short runs of code points.</summary>
/// <param name="keys">Ascending code points.</param>
/// <param name="starts">Where the run of each key starts in <paramref name="values"/>; one more entry than keys.</param>
/// <param name="values">The runs, one after the other.</param>
internal sealed class CodePointMap(int[] keys, int[] starts, int[] values)
{
    /// <summary>The run of a code point that has one.</summary>
    public ReadOnlySpan<int> this[int codePoint]
    {
        get
        {
            int at = Array.BinarySearch(keys, codePoint);
            return values.AsSpan(starts[at], starts[at + 1] - starts[at]);
        }
    }
}
