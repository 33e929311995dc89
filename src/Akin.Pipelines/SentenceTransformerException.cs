namespace Akin.Pipelines;

/// <summary>A folder that is not a usable SentenceTransformer model, or a call it cannot answer; the message says what was found and what is supported.</summary>
public sealed class SentenceTransformerException : Exception
{
    internal SentenceTransformerException(string message)
        : base(message)
    {
    }

    internal SentenceTransformerException(string place, string problem, Exception? innerException = null)
        : base($"{place}: {problem}", innerException)
    {
    }
}
