namespace Akin.Datasets.Processors;

/// <summary>Which of a task's files an example is from.</summary>
public enum ExampleSet
{
    /// <summary>To learn from.</summary>
    Train,

    /// <summary>To measure on.</summary>
    Dev,

    /// <summary>To predict; labels, where the file has any, are not looked at.</summary>
    Test,
}
