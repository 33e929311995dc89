namespace Akin.Tokenizers;

/// <summary>A tokenizer file is missing, damaged, or asks for something that Akin does not support.</summary>
/// <param name="file">The file.</param>
/// <param name="field">The place in it: a JSON path like <c>model.vocab</c>, or a line.</param>
/// <param name="problem">What was found, and what would be right.</param>
/// <param name="innerException">The cause, if another error.</param>
public sealed class TokenizerFileException(string file, string field, string problem, Exception? innerException = null)
    : TokenizerException(field.Length == 0 ? $"{file}: {problem}" : $"{file}: {field}: {problem}", innerException)
{
    /// <summary>The file.</summary>
    public string File { get; } = file;

    /// <summary>The place in the file: a JSON path like <c>model.vocab</c>, a line, or empty for the whole.</summary>
    public string Field { get; } = field;
}
