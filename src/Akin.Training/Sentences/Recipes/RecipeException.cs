namespace Akin.Training.Sentences.Recipes;

/// <summary>A recipe is not what it should be.</summary>
/// <param name="file">The recipe.</param>
/// <param name="line">Where, from 1; 0 for the whole file.</param>
/// <param name="problem">What was found, and what is possible.</param>
public sealed class RecipeException(string file, long line, string problem) : Exception(line > 0 ? $"{file}, line {line}: {problem}" : $"{file}: {problem}")
{
    /// <summary>The recipe.</summary>
    public string File { get; } = file;

    /// <summary>Where, from 1; 0 for the whole file.</summary>
    public long Line { get; } = line;
}
