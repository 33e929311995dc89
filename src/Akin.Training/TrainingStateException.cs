namespace Akin.Training;

/// <summary>A saved state of training that cannot be used: damaged, or of another run. The message names the file, what was found and what to do.</summary>
public sealed class TrainingStateException : Exception
{
    internal TrainingStateException(string file, string found, string expected, string remedy, Exception? innerException = null)
        : base($"{file}: found {found}; expected {expected}. {remedy}", innerException) => File = file;

    /// <summary>The file or folder at fault.</summary>
    public string File { get; }
}
