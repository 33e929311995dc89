namespace Akin.Tokenizers;

/// <summary>A text cannot be encoded, or an id sequence not decoded, as asked. The message names the value, the bounds and the remedy.</summary>
/// <param name="message">What is wrong and what to do about it.</param>
/// <param name="innerException">The cause, if another error.</param>
public class TokenizerException(string message, Exception? innerException = null) : Exception(message, innerException);
