namespace Akin.Tokenizers.Training;

/// <summary>Compares texts by code points, as UTF-8 sorts; UTF-16 units would put U+10000 before U+E000.</summary>
internal sealed class CodePointOrder : IComparer<string>
{
    public static CodePointOrder Instance { get; } = new();

    public int Compare(string? x, string? y) => Compare(x.AsSpan(), y.AsSpan());

    public static int Compare(ReadOnlySpan<char> x, ReadOnlySpan<char> y)
    {
        int common = x.CommonPrefixLength(y);
        return common == x.Length || common == y.Length ? x.Length - y.Length : Lifted(x[common]) - Lifted(y[common]);
    }

    /// <summary>Surrogates stand for code points above all others.</summary>
    private static int Lifted(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
