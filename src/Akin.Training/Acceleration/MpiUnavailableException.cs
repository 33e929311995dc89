namespace Akin.Training.Acceleration;

/// <summary>MPI cannot be used here: the library is missing, is another one than Open MPI, or does not start. The message says what to install.</summary>
public sealed class MpiUnavailableException : Exception
{
    internal MpiUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
