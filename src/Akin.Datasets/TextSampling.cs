namespace Akin.Datasets;

/// <summary>What one row of a plain text file is.</summary>
public enum TextSampling
{
    /// <summary>A line.</summary>
    Line,

    /// <summary>A run of lines up to an empty line.</summary>
    Paragraph,

    /// <summary>The whole file.</summary>
    Document,
}
