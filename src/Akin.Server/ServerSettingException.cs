namespace Akin.Server;

/// <summary>A setting of the server that it cannot run with; the message says which one and what is possible.</summary>
public sealed class ServerSettingException : Exception
{
    internal ServerSettingException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
