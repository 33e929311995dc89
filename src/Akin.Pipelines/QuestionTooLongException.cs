namespace Akin.Pipelines;

/// <summary>A question that leaves no room for the text that may answer it.</summary>
public sealed class QuestionTooLongException : Exception
{
    internal QuestionTooLongException(string question, int tokenCount, int limit)
        : base($"The question '{(question.Length > 80 ? question[..80] + "…" : question)}' has {tokenCount} tokens; at most {limit} leave room for its context. Shorten it, or raise the maximum length.")
    {
    }
}
