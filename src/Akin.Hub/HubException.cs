namespace Akin.Hub;

/// <summary>A model could not be found, fetched or stored; the message names what was asked for and what to do.</summary>
/// <remarks>An <see cref="IOException"/>, because to a program that loads a model it is one more reason why the files cannot be read.</remarks>
public class HubException : IOException
{
    /// <summary>Makes the error with a message for the person who asked for the model.</summary>
    public HubException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
