namespace Akin.Cli;

/// <summary>A wish that cannot be met; the message says in one sentence what is wrong and what to do.</summary>
internal sealed class CommandException(string message) : Exception(message);
