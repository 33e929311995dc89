namespace Akin.Kernels;

/// <summary>An environment variable asks the kernels for something that does not exist here; the message says what it may be.</summary>
/// <param name="message">Variable, value found, and what is supported.</param>
public sealed class KernelSettingException(string message) : Exception(message);
