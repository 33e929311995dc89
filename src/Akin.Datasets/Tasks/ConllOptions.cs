namespace Akin.Datasets.Tasks;

/// <summary>How a file with a token a line is read.</summary>
public sealed record ConllOptions
{
    /// <summary>Place of the token among the cells of a line; default 0.</summary>
    public int TokenColumn { get; init; }

    /// <summary>Place of the tag; a negative one counts from the end. Default −1, the last cell.</summary>
    public int TagColumn { get; init; } = -1;

    /// <summary>What separates cells; null for any run of spaces and tabs.</summary>
    public char? Separator { get; init; }

    /// <summary>The tags in the order of their numbers; null for those of the files: <c>O</c> first, the others as text is sorted.</summary>
    public IReadOnlyList<string>? TagNames { get; init; }

    /// <summary>Lines that begin so are left out; default <c>-DOCSTART-</c>.</summary>
    public string DocumentMark { get; init; } = "-DOCSTART-";
}
